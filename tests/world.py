"""The world of a test: a practice workspace, a bot that talks to it over the real protocols, a clock that can move.

``world.slash(...)`` and ``world.press(...)`` act as people do; ``world.settle()`` lets all that is due happen;
``world.pass_(minutes=5)`` moves the clock, beats the timer and settles. The bot is the product's own wiring, reached
through signed HTTP requests on loopback; it has the scopes and hears the events of its manifest, no others.
"""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn

from bot.practice.cast import BOT_TOKEN, SIGNING_SECRET
from bot.practice.server import Practice
from bot.settings import Settings, read_settings
from bot.wiring import Bot, Roles, Server
from store.claims import queues
from tests import manifest

START = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
HORIZON = timedelta(seconds=5)  # settle() waits for what falls due this soon: a retry, the next message of a channel
ANA, BO, CHIDI, DANA, EMI, FARID = "U0ANA0001", "U0BO00001", "U0CHIDI01", "U0DANA001", "U0EMI0001", "U0FARID01"
GONE = "U0GONE001"
BUSY = 10.0  # seconds that Slack waits for us here: three would be a test of how busy the machine is
CALLS_FOLDER = "SUITE_CALLS"  # where every world leaves its log of calls for the contract check


class WorldClock:
    """Runs at the speed of the real clock, from ``START``, and jumps when told to."""

    def __init__(self, start: datetime = START) -> None:
        self._offset = start - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def __call__(self) -> datetime:
        return self.now()

    def advance(self, seconds: float) -> None:
        self._offset += timedelta(seconds=seconds)


class World:
    """One practice workspace and one bot. ``slack`` is the workspace, ``house`` the bot's own memory."""

    def __init__(self, practice: Practice, server: Server, clock: WorldClock, url: str) -> None:
        self.slack, self.server, self.clock, self.url = practice, server, clock, url
        self.house = server.bot.house

    async def slash(self, user: str, text: str, channel: str = "#general") -> str:
        """Type "/incident text" and return what the person is answered in private."""
        seen = await self.slack.slash(user, channel, text)
        assert seen.status == 200, seen
        return str((seen.body or {}).get("text", ""))

    async def open(self, title: str = "checkout is down", user: str = ANA, words: str = "sev1") -> str:
        """Open an incident, let everything happen, and return its channel's name."""
        answer = await self.slash(user, f"open {words} {title}")
        await self.settle()
        number = int(answer.split()[0].removeprefix("INC-"))
        return next(name for name in self.channels() if name == f"inc-{number}" or name.startswith(f"inc-{number}-"))

    def channels(self) -> list[str]:
        """Return the names of all channels."""
        return [channel["name"] for channel in self.slack.state()["channels"] if channel.get("name")]

    async def press(self, user: str, channel: str, action_id: str, choose: str | None = None) -> None:
        """Press a button where it stands last in a channel: in a private answer first, in a message otherwise.

        *choose* is the option of a menu, by the start of its value.
        """
        surface = self._with(user, channel, action_id)
        assert surface is not None, f"no {action_id} in {channel}"
        await self.slack.press(user, channel, surface["ts"], action_id, choose)
        await self.settle()

    def _with(self, user: str, channel: str, action_id: str) -> dict[str, Any] | None:
        there = [*self.slack.messages(channel), *self.slack.ephemeral(user)]
        return next((message for message in reversed(there) if f"'{action_id}'" in str(message.get("blocks"))), None)

    async def settle(self) -> None:
        """Let everything happen that is due now or within ``HORIZON``."""
        deadline = self.clock.now() + timedelta(minutes=3)
        until = self.clock.now() + HORIZON
        while self.clock.now() < deadline:
            await self.slack.idle()
            claimed = await self.server.outbox.send_due()
            await self.server.outbox.idle()
            await self.server.slack.finish()
            if claimed:
                until = self.clock.now() + HORIZON
                continue
            soon = await self._next_due()
            if soon is None or soon > until:
                return
            self.clock.advance(max(0.0, (soon - self.clock.now()).total_seconds()) + 0.001)
        raise AssertionError("the world does not settle")

    async def pass_(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Move the clock, beat the timer, and settle."""
        self.clock.advance(minutes * 60 + seconds)
        await self.server.timer.beat()
        await self.settle()

    async def _next_due(self) -> datetime | None:
        resting = self.server.outbox.next_at()
        if resting is not None:
            return resting
        found = await self.house.read(lambda tx: queues(tx.db))
        return min((queue.due_at for queue in found if queue.kind in self.server.handlers), default=None)


@asynccontextmanager
async def a_world(folder: Path, database_url: str, **environment: str) -> AsyncIterator[World]:
    """Build a world in *folder*; *environment* adds to or overrides its settings."""
    calls = Path(os.environ[CALLS_FOLDER]) / f"{folder.name}-{secrets.token_hex(4)}.jsonl"
    clock = WorldClock()
    async with Practice(clock=clock, log_path=calls, patience=BUSY) as practice:
        practice.scopes, practice.subscribed = manifest.scopes(), manifest.event_types()
        settings = read_settings(
            {
                "DATABASE_URL": database_url,
                "FIRSTFIVE_KEYRING": str(folder / "keyring.json"),
                "SLACK_BOT_TOKEN": BOT_TOKEN,
                "SLACK_SIGNING_SECRET": SIGNING_SECRET,
                "SLACK_API_URL": practice.api_url,
                "FIRSTFIVE_URL": "http://127.0.0.1:8080",
                **environment,
            },
            folder,
        )
        async with serving(settings, clock) as (server, url):
            practice.deliver_to = f"{url}/slack/events"
            yield World(practice, server, clock, url)


@asynccontextmanager
async def serving(settings: Settings, clock: WorldClock) -> AsyncIterator[tuple[Server, str]]:
    """Run the bot's web door on loopback; its outbox and timer move only when the test says so."""
    bot = Bot(settings, clock)
    server = Server(bot, Roles(web=True, outbox=False, jobs=False))
    await server.start()
    door = uvicorn.Server(uvicorn.Config(server.web, port=0, log_config=None, lifespan="off"))
    running = asyncio.create_task(door.serve())
    while not door.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    port = door.servers[0].sockets[0].getsockname()[1]
    try:
        yield server, f"http://127.0.0.1:{port}"
    finally:
        door.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await server.stop()
        bot.close()
