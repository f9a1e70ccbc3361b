"""SIGKILL at every boundary of claim, send and settle, and at random moments under load: nothing lost, nothing double.

A neighbour that can be asked does everything once. One that cannot be asked, a partner's endpoint, may hear a webhook
twice, and always with the same id. The clock of each process that follows is put forward by a lease, so that the
claims of the killed one have ended; by then nothing that it said is still on the way.
"""

import asyncio
import multiprocessing
import os
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.flows.promise import promise
from bot.flows.publish import deliver, new_event
from bot.flows.register_endpoint import FASTEST, Wishes, add_partner, register_endpoint
from bot.flows.tx import Tx
from bot.outbox.worker import LEASE
from store.effects import Effect, count_effects
from store.endpoints import endpoints_listening
from store.types import EffectState, EventType
from tests.home import Home
from tests.kill.keeper import ASKED, WEBHOOK, Boundary, Life, keep
from tests.kill.neighbour import Neighbour

DONE = EffectState.DONE
PATIENCE = 60  # seconds, on a machine that does much else
SLOWEST = 50  # effects a second, on such a machine
TWICE = {Boundary.ACTED, Boundary.ANSWERED, Boundary.SETTLING}  # It happened, and nobody wrote that down.

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.kill.keeper"])


@dataclass(frozen=True)
class Plan:
    """How much load, and how often the process that carries it is killed."""

    effects: int
    kills: int
    lines: int = 20


SHORT = Plan(effects=400, kills=8)
LONG = Plan(effects=20_000, kills=200)


class Stage:
    """A database full of promises, a neighbour, and one process after the other."""

    def __init__(self, home: Home, neighbour: Neighbour) -> None:
        self.home, self.neighbour = home, neighbour
        self._ahead = timedelta()

    async def promise(self, *kinds: str, lines: int = 1) -> None:
        """Promise effects of these kinds; of those whose neighbour can be asked, every other one in some line."""

        def flow(tx: Tx, some: tuple[str, ...]) -> None:
            [endpoint] = endpoints_listening(tx.db, 1)
            for number, kind in enumerate(some):
                if kind == WEBHOOK:
                    deliver(tx, 1, [endpoint], new_event(tx, 1, None, EventType.PING, {}))
                else:
                    line = f"line {number % lines}" if number % 2 else None
                    promise(tx, kind, workspace_id=1, order_key=line)

        for first in range(0, len(kinds), 500):
            await self.home.do(flow, kinds[first : first + 500])

    @asynccontextmanager
    async def keeping(self, hold_at: Boundary | None = None) -> AsyncIterator[None]:
        """Run a process that keeps promises, and kill it at the end."""
        self.neighbour.hold_at = hold_at
        self.neighbour.held.clear()
        life = Life(self.home.url, self.home.keyring, self.neighbour.port, self._ahead, hold_at)
        process = processes.Process(target=keep, args=(life,), daemon=True)
        process.start()
        try:
            yield
        finally:
            process.kill()
            await asyncio.to_thread(process.join)
            process.close()
            await self.neighbour.quiet()
            self._ahead += LEASE + timedelta(seconds=1)

    async def settled(self, count: int) -> None:
        """Wait until so many are done."""
        async with asyncio.timeout(PATIENCE + count / SLOWEST):
            while (await self.home.read(lambda tx: count_effects(tx.db))).get(DONE, 0) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def kept(self) -> list[Effect]:
        """Return what was promised, all of it done."""
        found = [effect for effect in await self.home.effects() if effect.kind in (ASKED, WEBHOOK)]
        assert {effect.state for effect in found} == {DONE}
        return found


@pytest.fixture
async def stage(home: Home) -> AsyncIterator[Stage]:
    async with Neighbour.listening() as neighbour:
        await home.do(add_partner, home.request(), "Acme")
        url, wishes = f"http://127.0.0.1:{neighbour.port}/hooks", Wishes(rate=FASTEST)
        await home.do(register_endpoint, home.request(), "Acme", url, wishes, loopback=True)
        yield Stage(home, neighbour)


@pytest.mark.parametrize("boundary", Boundary)
async def test_killed_at_a_boundary_nothing_is_lost_and_what_can_be_asked_is_done_once(
    stage: Stage, boundary: Boundary
) -> None:
    for number, kind in enumerate((ASKED, WEBHOOK)):
        await stage.promise(kind)
        async with stage.keeping(boundary):
            async with asyncio.timeout(PATIENCE):
                await (stage.settled(number + 1) if boundary is Boundary.SETTLED else stage.neighbour.held.wait())
        stage.neighbour.hold_at = None
        async with stage.keeping():
            await stage.settled(number + 1)
    asked, webhook = await stage.kept()
    assert Counter(stage.neighbour.did) == {carried(asked): 1, carried(webhook): 1 + (boundary in TWICE)}
    attempts = 1 if boundary in (Boundary.CLAIMING, Boundary.SETTLED) else 2
    assert (asked.attempts, webhook.attempts) == (attempts, attempts)


async def test_killed_at_random_moments_under_load_nothing_is_lost(stage: Stage) -> None:
    await survive(stage, SHORT)


@pytest.mark.long
async def test_twenty_thousand_effects_survive_two_hundred_kills(stage: Stage) -> None:
    await survive(stage, LONG)


async def survive(stage: Stage, plan: Plan) -> None:
    """Carry the load from kill to kill, then to its end, and hold what the neighbour did to what was promised."""
    seed = int(os.environ.get("KILL_SEED") or random.randrange(1 << 32))
    print(f"KILL_SEED={seed}")
    chance = random.Random(seed)
    await stage.promise(*(chance.choice((ASKED, WEBHOOK)) for _ in range(plan.effects)), lines=plan.lines)
    share = plan.effects // (plan.kills + 1)  # what each process may say before it is killed, about
    for _ in range(plan.kills):
        async with stage.keeping():
            await a_moment(stage.neighbour, chance.randint(1, share), chance.uniform(0, 0.03))
    async with stage.keeping():
        await stage.settled(plan.effects)
    kept = await stage.kept()
    again = repeated(stage, kept)
    interrupted = sum(effect.attempts > 1 for effect in kept)
    print(f"{plan.effects} effects, {plan.kills} kills, {interrupted} sends interrupted, {again} webhooks heard again")
    assert interrupted >= plan.kills / 2, "too few kills came in the middle of a send: this proves nothing"


async def a_moment(neighbour: Neighbour, calls: int, seconds: float) -> None:
    """Wait until the neighbour heard so many calls more, and a moment longer."""
    until = neighbour.heard + calls
    async with asyncio.timeout(PATIENCE):
        while neighbour.heard < until:  # noqa: ASYNC110 - the neighbour has no event for it
            await asyncio.sleep(0.002)
    await asyncio.sleep(seconds)


def repeated(stage: Stage, kept: list[Effect]) -> int:
    """Hold every act against its promise, and return how many webhooks were heard again."""
    acts = Counter(stage.neighbour.did)
    assert set(acts) == {carried(effect) for effect in kept}, "each was done, and carried the same id each time"
    asked = {carried(effect): effect.order_key for effect in kept if effect.kind == ASKED}
    assert {acts[id_] for id_ in asked} == {1}
    lines: dict[str, list[int]] = defaultdict(list)
    for id_ in stage.neighbour.did:
        if line := asked.get(id_):
            lines[line].append(int(id_))
    assert lines, "no line, no order"
    assert all(numbers == sorted(numbers) for numbers in lines.values()), "each line kept its order"
    return sum(times - 1 for times in acts.values())


def carried(effect: Effect) -> str:
    """Return the id that an effect carries to the neighbour."""
    return str(effect.args.get("event", effect.id))
