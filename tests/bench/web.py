"""Pages with much on them, as the web door serves them, beside the bare query behind each; on both databases.

A list of 100,000 incidents, a search of them and of 2,000 published postmortems, and a timeline of 10,000 entries.
Only SQLite has the timeline: reading it is what costs there, and no database does that differently.
"""

import asyncio
import gc
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert, text

from bot.flows.open_incident import open_incident
from bot.flows.record import record, sealing_key
from bot.flows.tx import Request, Tx
from bot.settings import read_settings
from bot.wiring import Bot, Roles, Server
from store.incidents import Incident
from store.search import PublishedText
from store.types import EntryKind, Severity, Status
from tests.bench.timeline import ENTRIES, WORDS
from tests.fakes import postgres

INCIDENTS = 100_000
PUBLISHED = 2_000
AT_ONCE = 5_000
ROUNDS = 15
START = datetime(2024, 1, 1, tzinfo=UTC)
SUBJECTS = (
    "checkout",
    "search",
    "sign-in",
    "payments",
    "replication",
    "export",
    "billing",
    "mail",
    "upload",
    "webhooks",
)
TROUBLES = (
    "is down",
    "is slow",
    "fails for some",
    "times out",
    "lags",
    "returns errors",
    "loses messages",
    "queue is full",
)
PLACES = ("in eu-west-1", "in us-east-2", "after a deploy", "on phones", "for new customers", "")

LISTS = (
    "/incidents",
    "/incidents?status=over&severity=sev1",
    "/incidents?sort=worst",
    "/incidents?sort=oldest&tests=none",
    "/incidents?from=2024-03-01&to=2024-03-31",
    "/incidents?severity=sev4&status=investigating",
)
SEARCHES = (
    "/incidents?q=certificate",
    "/incidents?q=checkout",
    "/incidents?q=checkout+queue+full+eu",
    "/incidents?q=pa",
    "/incidents?q=replic&sort=newest",
    "/incidents?q=nothing+like+this",
)
NEWEST = "SELECT * FROM incident WHERE workspace_id = 1 AND NOT private ORDER BY opened_at DESC, number DESC LIMIT 50"
FOUND = {
    "sqlite": "SELECT incident.* FROM search_words JOIN incident ON incident.id = search_words.rowid "
    "WHERE search_words MATCH 'checkout*' ORDER BY rank LIMIT 50",
    "postgresql": "SELECT incident.* FROM search_words JOIN incident ON incident.id = search_words.incident_id "
    "WHERE words @@ to_tsquery('simple', 'checkout:*') "
    "ORDER BY ts_rank(words, to_tsquery('simple', 'checkout:*')) DESC LIMIT 50",
}
ROWS = "SELECT * FROM entry WHERE incident_id = 1 ORDER BY seq"


def bench_list() -> dict[str, Any]:
    """Filters and orders over all incidents, beside the newest fifty rows."""
    return _on_both("web-list", LISTS, {"sqlite": NEWEST, "postgresql": NEWEST})


def bench_search() -> dict[str, Any]:
    """Rare words and frequent ones, beside the bare query for a frequent one."""
    return _on_both("web-search", SEARCHES, FOUND)


def bench_incident() -> dict[str, Any]:
    """The page of an incident with 10,000 entries, opened and verified, beside the bare rows."""
    with tempfile.TemporaryDirectory() as folder:
        bot = _bot(Path(folder), f"sqlite:///{folder}/firstfive.db")
        bot.house.do_now(_told)
        found = asyncio.run(_measured(bot, ("/incidents/INC-1", "/incidents/INC-1?entry=5000"), ROWS))
    return _line("web-incident", {"sqlite": found})


def _on_both(name: str, paths: Sequence[str], bare: dict[str, str]) -> dict[str, Any]:
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, url in _urls(folder):
            bot = _bot(Path(folder), url)
            _fill(bot)
            measured[kind] = asyncio.run(_measured(bot, paths, bare[kind]))
    return _line(name, measured)


def _urls(folder: str) -> Iterator[tuple[str, str]]:
    yield "sqlite", f"sqlite:///{folder}/firstfive.db"
    with postgres.running() as server:
        yield "postgresql", server.fresh_database()


def _bot(folder: Path, url: str) -> Bot:
    keyring = str(folder / f"{url.partition(':')[0]}.json")
    return Bot(read_settings({"DATABASE_URL": url, "FIRSTFIVE_KEYRING": keyring}, folder))


def _fill(bot: Bot) -> None:
    """Write the incidents down, all but the last ten over, and what was published of some; a part at a time, for
    PostgreSQL ends a transaction in which nothing is heard from us for long."""
    bot.house.do_now(open_incident, Request("bench", "shell:bench"), "bench")
    key_id, _ = bot.house.do_now(sealing_key, "somebody", 1)
    titles = [" ".join(words) for words in itertools.product(SUBJECTS, TROUBLES, PLACES)]
    for first in range(2, INCIDENTS + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, INCIDENTS + 1))
        bot.house.do_now(_add, Incident, [_row(number, titles[number % len(titles)]) for number in numbers])
    rest = "A certificate had expired while the queue of the workers was full and nobody was told of it. " * 30
    said = {"version": 1, "key_id": key_id, "summary": "It expired.", "factors": "None.", "rest": rest}
    bot.house.do_now(_add, PublishedText, [{"incident_id": id_, **said} for id_ in range(2, 2 + PUBLISHED)])
    if not bot.house.database.is_sqlite:
        bot.house.do_now(lambda tx: tx.db.connection().execute(text("ANALYZE")) and None)


def _add(tx: Tx, table: Any, rows: list[dict[str, Any]]) -> None:
    tx.db.connection().execute(insert(table), rows)


def _row(number: int, title: str) -> dict[str, Any]:
    opened, live = START + timedelta(minutes=10 * number), number > INCIDENTS - 10
    return {
        "workspace_id": 1,
        "number": number,
        "request_id": f"row-{number}",
        "title": title,
        "impact": "customers in the EU cannot pay" if number % 3 else None,
        "severity": list(Severity)[number * 7 % 4],
        "status": Status.INVESTIGATING if live else Status.RESOLVED,
        "private": number % 50 == 0,
        "test": number % 20 == 0,
        "declared_by": "somebody",
        "opened_at": opened,
        "resolved_at": None if live else opened + timedelta(minutes=47),
    }


def _told(tx: Tx) -> None:
    """Write a timeline of notes by twenty people, one every seven seconds."""
    open_incident(tx, Request("bench", "shell:bench"), "bench")
    for number in range(ENTRIES):
        at, who = tx.now - timedelta(seconds=7 * (ENTRIES - number)), f"{number % 20:016x}"
        record(tx, 1, EntryKind.NOTE, actor=who, text=WORDS * 2 + str(number), occurred_at=at)


async def _measured(bot: Bot, paths: Sequence[str], bare: str) -> tuple[dict[str, list[float]], list[float]]:
    """Return the seconds of every page by path, and those of the bare query, which takes turns with them."""
    server = Server(bot, Roles(web=True, outbox=False, jobs=False))
    await server.start()
    gc.freeze()  # as `firstfive serve` does once it is ready
    pages: dict[str, list[float]] = {path: [] for path in paths}
    plain = []
    transport = httpx.ASGITransport(server.web, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        for number in range(ROUNDS + 1):
            for path in paths:
                began = time.perf_counter()
                answer = await client.get(path)
                took = time.perf_counter() - began
                assert answer.status_code == 200, (path, answer.status_code)
                began = time.perf_counter()
                await bot.house.read(lambda tx: tx.db.connection().execute(text(bare)).all())
                if number:  # The first round warms what a running bot has warm.
                    pages[path].append(took)
                    plain.append(time.perf_counter() - began)
    await server.stop()
    bot.close()
    return pages, plain


def _line(name: str, measured: dict[str, tuple[dict[str, list[float]], list[float]]]) -> dict[str, Any]:
    """Return the slowest p95 of all, beside the median of the bare query there, and what each page took."""
    p95s = {kind: {path: _p95(took) for path, took in pages.items()} for kind, (pages, _) in measured.items()}
    kind = max(p95s, key=lambda kind: max(p95s[kind].values()))
    value, baseline = max(p95s[kind].values()), statistics.median(measured[kind][1])
    return {
        "name": name,
        "value": round(value * 1000, 1),
        "unit": "ms",
        "baseline": round(baseline * 1000, 1),
        "ratio": round(value / baseline, 3),
        "p95": {kind: {path: round(took * 1000, 1) for path, took in pages.items()} for kind, pages in p95s.items()},
    }


def _p95(took: Sequence[float]) -> float:
    return statistics.quantiles(took, n=20, method="inclusive")[-1]
