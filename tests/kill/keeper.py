"""A process that keeps promises, and that can be held at any boundary of claim, send and settle to be killed there.

The house, the outbox, the database and the webhooks are the product's own. For the neighbour that can be asked what it
did there is a handler as simple as can be: what it asks Slack is tested where Slack is.
"""

import asyncio
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.core.keyring import Keyring
from bot.errors import Unknown
from bot.flows.tx import Rules
from bot.house import House
from bot.outbox.outcome import Done
from bot.outbox.worker import Outbox
from bot.webhooks.courier import Courier
from bot.webhooks.deliver import deliver
from store.db import Database
from store.effects import Claimed

ASKED, WEBHOOK = "slack.kept", "webhook.deliver"  # for a neighbour that can be asked, and for one that cannot
HELD = 60  # seconds; it is killed long before


class Boundary(StrEnum):
    """Where a process can be killed, in the order in which an effect passes."""

    CLAIMING = "claiming"  # before the claim is committed
    CLAIMED = "claimed"
    HEARD = "heard"  # by the neighbour, which did nothing yet
    ACTED = "acted"  # the neighbour did it, and its answer is on the way
    ANSWERED = "answered"
    SETTLING = "settling"  # before the settlement is committed
    SETTLED = "settled"


@dataclass(frozen=True)
class AheadClock:
    """The time of this machine, put forward: the claims of whoever was killed have ended."""

    ahead: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Keeper:
    """Sends to the neighbour on *port*, and stops for good at one boundary when it is told to."""

    def __init__(self, courier: Courier, port: int, hold_at: Boundary | None) -> None:
        self._courier, self._port, self._hold_at = courier, port, hold_at

    async def asked(self, effect: Claimed) -> Done:
        """Do it, unless the neighbour says that an earlier attempt did."""
        if effect.look_first and await self._say(f"did {effect.id}") == "yes":
            return Done()
        await self._hold(Boundary.CLAIMED)
        await self._say(f"do {effect.id}")
        await self._hold(Boundary.ANSWERED)
        return Done()

    async def webhook(self, effect: Claimed) -> Done:
        """Deliver it, or deliver it again."""
        await self._hold(Boundary.CLAIMED)
        done = await deliver(self._courier, effect)
        await self._hold(Boundary.ANSWERED)
        return done

    async def _say(self, line: str) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(f"{line}\n".encode())
            answer = (await reader.readline()).decode().strip()
        finally:
            writer.close()
        if not answer:
            raise Unknown("cut")
        return answer

    async def _hold(self, boundary: Boundary) -> None:
        if boundary is self._hold_at:
            await self._say("held")
            await asyncio.sleep(HELD)

    def hold_commits(self) -> None:
        """Stop before the commit of a claim or of a settlement, if that is the boundary."""
        words = {Boundary.CLAIMING: "claimed", Boundary.SETTLING: "done"}
        word = words.get(self._hold_at) if self._hold_at else None
        if word is None:
            return
        reached = False

        @event.listens_for(Engine, "before_cursor_execute")
        def _watch(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            nonlocal reached
            values = parameters.values() if isinstance(parameters, dict) else parameters
            reached = reached or (statement.startswith("UPDATE effect SET state") and word in values)

        @event.listens_for(Engine, "commit")
        def _stop(_connection: Any) -> None:
            if reached:
                with socket.create_connection(("127.0.0.1", self._port)) as line:
                    line.sendall(b"held\n")
                    time.sleep(HELD)


@dataclass(frozen=True)
class Life:
    """What a process is given: a database and its keyring, the neighbour's port, the time, and where it is held."""

    url: str
    keyring: Keyring
    port: int
    ahead: timedelta
    hold_at: Boundary | None


def keep(life: Life) -> None:
    """Keep promises until killed."""
    asyncio.run(_keep(life))


async def _keep(life: Life) -> None:
    house = House(Database(life.url), AheadClock(life.ahead), life.keyring, Rules())
    courier = Courier(house, loopback=True)
    await courier.open()
    keeper = Keeper(courier, life.port, life.hold_at)
    keeper.hold_commits()
    await Outbox(house, {ASKED: keeper.asked, WEBHOOK: keeper.webhook}).run()
