"""A timeline of 10,000 entries: read, opened and verified, beside reading the same rows in plain text."""

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.flows.open_incident import open_incident
from bot.flows.record import read_timeline, record, verify_timeline
from bot.flows.tx import Request, Tx
from bot.settings import read_settings
from bot.wiring import Bot
from store.incidents import incident_by_id
from store.types import EntryKind

ENTRIES = 10_000
ROUNDS = 7
WORDS = "error rate in eu-west-1 is back to 0.2 %, still watching the queue depth of the payment workers "  # 96 characters


def bench() -> dict[str, Any]:
    """Compare the medians of rounds that take turns."""
    with tempfile.TemporaryDirectory() as folder:
        place = {"DATABASE_URL": f"sqlite:///{folder}/firstfive.db", "FIRSTFIVE_KEYRING": f"{folder}/keyring.json"}
        bot = Bot(read_settings(place, Path(folder)))
        bot.house.do_now(_filled)
        ours, plain = [], []
        for _ in range(ROUNDS):
            plain.append(_timed(bot, _plain))
            ours.append(_timed(bot, _opened))
        bot.close()
    value, baseline = statistics.median(ours), statistics.median(plain)
    return {
        "name": "timeline",
        "value": round(value * 1000, 1),
        "unit": "ms",
        "baseline": round(baseline * 1000, 1),
        "ratio": round(value / baseline, 3),
    }


def _filled(tx: Tx) -> None:
    """Write the timeline, and the same rows again as plain text."""
    open_incident(tx, Request("bench", "shell:bench"), "bench")
    for number in range(ENTRIES):
        record(tx, 1, EntryKind.NOTE, actor=f"{number % 20:016x}", text=WORDS * 2 + str(number))
    tx.db.execute(text("CREATE TABLE plain AS SELECT * FROM entry"))
    tx.db.execute(text("UPDATE plain SET body = :words || :words || seq"), {"words": WORDS})


def _opened(tx: Tx) -> int:
    incident = incident_by_id(tx.db, 1)
    assert incident is not None
    assert verify_timeline(tx, incident) is None
    return len(read_timeline(tx, 1))


def _plain(tx: Tx) -> int:
    """Read the same columns of the same rows, with their times and facts, as anybody would who seals nothing."""
    return len([_Plain(*row) for row in tx.db.execute(text("SELECT * FROM plain ORDER BY seq"))])


class _Plain:
    """A row as an object."""

    __slots__ = ("values",)

    def __init__(self, *values: Any) -> None:
        self.values = values


def _timed(bot: Bot, query: Any) -> float:
    began = time.perf_counter()
    count = bot.house.read_now(query)
    assert count > ENTRIES, os.strerror(0)
    return time.perf_counter() - began
