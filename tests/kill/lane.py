"""A practice workspace that lives on, and a bot beside it that is a process: it can be killed, and started again."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bot.practice.server import Practice
from tests import manifest
from tests.bench.processes import free_port, settings
from tests.world import CALLS_FOLDER

LATENCY = 0.02  # seconds that the practice workspace takes for each call
PATIENCE = 60.0  # seconds for a start, on a machine that does much else


class Lane:
    """One workspace, one database, one bot. ``slack`` is the workspace; what the bot logs is in ``bot.log``."""

    def __init__(self, folder: Path, database_url: str, slack: Practice) -> None:
        self.database_url, self.slack = database_url, slack
        self._folder, self._port = folder, free_port()
        self._process: asyncio.subprocess.Process | None = None
        slack.deliver_to = f"http://127.0.0.1:{self._port}/slack/events"

    async def start(self) -> None:
        """Start the bot and wait until it is ready."""
        self._process = await self._bot("serve")
        async with httpx.AsyncClient() as client, asyncio.timeout(PATIENCE):
            while not await self._is_ready(client):
                assert self._process.returncode is None, f"it does not start; see {self._folder}/bot.log"
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """End the bot with SIGKILL, in the middle of whatever it does."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def run(self, *words: str) -> tuple[int | None, str]:
        """Run another command of the bot's on its database; return the exit code and what it printed."""
        process = await self._bot(*words, stdout=asyncio.subprocess.PIPE)
        printed, _ = await process.communicate()
        return process.returncode, printed.decode()

    async def _bot(self, *words: str, stdout: int = asyncio.subprocess.DEVNULL) -> asyncio.subprocess.Process:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTFIVE_", "SLACK_"))}
        ours |= settings(self._folder, self._port, self.slack.url, self.database_url)
        with (self._folder / "bot.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", *words), env=ours, stdout=stdout, stderr=log
            )

    async def _is_ready(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"http://127.0.0.1:{self._port}/readyz")).status_code == 200
        except httpx.TransportError:
            return False


@asynccontextmanager
async def a_lane(folder: Path, database_url: str) -> AsyncIterator[Lane]:
    """Lend a lane whose bot does not run yet, and leave no process behind."""
    calls = Path(os.environ[CALLS_FOLDER]) / f"{folder.name}-{secrets.token_hex(4)}.jsonl"
    async with Practice(latency=LATENCY, log_path=calls) as slack:
        slack.scopes, slack.subscribed = manifest.scopes(), manifest.event_types()
        lane = Lane(folder, database_url, slack)
        try:
            yield lane
        finally:
            await lane.kill()
