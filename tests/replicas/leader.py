"""One process that would lead: ``python -m tests.replicas.leader DATABASE_URL NAME CALENDAR SPAN_MS``.

Its timer is the product's. Its jobs write into the table ``ledger`` who wrote and who held the lease then. Its calendar
is a file, so that a test can let days begin in several processes at once.
"""

import asyncio
import logging
import sys
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlalchemy import text

from bot.core.slots import Slot, daily
from bot.flows.tx import Rules, Tx
from bot.house import House
from bot.jobs.table import Job, in_slots
from bot.jobs.timer import Timer
from store.db import Database
from tests.home import a_keyring

BEAT = timedelta(milliseconds=10)
LEDGER = "CREATE TABLE ledger (id {serial} PRIMARY KEY, who TEXT, holder TEXT, token INTEGER, day TEXT)"
WRITE = text("INSERT INTO ledger (who, holder, token, day) SELECT :who, holder, token, :day FROM lease")


class Calendar:
    """The time that a file says."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text())


async def lead(url: str, name: str, calendar: Path, span: timedelta) -> None:
    """Lead whenever nobody else does, until killed."""
    house = House(Database(url), Calendar(calendar), a_keyring(), Rules())

    def write(tx: Tx, slot: Slot | None = None) -> None:
        tx.db.connection().execute(WRITE, {"who": name, "day": f"{slot.day}" if slot else None})

    report = in_slots("report", daily(time(9)), timedelta(days=1), write)
    jobs = [Job("write", BEAT, write), Job("report", BEAT, report.flow, report.schedule)]
    Timer(house, name, jobs, span).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    database, called, file, milliseconds = sys.argv[1:]
    asyncio.run(lead(database, called, Path(file), timedelta(milliseconds=int(milliseconds))))
