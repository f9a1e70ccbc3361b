"""The outbox on PostgreSQL, one worker: promise, claim, settle; beside a bare loop and procrastinate.

The bare loop is psycopg with FOR UPDATE SKIP LOCKED in batches of a hundred: an insert, a claim, and an update each.
``worker`` is the same through the whole worker, which sends each effect to nobody, in a task of its own with a timeout,
a breaker and a ramp. That is what procrastinate's worker does too, so the two are compared.
``backlog`` is how much longer a claim takes behind 1,000,000 due effects than behind 1,000, in databases of their own.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import procrastinate
import psycopg
from sqlalchemy import make_url

from bot.core.fairness import Turns
from bot.flows.claim import Wish, claim
from bot.flows.deliver import Tried, settle_all_done
from bot.flows.promise import Alone, promise_all
from bot.flows.tx import Tx
from bot.outbox.limits import Room
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.outbox.worker import LEASE, Outbox
from store.db import upgrade
from store.effects import Claimed
from store.types import Lane, Outcome
from store.workspaces import home_workspace
from tests.fakes import postgres
from tests.fakes.postgres import PostgresServer
from tests.home import Home, a_home
from tests.outbox.test_claims import backlog

EFFECTS, BATCH = 2000, 100
JOBS = 300  # of procrastinate's, in one round
ROUNDS = 3  # each takes its turn; the median of each counts
CLAIMS = 40
FEW, MANY = 1_000, 1_000_000


def bench() -> dict[str, Any]:
    """Measure all three in the same run, each in turn."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with postgres.running(Path(folder)) as server:
            server.template(upgrade)
            return asyncio.run(_measured(server))


async def _measured(server: PostgresServer) -> dict[str, Any]:
    ours, bare, sent, others = [], [], [], []
    with a_home(server.fresh_database()) as home:
        await home.do(lambda tx: home_workspace(tx.db, "T1"))
        for _ in range(ROUNDS):
            bare.append(await asyncio.to_thread(_bare, server.fresh_database()))
            ours.append(await _ours(home))
            sent.append(await _worker(home))
            others.append(await _procrastinate(server.fresh_database()))
    value, baseline, worker, other = (statistics.median(each) for each in (ours, bare, sent, others))
    few, many = await _claims(server)
    return {
        "name": "outbox",
        "value": round(value),
        "unit": "effects/s",
        "baseline": round(baseline),
        "ratio": round(value / baseline, 3),
        "worker": round(worker),
        "ratio_worker": round(worker / baseline, 3),
        "procrastinate": round(other),
        "worker_to_procrastinate": round(worker / other, 2),
        "claim_ms": round(few * 1000, 2),
        "claim_ms_behind_a_million": round(many * 1000, 2),
        "backlog": round(many / few, 2),
    }


def _promise(tx: Tx) -> None:
    promise_all(tx, "test", [Alone({})] * BATCH, workspace_id=1, lane=Lane.INTERACTIVE)


async def _ours(home: Home) -> float:
    """Return effects a second that are promised, claimed and settled by the flows of the worker."""
    turns, around = Turns(), None
    began = time.perf_counter()
    for _ in range(EFFECTS // BATCH):
        await home.do(_promise)
    while True:
        wish = Wish("bench", LEASE, turns, lambda queue, isolated: {"": BATCH}, most=BATCH, around=around)
        claimed, turns, around, _ = await home.do(claim, wish)
        if not claimed:
            return EFFECTS / (time.perf_counter() - began)
        tried = Tried(claimed[0].due_at, timedelta(), Outcome.DONE)
        await home.do(settle_all_done, [(effect, tried) for effect in claimed])


async def _worker(home: Home) -> float:
    """Return effects a second, from the promise until the last one is sent and settled."""

    async def nobody(effect: Claimed) -> Done:
        return NOTHING_TO_DO

    outbox = Outbox(home.house, {"test": nobody}, rooms={"test": Room(BATCH, BATCH)})
    began = time.perf_counter()
    for _ in range(EFFECTS // BATCH):
        await home.do(_promise)
    while await outbox.send_due():
        await outbox.idle()
    return EFFECTS / (time.perf_counter() - began)


def _bare(url: str) -> float:
    with _connected(url) as connection:
        connection.execute("CREATE TABLE job (id serial PRIMARY KEY, kind text, args jsonb, state text DEFAULT 'due')")
        connection.execute("CREATE INDEX job_due ON job (id) WHERE state = 'due'")
        connection.commit()
        began = time.perf_counter()
        for _ in range(EFFECTS // BATCH):
            with connection.cursor() as cursor:
                cursor.executemany("INSERT INTO job (kind, args) VALUES (%s, '{}')", [("test",)] * BATCH)
            connection.commit()
        first = "SELECT id FROM job WHERE state = 'due' ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED"
        claiming = f"UPDATE job SET state = 'claimed' WHERE id IN ({first}) RETURNING id"
        while claimed := [row[0] for row in connection.execute(claiming.encode())]:
            connection.commit()
            connection.execute("UPDATE job SET state = 'done' WHERE id = ANY(%s)", [claimed])
            connection.commit()
        return EFFECTS / (time.perf_counter() - began)


async def _procrastinate(url: str) -> float:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=_conninfo(url)))

    @app.task(name="nobody")
    async def nobody() -> None:
        return

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        began = time.perf_counter()
        for _ in range(JOBS // BATCH):
            await nobody.batch_defer_async(*[{} for _ in range(BATCH)])
        await app.run_worker_async(wait=False, concurrency=16, install_signal_handlers=False, listen_notify=False)
        return JOBS / (time.perf_counter() - began)


async def _claims(server: PostgresServer) -> tuple[float, float]:
    """Return the median seconds of a claim behind few and behind many, which take turns."""
    with a_home(server.fresh_database()) as few, a_home(server.fresh_database()) as many:
        for home, count in ((few, FEW), (many, MANY)):
            await home.do(lambda tx: home_workspace(tx.db, "T1"))
            await home.do(backlog, count, False)
        took: dict[Home, list[float]] = {few: [], many: []}
        wish = Wish("bench", LEASE, Turns(), lambda queue, isolated: {"": 16}, most=16)
        for home in (few, many) * CLAIMS:
            began = time.perf_counter()
            assert len((await home.do(claim, wish)).effects) == 16
            took[home].append(time.perf_counter() - began)
        return statistics.median(took[few]), statistics.median(took[many])


def _conninfo(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(_conninfo(url)) as connection:
        yield connection
