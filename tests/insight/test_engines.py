"""One conformance suite: every engine answers every question about the same awkward tables alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import duckdb
import psycopg
import pytest

from bot.insight.reconcile.comparing import Strategy
from bot.insight.reconcile.places import ReconcileError
from bot.insight.reconcile.queries import Window
from bot.insight.reconcile.reconcile import Request
from tests.fakes.postgres import PostgresServer
from tests.insight.tables import planned, query_parquet, request
from tests.shared import absent

COLUMNS = (
    "region VARCHAR, id BIGINT, status VARCHAR, stock INTEGER, price DECIMAL(12,2), score DOUBLE, "
    "updated_at TIMESTAMPTZ"
)
START = "TIMESTAMPTZ '2026-11-22 00:00:00+00'"
# 3,000 rows: two columns of key, text that collations confuse, decimals, NaN, −0.0, Null, microseconds.
BASE = f"""
SELECT ['eu', 'EU', 'e\u0301', '\u00e9', ''][1 + i % 5] AS region, i::BIGINT AS id,
  ['pending', 'paid', 'PAID', '', NULL][1 + i % 5] AS status, (i % 7)::INTEGER AS stock,
  (i / 7)::DECIMAL(12,2) AS price,
  CASE i % 4 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN -0.0 WHEN 2 THEN NULL ELSE i / 3.0 END AS score,
  {START} + to_microseconds(i * 1000001) AS updated_at
FROM range(3000) r(i)
"""
CHANGED_AT = "TIMESTAMPTZ '2026-11-22 03:00:00.000001+00'"
SIDES = {
    "base": f"SELECT * FROM ({BASE})",
    # On A: other stock, letter case, NaN in place of Null, rows gone and new. −0.0 has become 0.0, which is nothing.
    "a": f"""
SELECT region, id, CASE WHEN id % 97 = 1 THEN upper(status) ELSE status END AS status,
  CASE WHEN id % 50 = 3 THEN stock + 1 ELSE stock END::INTEGER AS stock, price,
  CASE WHEN score = 0 THEN 0.0 WHEN id % 94 = 2 AND score IS NULL THEN 'nan'::DOUBLE ELSE score END AS score,
  CASE WHEN id % 50 = 3 OR id % 97 = 1 THEN {CHANGED_AT} ELSE updated_at END AS updated_at
FROM ({BASE}) WHERE id % 501 <> 7
UNION ALL SELECT 'new', -5, 'paid', 1, 0.01, 0.5, {CHANGED_AT}
""",
    # On B: other stock too, some of it in the same rows, a price, one microsecond, rows gone and new.
    "b": f"""
SELECT region, id, status, CASE WHEN id % 75 = 3 THEN stock + 2 ELSE stock END::INTEGER AS stock,
  CASE WHEN id % 211 = 5 THEN price + 0.01 ELSE price END::DECIMAL(12,2) AS price, score,
  CASE WHEN id % 75 = 3 THEN {CHANGED_AT} + to_microseconds(1)
    WHEN id % 307 = 4 THEN updated_at + to_microseconds(1) ELSE updated_at END AS updated_at
FROM ({BASE}) WHERE id % 701 <> 9
UNION ALL SELECT 'new', -6, NULL, NULL, NULL, 'nan'::DOUBLE, NULL
""",
}
POLICY = "columns: {stock: counter, updated_at: max}\n"
WINDOW = Window("updated_at", datetime(2026, 11, 22, 3, 0, tzinfo=UTC), datetime(2026, 11, 22, 3, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The tables as Parquet files."""
    folder = tmp_path_factory.mktemp("tables")
    return {side: query_parquet(folder / f"{side}.parquet", query) for side, query in SIDES.items()}


@pytest.fixture(scope="module")
def tables(files: dict[str, str], postgres_server: PostgresServer) -> Iterator[dict[str, str]]:
    """The same tables in one PostgreSQL database."""
    url = postgres_server.fresh_database()
    native = COLUMNS.replace("DOUBLE", "DOUBLE PRECISION")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection, duckdb.connect() as reader:
        reader.execute("SET TimeZone = 'UTC'")
        for side, path in files.items():
            connection.execute(f"CREATE TABLE {side} ({native})".encode())
            with connection.cursor().copy(f"COPY {side} FROM STDIN".encode()) as copy:
                for row in reader.execute(
                    f"SELECT * REPLACE (updated_at::VARCHAR AS updated_at) FROM '{path}'"
                ).fetchall():
                    copy.write_row(row)
    yield {side: f"{url}#{side}" for side in files}
    postgres_server.drop(url)


@pytest.fixture(scope="module")
def wanted(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[bool, bool], Any]:
    """What one plain join in DuckDB says, with a base and without, in the window and outside."""
    folder = tmp_path_factory.mktemp("wanted")
    return {
        (base, window): decided(asked(folder, files, base, window, strategy=Strategy.JOIN))
        for base in (True, False)
        for window in (True, False)
    }


def asked(folder: Path, places: dict[str, str], base: bool, window: bool, **more: Any) -> Request:
    built = request(
        folder, places["a"], places["b"], places["base"] if base else None, "region,id", POLICY, chunk=700, **more
    )
    return replace(built, window=WINDOW if window else None)


def decided(asked: Request) -> tuple[dict[str, int], dict[tuple[Any, ...], Any]]:
    report, decisions, _ = planned(asked)
    told = {
        tuple(one["key"].values()): (one["outcome"], one["a"], one["b"], one["base"], one["result"])
        for one in decisions
    }
    assert len(told) == len(decisions)
    return dict(report.changes), told


@pytest.fixture(scope="module", autouse=True)
def small_spark() -> Iterator[None]:
    """Let Spark, if it comes up, share these cores: 200 parts, its default, take a minute for 3,000 rows."""
    with pytest.MonkeyPatch.context() as patch:
        few = ("spark.sql.shuffle.partitions=2", "spark.default.parallelism=2", "spark.driver.memory=512m")
        options = " ".join(f"--conf {option}" for option in few)
        patch.setenv("PYSPARK_SUBMIT_ARGS", f"--master local[2] {options} pyspark-shell")
        yield


def needed(engine: str) -> None:
    """Skip what this machine lacks; CI has everything."""
    if engine == "clickhouse" and find_spec("chdb") is None:
        absent("chdb is not installed: make engines")
    if engine == "spark" and (find_spec("pyspark") is None or which("java") is None):
        absent("pyspark or Java is not installed: make engines, and apt install openjdk-17-jre-headless")


def test_the_tables_hold_every_kind_of_change(wanted: dict[tuple[bool, bool], Any]) -> None:
    changes, decisions = wanted[True, False]
    assert changes.keys() == {"on_a", "on_b", "both_differently"}
    assert {outcome for outcome, *_ in wanted[False, False][1].values()} == {"merged", "review"}
    both = decisions["\u00e9", 153]
    assert both[4]["stock"] == 153 % 7 + 3
    assert len(wanted[True, True][1]) < len(decisions)


@pytest.mark.parametrize("how", [Strategy.JOIN, Strategy.DIGEST, Strategy.CHUNKS, "window"])
@pytest.mark.parametrize("engine", ["duckdb", "postgresql", "clickhouse", "spark"])
def test_every_engine_gives_the_same_answer_whatever_the_strategy(
    request: pytest.FixtureRequest, tmp_path: Path, wanted: dict[tuple[bool, bool], Any], engine: str, how: Any
) -> None:
    needed(engine)
    places = request.getfixturevalue("tables" if engine == "postgresql" else "files")
    window = how == "window"
    strategy = Strategy.AUTO if window else how
    for base in (True, False):
        assert decided(asked(tmp_path, places, base, window, engine=engine, strategy=strategy)) == wanted[base, window]


def test_postgresql_tables_are_also_read_by_duckdb(
    tmp_path: Path, tables: dict[str, str], files: dict[str, str], wanted: dict[tuple[bool, bool], Any]
) -> None:
    assert decided(asked(tmp_path, tables, True, False)) == wanted[True, False]
    assert decided(asked(tmp_path, tables | {"b": files["b"]}, True, False)) == wanted[True, False]


def test_postgresql_takes_no_side_for_another_that_has_its_name(
    tmp_path: Path, tables: dict[str, str], wanted: dict[tuple[bool, bool], Any]
) -> None:
    swapped = tables | {"a": tables["b"], "b": tables["a"]}
    _, told = decided(asked(tmp_path, swapped, True, False, engine="postgresql"))
    turned = {key: (outcome, b, a, base, result) for key, (outcome, a, b, base, result) in told.items()}
    assert turned == wanted[True, False][1]


def test_postgresql_believes_an_index_and_nothing_less(tmp_path: Path, postgres_server: PostgresServer) -> None:
    url = postgres_server.fresh_database()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE a (id INT PRIMARY KEY, part INT, n INT NOT NULL, UNIQUE (n, part))")
        connection.execute("CREATE UNIQUE INDEX ON a (n) WHERE n > 5")
        connection.execute("INSERT INTO a VALUES (1, 1, 1), (2, 2, 1), (3, NULL, 6)")
        connection.execute("CREATE TABLE b AS SELECT * FROM a")
    for key, said in (("n", "n is no key of A: 1 is there 2 times"), ("n,part", "n, part is no key of A: 6, None is")):
        with pytest.raises(ReconcileError, match=said):
            planned(request(tmp_path, f"{url}#a", f"{url}#b", key=key, engine="postgresql"))
    assert planned(request(tmp_path, f"{url}#a", f"{url}#b", engine="postgresql"))[0].differing == 0
    postgres_server.drop(url)


def test_an_engine_says_what_it_cannot_read(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(ReconcileError, match="not in the same PostgreSQL database"):
        decided(asked(tmp_path, files, True, False, engine="postgresql"))
    with pytest.raises(ReconcileError, match="There is no engine oracle"):
        decided(asked(tmp_path, files, True, False, engine="oracle"))
