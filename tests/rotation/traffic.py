"""Traffic while a secret is rotated: who asks never waits for the rotation, and every answer is looked at."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core.secrets import OVERLAP
from bot.flows.keep_secret import rotate_secret
from bot.vault import BEAT
from bot.wiring import Server

ROTATIONS = 5
ASKING = 4  # at the same time


@dataclass(frozen=True)
class Plan:
    """How long the traffic lasts, and whether processes find a rotation on their own beat or are made to look."""

    seconds: float
    own_beat: bool


SHORT, LONG = Plan(2.0, own_beat=False), Plan(60.0, own_beat=True)


async def under_traffic(
    plan: Plan, ask: Callable[[], Awaitable[None]], rotate: Callable[[int], Awaitable[None]]
) -> None:
    """Rotate five times while *ask* is repeated by several; one failure fails it all."""
    over, asked = asyncio.Event(), 0

    async def keep_asking() -> None:
        nonlocal asked
        while not over.is_set():
            await ask()
            asked += 1

    async def a_while() -> None:
        """Let time pass, and several requests of everybody: a busy machine gets slower, not emptier, traffic."""
        enough = asked + 2 * ASKING
        await asyncio.sleep(plan.seconds / (ROTATIONS + 1))
        while asked < enough:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as group:
        for _ in range(ASKING):
            group.create_task(keep_asking())
        for number in range(1, ROTATIONS + 1):
            await a_while()
            await rotate(number)
        await a_while()
        over.set()


async def followed(plan: Plan, *servers: Server) -> None:
    """Return when every process has had the time to follow."""
    if plan.own_beat:
        await asyncio.sleep(2 * BEAT)
        return
    for server in servers:
        await server.bot.vault.look(server.bot.house)


async def rotate(plan: Plan, server: Server, name: str, text: str = "") -> str:
    """Make a new version current, let the process follow, and return the new text."""
    text = text or secrets.token_hex(16)
    await server.bot.house.do(rotate_secret, name, text, OVERLAP)
    await followed(plan, server)
    return text
