"""A practice workspace that lives on, and a bot beside it that is a process: it can be killed, and started again.

Several lanes over one PostgreSQL and one workspace are the replicas of one bot.
"""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bot.practice.seen import Seen
from bot.practice.server import Practice
from tests import manifest
from tests.bench.processes import free_port, settings
from tests.world import CALLS_FOLDER

LATENCY = 0.02  # seconds that the practice workspace takes for each call
PATIENCE = 60.0  # seconds for a start, on a machine that does much else


class Lane:
    """One workspace, one database, one bot. ``slack`` is the workspace; what the bot logs is in ``bot.log``.

    *code* is the folder whose code runs, for another version than this one.
    """

    def __init__(self, folder: Path, database_url: str, slack: Practice, code: Path | None = None) -> None:
        self.database_url, self.slack = database_url, slack
        self._folder, self._code, self._port = folder, code, free_port()
        self._process: asyncio.subprocess.Process | None = None
        slack.deliver_to = self.address

    @property
    def address(self) -> str:
        """Where Slack delivers to this bot."""
        return f"http://127.0.0.1:{self._port}/slack/events"

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The bot's process."""
        assert self._process is not None, "start() first"
        return self._process

    async def start(self, *words: str) -> None:
        """Start the bot, with *words* after "serve", and wait until it is ready, or runs if it has no web door."""
        self._process = await self._bot("serve", *words, stdout=asyncio.subprocess.PIPE)
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            told = await self._process.stdout.readline()
            assert told, f"it does not start; see {self._folder}/bot.log"
            while b"listens on" in told and await self.missing():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def missing(self) -> list[str]:
        """Return what the bot says that it lacks to be ready."""
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{self._port}/readyz", timeout=10)
        return list(answer.json()["missing"])

    async def slash(self, person: str, text: str, channel: str = "#general") -> Seen:
        """Let a person type a command that Slack delivers to this bot."""
        self.slack.deliver_to = self.address
        return await self.slack.slash(person, channel, text)

    async def stop(self) -> int:
        """End the bot in order, with SIGTERM; return its exit code."""
        self.process.terminate()
        return await self.process.wait()

    async def kill(self) -> None:
        """End the bot with SIGKILL, in the middle of whatever it does."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def freeze(self) -> None:
        """Stop the bot in the middle of whatever it does, as a busy machine or a debugger may."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if no time had passed."""
        self.process.send_signal(signal.SIGCONT)

    async def run(self, *words: str) -> tuple[int | None, str]:
        """Run another command of the bot's on its database; return the exit code and what it printed."""
        process = await self._bot(*words, stdout=asyncio.subprocess.PIPE)
        printed, _ = await process.communicate()
        return process.returncode, printed.decode()

    async def _bot(self, *words: str, stdout: int) -> asyncio.subprocess.Process:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTFIVE_", "SLACK_"))}
        ours |= settings(self._folder, self._port, self.slack.url, self.database_url)
        with (self._folder / "bot.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", *words), env=ours, stdout=stdout, stderr=log, cwd=self._code
            )


@asynccontextmanager
async def a_workspace(folder: Path, *, prompt: bool = True) -> AsyncIterator[Practice]:
    """Lend a practice workspace with the rights of our manifest. A bot that is frozen cannot be *prompt*."""
    calls = Path(os.environ[CALLS_FOLDER]) / f"{folder.name}-{secrets.token_hex(4)}.jsonl"
    async with Practice(latency=LATENCY, log_path=calls if prompt else None) as slack:
        slack.scopes, slack.subscribed = manifest.scopes(), manifest.event_types()
        yield slack


@asynccontextmanager
async def a_lane(folder: Path, database_url: str) -> AsyncIterator[Lane]:
    """Lend a lane whose bot does not run yet, and leave no process behind."""
    async with some_lanes(1, folder, database_url) as (lane,):
        yield lane


@asynccontextmanager
async def some_lanes(count: int, folder: Path, database_url: str, *, prompt: bool = True) -> AsyncIterator[list[Lane]]:
    """Lend several, over one database and one workspace."""
    async with a_workspace(folder, prompt=prompt) as slack:
        lanes = [Lane(folder, database_url, slack) for _ in range(count)]
        try:
            yield lanes
        finally:
            for lane in lanes:
                await lane.kill()
