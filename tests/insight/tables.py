"""Tables for tests of reconciliation: written to files, read back, and reconciled through the door itself."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bot.core.policies import Policy, parse
from bot.insight.reconcile.comparing import Strategy
from bot.insight.reconcile.places import Place, place
from bot.insight.reconcile.reconcile import Reconciliation, Request
from bot.insight.reconcile.report import Report


def sqlite_table(path: Path, rows: list[dict[str, Any]], columns: str, key: str = "id") -> str:
    """Write rows into table t of an SQLite file, and return the place. *columns* are as CREATE TABLE has them."""
    path.unlink(missing_ok=True)
    names = [column.split()[0] for column in columns.split(", ")]
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE t ({columns}, PRIMARY KEY ({key}))")
        marks = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO t VALUES ({marks})", [tuple(row[name] for name in names) for row in rows])
    connection.close()
    return f"{path}#t"


def sqlite_rows(where: str) -> list[dict[str, Any]]:
    """Read table t of an SQLite file."""
    connection = sqlite3.connect(where.partition("#")[0])
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute("SELECT * FROM t")]
    connection.close()
    return rows


def parquet(path: Path, table: pa.Table) -> str:
    """Write a Parquet file and return the place."""
    pq.write_table(table, path)
    return str(path)


def query_parquet(path: Path, query: str) -> str:
    """Write what DuckDB answers to a Parquet file and return the place."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return str(path)


def silent(what: str, done: int, total: int) -> None:
    """Show no progress."""


def request(
    folder: Path, a: str, b: str, base: str | None = None, key: str = "id", policy: str | Policy = "", **more: Any
) -> Request:
    """Return what is to be reconciled; *policy* is the text of its file."""
    rules = policy if isinstance(policy, Policy) else parse(policy, "policy.yaml") if policy else Policy()
    places: list[Place | None] = [place(text) if text else None for text in (a, b, base)]
    assert places[0]
    assert places[1]
    return Request(
        places[0], places[1], places[2], tuple(key.split(",")), rules, folder, **{"strategy": Strategy.AUTO} | more
    )


def planned(asked: Request) -> tuple[Report, list[dict[str, Any]], list[str]]:
    """Write the plan; return the report, every decision, and the warnings."""
    run = Reconciliation(asked, silent)
    report = run.plan()
    lines = (asked.folder / "decisions.jsonl").read_text().splitlines()
    return report, [json.loads(line) for line in lines], run.warnings


def run_scripts(where: str, folder: Path) -> None:
    """Run every script in a folder against an SQLite or DuckDB file, as a person with a shell would."""
    path = where.partition("#")[0]
    for script in sorted(folder.glob("*.sql")):
        connection: Any = sqlite3.connect(path) if ".duckdb" not in path else duckdb.connect(path)
        run = connection.executescript if isinstance(connection, sqlite3.Connection) else connection.execute
        run(script.read_text())
        connection.close()
