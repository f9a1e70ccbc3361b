"""Reconciling 5,000,000 + 5,000,000 rows, 0.1 % of them differing, beside a bare DuckDB scan of both Parquet files.

Each round is a process of its own, so that its memory can be told. ``python -m tests.bench.reconcile PATH FOLDER`` is
one round: opening the files, the preflight, and every differing row in hand with its versions. What is decided about a
row and written of it comes on top, by the row. ``bare`` is the scan, each row handed over as Arrow.
RECONCILE_ROWS takes another number of rows.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import sqlglot.dialects.duckdb  # noqa: F401 - libraries are loaded before either begins

from bot.insight.reconcile.comparing import Strategy
from bot.insight.reconcile.engines.duckdb import IN_ONE_BATCH, DuckDB
from bot.insight.reconcile.queries import Window
from bot.insight.reconcile.reconcile import Reconciliation
from tests.insight.tables import request, silent

ROWS = int(os.environ.get("RECONCILE_ROWS", "5000000"))
ROUNDS = 5  # ours and the scan take turns; the best of each counts, the machine may be busy with other things
POLICY = "columns: {stock: counter, updated_at: max, status: {lifecycle: [pending < paid < shipped < delivered]}}"
WINDOW = Window("updated_at", datetime(2026, 11, 22, 3, tzinfo=UTC), datetime(2026, 11, 22, 4, tzinfo=UTC))
STATUSES = "['pending', 'paid', 'shipped', 'delivered']"
BASE = f"""
SELECT i::BIGINT AS id, 'c' || (hash(i) % 200000)::VARCHAR AS customer,
  {STATUSES}[1 + (hash(i + 1) % 4)::INT] AS status, (hash(i + 2) % 1000000 / 100.0)::DECIMAL(12,2) AS amount,
  (hash(i + 3) % 100)::INTEGER AS stock,
  TIMESTAMPTZ '2026-11-01 00:00:00+00' + to_seconds((hash(i + 4) % 1800000)::INT) AS updated_at
FROM range({ROWS}) r(i)
"""
# Each side changes one row in 2,000, and of those some are the same rows.
CHANGED = """
SELECT id, customer, CASE WHEN {moved} THEN 'shipped' ELSE status END AS status, amount,
  CASE WHEN {moved} THEN stock + {by} ELSE stock END::INTEGER AS stock,
  CASE WHEN {moved} THEN TIMESTAMPTZ '2026-11-22 03:00:00+00' + to_seconds({by}) ELSE updated_at END AS updated_at
FROM ({base})
"""


def bench_threeway() -> dict[str, Any]:
    """With a base: every column of every row against the last common state."""
    return _bench("threeway")


def bench_digest() -> dict[str, Any]:
    """Without a base: digests of buckets, then a join of the dirty ones."""
    return _bench("digest")


def bench_window() -> dict[str, Any]:
    """With a base, and only what was written in an hour on either side."""
    return _bench("window")


def _bench(path: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder))
        rounds = [(_round(path, folder), _round("bare", folder)) for _ in range(ROUNDS)]
    ours, bare = min(one["s"] for one, _ in rounds), min(one["s"] for _, one in rounds)
    work, bare_work = min(one["cpu_s"] for one, _ in rounds), min(one["cpu_s"] for _, one in rounds)
    return {
        "name": f"reconcile-{path}",
        "value": round(ours, 2),
        "unit": "s",
        "baseline": round(bare, 2),
        "ratio": round(ours / bare, 2),
        "cpu_ratio": round(work / bare_work, 2),  # what a busy machine cannot falsify
        "rss_mb": max(one["rss_mb"] for one, _ in rounds),
        "differing": rounds[0][0]["differing"],
        "load": os.getloadavg()[0],
    }


def _write(folder: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY ({BASE}) TO '{folder}/base.parquet'")
        for side, (first, by) in {"a": (0, 1), "b": (1, 2)}.items():
            moved = f"hash(id) % 2000 = {first} OR hash(id) % 20000 = 2"
            query = CHANGED.format(moved=moved, by=by, base=f"SELECT * FROM '{folder}/base.parquet'")
            connection.execute(f"COPY ({query}) TO '{folder}/{side}.parquet'")


def _round(path: str, folder: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.reconcile", path, folder]
    told: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return told


def _measured(path: str, folder: Path) -> dict[str, Any]:
    began, worked = time.perf_counter(), time.process_time()
    differing = _scan(folder) if path == "bare" else _reconcile(path, folder)
    took, work = time.perf_counter() - began, time.process_time() - worked
    # Of this process alone: ru_maxrss begins with the parent's.
    high = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return {"s": took, "cpu_s": work, "rss_mb": int(high.split()[1]) // 1024, "differing": differing}


def _scan(folder: Path) -> int:
    with duckdb.connect() as connection:
        for side in ("a", "b"):
            reader = connection.sql(f"FROM '{folder}/{side}.parquet'").to_arrow_reader(IN_ONE_BATCH)
            assert sum(batch.num_rows for batch in reader) == ROWS
    return 0


def _reconcile(path: str, folder: Path) -> int:
    strategy = {"threeway": Strategy.AUTO, "digest": Strategy.DIGEST, "window": Strategy.AUTO}[path]
    base = None if path == "digest" else f"{folder}/base.parquet"
    window = WINDOW if path == "window" else None
    places = f"{folder}/a.parquet", f"{folder}/b.parquet", base
    asked = request(folder / "out", *places, policy=POLICY, strategy=strategy, window=window)
    with closing(DuckDB()) as engine:
        comparison = Reconciliation(asked, silent).compared(engine)[2]
        return sum(len(found.differing) for found in comparison.run(strategy))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measured(sys.argv[1], Path(sys.argv[2]))))
