"""A look at 10,000 incidents, as the page takes it, beside the bare queries that read what it is made of."""

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.flows.insights import Asked, insights
from bot.flows.tx import Tx
from bot.settings import read_settings
from bot.wiring import Bot
from store.actions import action_history
from store.measures import counted, measured
from store.postmortems import postmortem_dates
from tests.many import many

INCIDENTS = 10_000
ROUNDS = 7


def bench() -> dict[str, Any]:
    """Compare the medians of rounds that take turns."""
    with tempfile.TemporaryDirectory() as folder:
        place = {"DATABASE_URL": f"sqlite:///{folder}/firstfive.db", "FIRSTFIVE_KEYRING": f"{folder}/keyring.json"}
        bot = Bot(read_settings(place, Path(folder)))
        bot.house.do_now(many, INCIDENTS, 700)
        ours, bare = [], []
        for _ in range(ROUNDS):
            bare.append(_timed(bot, _read))
            ours.append(_timed(bot, _looked))
        bot.close()
    value, baseline = statistics.median(ours), statistics.median(bare)
    return {
        "name": "web-insights",
        "value": round(value * 1000, 1),
        "unit": "ms",
        "baseline": round(baseline * 1000, 1),
        "ratio": round(value / baseline, 3),
    }


def _read(tx: Tx) -> int:
    of = counted(None)
    for rows in (action_history(tx.db, 1, of, datetime(2000, 1, 1, tzinfo=UTC)), postmortem_dates(tx.db, 1, of, None)):
        list(rows)
    return len(list(measured(tx.db, 1, None, None)))


def _looked(tx: Tx) -> int:
    return insights(tx, 1, None, Asked(months=None)).incidents


def _timed(bot: Bot, query: Any) -> float:
    began = time.perf_counter()
    count = bot.house.read_now(query)
    assert count == INCIDENTS
    return time.perf_counter() - began
