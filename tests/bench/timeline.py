"""A timeline of 10,000 entries: read, opened and verified, beside reading the same rows in plain text."""

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.core.timeline import Moment
from bot.flows.open_incident import open_incident
from bot.flows.record import proven_timeline, record
from bot.flows.tx import Request, Tx
from bot.settings import read_settings
from bot.wiring import Bot
from store.incidents import incident_by_id
from store.timeline import entries
from store.types import EntryKind

ENTRIES = 10_000
ROUNDS = 7
WORDS = (
    "error rate in eu-west-1 is back to 0.2 %, still watching the queue depth of the payment workers "  # 96 characters
)


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
    kept = "seq, kind, occurred_at, recorded_at, precision, margin_s, actor, source, revises, facts, hash"
    plain = "CAST(:words || :words || seq AS BLOB)"
    copied = f"INSERT INTO entry (incident_id, body, {kept}) SELECT 2, {plain}, {kept} FROM entry"
    open_incident(tx, Request("plain", "shell:bench"), "plain")
    tx.db.execute(text("DELETE FROM entry WHERE incident_id = 2"))
    tx.db.execute(text(copied), {"words": WORDS})


def _opened(tx: Tx) -> int:
    incident = incident_by_id(tx.db, 1)
    assert incident is not None
    moments, broken = proven_timeline(tx, incident)
    assert broken is None
    return len(moments)


def _plain(tx: Tx) -> int:
    """Read the same rows as anybody would who seals and chains nothing: into the same moments, their text as it is."""
    return len([_moment(row) for row in entries(tx.db, 2)])


def _moment(row: Any) -> Moment:
    return Moment(
        seq=row.seq,
        kind=row.kind,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        precision=row.precision,
        margin_s=row.margin_s,
        actor=row.actor,
        source=row.source,
        revises=row.revises,
        facts=json.loads(row.facts),
        text=row.body.decode(),
    )


def _timed(bot: Bot, query: Any) -> float:
    began = time.perf_counter()
    count = bot.house.read_now(query)
    assert count > ENTRIES
    return time.perf_counter() - began
