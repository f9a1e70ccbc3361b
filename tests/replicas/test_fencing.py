"""Fencing: a leader that is frozen past its lease and woken writes nothing more, and each slot is run once."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from store.db import Database
from tests.replicas.leader import LEDGER

SPAN = timedelta(milliseconds=600)  # of the lease
PATIENCE = 30.0  # seconds for what takes a fraction of one, on a machine that does much else
REFUSED = "a late write was refused"


class Replicas:
    """Two processes that would lead, over one database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.database, self._url, self._folder = Database(url), url, folder
        self._calendar = folder / "calendar"
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self.today = datetime(2026, 3, 10, 9, tzinfo=UTC)
        serial = "INTEGER" if self.database.is_sqlite else "SERIAL"
        self._write(LEDGER.format(serial=serial))
        self._turn(self.today)

    async def start(self) -> None:
        for name in ("one", "two"):
            arguments = (self._url, name, str(self._calendar), str(int(SPAN.total_seconds() * 1000)))
            with (self._folder / f"{name}.log").open("wb") as log:
                self._processes[name] = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "tests.replicas.leader", *arguments), stderr=log
                )
        await self.until("SELECT 1 FROM job_slot")

    async def kill(self) -> None:
        for process in self._processes.values():
            process.kill()
            await process.wait()
        self.database.close()

    async def freeze_and_wake(self, chance: random.Random) -> None:
        """Freeze whoever leads at any moment, begin the next day's slot, and wake them when another leads or could."""
        await asyncio.sleep(chance.uniform(0, 0.3))
        leader = str(self.ask("SELECT who FROM ledger ORDER BY id DESC LIMIT 1")[0][0])
        frozen = self._processes[leader]
        frozen.send_signal(signal.SIGSTOP)
        self.today += timedelta(days=1)
        self._turn(self.today)
        taken_over = f"SELECT 1 FROM ledger WHERE day = '{self.today:%Y-%m-%d}'"
        await self.until(taken_over, 3 * SPAN.total_seconds())  # Not when it froze in the middle of a write to SQLite.
        frozen.send_signal(signal.SIGCONT)
        await self.until(taken_over)

    async def until(self, query: str, patience: float = PATIENCE) -> None:
        """Wait until a query finds something; a short patience may end, the long one may not."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        while not self.ask(query):
            if loop.time() > deadline:
                assert patience < PATIENCE, f"{query}: nothing after {patience} s\n{self.logs()}"
                return
            await asyncio.sleep(0.02)

    def ask(self, query: str) -> list[Any]:
        with self.database.read() as db:
            return list(db.connection().execute(text(query)).all())

    def logs(self) -> str:
        return "".join(path.read_text() for path in self._folder.glob("*.log"))

    def _write(self, statement: str) -> None:
        with self.database.write() as db:
            db.connection().execute(text(statement))

    def _turn(self, now: datetime) -> None:
        """Let it be *now* for everybody at once."""
        new = self._calendar.with_suffix(".new")
        new.write_text(now.isoformat())
        new.replace(self._calendar)


@asynccontextmanager
async def replicas(url: str, folder: Path) -> AsyncIterator[Replicas]:
    lent = Replicas(url, folder)
    try:
        await lent.start()
        yield lent
    finally:
        await lent.kill()


async def test_a_leader_that_is_frozen_and_woken_writes_nothing_more(database_url: str, tmp_path: Path) -> None:
    await fence(database_url, tmp_path, freezes=3)


@pytest.mark.long
async def test_twenty_frozen_leaders_write_nothing_more(database_url: str, tmp_path: Path) -> None:
    await fence(database_url, tmp_path, freezes=20)


async def fence(url: str, folder: Path, freezes: int) -> None:
    seed = int(os.environ.get("FREEZE_SEED") or random.randrange(1 << 32))
    print(f"FREEZE_SEED={seed}")
    chance = random.Random(seed)
    async with replicas(url, folder) as pair:
        first = pair.today + timedelta(days=1)
        for _ in range(freezes):
            await pair.freeze_and_wake(chance)
        await asyncio.sleep(2 * SPAN.total_seconds())  # for the last that woke
        written = pair.ask("SELECT who, holder, token, day FROM ledger ORDER BY id")
        refused = pair.logs().count(REFUSED)
    print(f"{len(written)} writes under {written[-1].token} tokens, {refused} refused")
    assert [row for row in written if row.who != row.holder] == [], "stale writes"
    assert [row.token for row in written] == sorted(row.token for row in written)
    days = Counter(row.day for row in written if row.day)
    assert days == {f"{first + timedelta(days=day):%Y-%m-%d}": 1 for day in range(freezes)}, "slots missed or doubled"
    assert refused >= freezes, "whoever woke did not try to write: this proves nothing"
