"""Reconciling tables where they live: 1,000,000 + 1,000,000 rows in PostgreSQL, beside the server's own scan of both.

Ours is the preflight and every differing row in hand with its versions, against a base and without one. The scan looks
at every column of every row. RECONCILE_ROWS takes another number of rows.
"""

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from bot.insight.reconcile.comparing import Strategy
from bot.insight.reconcile.engines.postgresql import OnPostgreSQL
from bot.insight.reconcile.reconcile import Reconciliation
from tests.bench.reconcile import POLICY
from tests.fakes.postgres import running
from tests.insight.tables import request, silent

ROWS = int(os.environ.get("RECONCILE_ROWS", "1000000"))
ROUNDS = 3  # ours and the scan take turns; the best of each counts
BASE = f"""
CREATE TABLE base AS SELECT i AS id, 'c' || (hashint8(i) & 131071) AS customer,
  (ARRAY['pending', 'paid', 'shipped', 'delivered'])[1 + (hashint8(i + 1) & 3)] AS status,
  ((hashint8(i + 2) & 1048575) / 100.0)::numeric(12,2) AS amount, hashint8(i + 3) & 63 AS stock,
  timestamptz '2026-11-01 00:00:00+00' + (hashint8(i + 4) & 1048575) * interval '1 second' AS updated_at
FROM generate_series(1::bigint, {ROWS}) AS i
"""
CHANGED = """
CREATE TABLE {side} AS SELECT id, customer, CASE WHEN {moved} THEN 'shipped' ELSE status END AS status, amount,
  CASE WHEN {moved} THEN stock + {by} ELSE stock END AS stock, CASE WHEN {moved}
    THEN timestamptz '2026-11-22 03:00:00+00' + interval '{by} seconds' ELSE updated_at END AS updated_at
FROM base
"""
SCAN = (
    "SELECT max(id), max(customer), max(status), max(amount), max(stock), max(updated_at) FROM a UNION ALL "
    "SELECT max(id), max(customer), max(status), max(amount), max(stock), max(updated_at) FROM b"
)


def bench() -> dict[str, Any]:
    """Compare both tables on the server, with a base and without."""
    with running() as server, tempfile.TemporaryDirectory() as folder:
        url = server.fresh_database()
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            _write(connection)
            rounds = [
                (
                    _took(lambda: connection.execute(SCAN).fetchall()),
                    _took(lambda: _reconcile(Path(folder), url, has_base=True)),
                    _took(lambda: _reconcile(Path(folder), url, has_base=False)),
                )
                for _ in range(ROUNDS)
            ]
    scan, threeway, twoway = (min(times) for times in zip(*rounds, strict=True))
    return {
        "name": "reconcile-postgresql",
        "value": round(threeway, 2),
        "unit": "s",
        "baseline": round(scan, 2),
        "ratio": round(threeway / scan, 2),
        "ratio_without_base": round(twoway / scan, 2),
        "load": os.getloadavg()[0],
    }


def _write(connection: psycopg.Connection[Any]) -> None:
    connection.execute(BASE.encode())
    # Each side changes one row in 2,000, and of those some are the same rows.
    for side, first, by in (("a", 0, 1), ("b", 1, 2)):
        moved = f"(id % 2000 = {first} OR id % 20000 = 2)"
        connection.execute(CHANGED.format(side=side, moved=moved, by=by).encode())
    for side in ("base", "a", "b"):
        connection.execute(f"ALTER TABLE {side} ADD PRIMARY KEY (id)".encode())
        connection.execute(f"VACUUM ANALYZE {side}".encode())


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _reconcile(folder: Path, url: str, *, has_base: bool) -> int:
    base = f"{url}#base" if has_base else None
    asked = request(folder / "out", f"{url}#a", f"{url}#b", base, policy=POLICY)
    with closing(OnPostgreSQL()) as engine:
        comparison = Reconciliation(asked, silent).compared(engine)[2]
        return sum(len(found.differing) for found in comparison.run(Strategy.AUTO))
