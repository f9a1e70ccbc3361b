"""What counts as equal, what a key may be, and which tables compare at all."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bot.core.marked_yaml import BrokenFileError
from bot.insight.reconcile.comparing import Strategy
from bot.insight.reconcile.places import ReconcileError, place
from tests.insight.tables import parquet, planned, query_parquet, request, sqlite_table

ONE = "SELECT 1::BIGINT AS id, "

# what A and B hold, written in DuckDB's SQL, and whether that is the same
PAIRS = [
    ("NULL::DOUBLE", "NULL::DOUBLE", True),
    ("NULL::DOUBLE", "0::DOUBLE", False),
    ("NULL::VARCHAR", "''", False),
    ("'nan'::DOUBLE", "'nan'::DOUBLE", True),
    ("'nan'::DOUBLE", "NULL::DOUBLE", False),
    ("'nan'::DOUBLE", "1::DOUBLE", False),
    ("-0.0::DOUBLE", "0.0::DOUBLE", True),
    ("-0.0::FLOAT", "0.0::FLOAT", True),
    ("1.50::DECIMAL(12,2)", "1.5::DECIMAL(6,1)", True),
    ("7::SMALLINT", "7::BIGINT", True),
    ("7::INTEGER", "7.00::DECIMAL(9,2)", True),
    ("7::INTEGER", "7.01::DECIMAL(9,2)", False),
    ("TIMESTAMPTZ '2026-11-22 03:00:00+00'", "TIMESTAMPTZ '2026-11-22 04:00:00+01'", True),
    ("TIMESTAMPTZ '2026-11-22 03:00:00.000001+00'", "TIMESTAMPTZ '2026-11-22 03:00:00+00'", False),
    ("TIMESTAMP_S '2026-11-22 03:00:00'", "TIMESTAMP '2026-11-22 03:00:00'", True),
    ("'a'", "'A'", False),
    ("'a'", "'a '", False),
    ("'\u00e9'", "'e\u0301'", False),
    ("'\u00e9'", "'\u00e9'", True),
    ("'\\x00'::BLOB", "'\\x00'::BLOB", True),
    ("['a', 'b']", "['a', 'b']", True),
    ("['a', 'b']", "['b', 'a']", False),
    ("TRUE", "FALSE", False),
    ("DATE '2026-11-22'", "DATE '2026-11-22'", True),
    ("uuid '00000000-0000-0000-0000-000000000001'", "uuid '00000000-0000-0000-0000-000000000001'", True),
]


def pairs_for(strategy: Strategy) -> list[tuple[str, str, bool]]:
    """Return the pairs that a strategy can compare: lists are joined."""
    return [pair for pair in PAIRS if strategy is not Strategy.MERGE or not pair[0].startswith("[")]


@pytest.mark.parametrize("strategy", [Strategy.JOIN, Strategy.MERGE, Strategy.DIGEST, Strategy.CHUNKS])
def test_equal_values_are_equal_however_they_are_stored(tmp_path: Path, strategy: Strategy) -> None:
    equal = [pair[:2] for pair in pairs_for(strategy) if pair[2]]
    a, b = (side_of(tmp_path, equal, side) for side in (0, 1))
    for base in (None, a, b):
        assert planned(request(tmp_path / "out", a, b, base, strategy=strategy))[0].differing == 0


@pytest.mark.parametrize("strategy", [Strategy.JOIN, Strategy.MERGE, Strategy.DIGEST, Strategy.CHUNKS])
def test_other_values_differ(tmp_path: Path, strategy: Strategy) -> None:
    pairs = pairs_for(strategy)
    a, b = (side_of(tmp_path, [pair[:2] for pair in pairs], side) for side in (0, 1))
    _, (decision,), _ = planned(request(tmp_path / "out", a, b, strategy=strategy))
    assert {one["column"] for one in decision["columns"]} == {f"v{n}" for n, pair in enumerate(pairs) if not pair[2]}


def side_of(folder: Path, pairs: Sequence[tuple[str, ...]], side: int) -> str:
    """Write one row with the first or the second value of every pair."""
    values = ", ".join(f"{pair[side]} AS v{number}" for number, pair in enumerate(pairs))
    return query_parquet(folder / f"{len(pairs)}-{side}.parquet", f"{ONE}{values}")


def test_texts_that_look_alike_are_told_to_differ_in_normalisation(tmp_path: Path) -> None:
    a, b = (
        query_parquet(tmp_path / f"{n}.parquet", f"{ONE}'{v}' AS v") for n, v in (("a", "\u00e9"), ("b", "e\u0301"))
    )
    _, (decision,), _ = planned(request(tmp_path / "out", a, b))
    assert "differ in Unicode normalisation" in decision["why"]


KEYS = [
    ("tenant,number", "SELECT * FROM (VALUES ('x', 1, {v}), ('x', 2, 0), ('y', 1, 0)) t(tenant, number, v)"),
    ("name", "SELECT * FROM (VALUES ('é', {v}), ('e\u0301', 0), ('', 0), ('it''s', 0)) t(name, v)"),
    ("at", "SELECT TIMESTAMPTZ '2026-11-22 03:00:00+00' AS at, {v} AS v"),
    ("id", "SELECT uuid '00000000-0000-0000-0000-000000000001' AS id, {v} AS v"),
]


@pytest.mark.parametrize("strategy", [Strategy.JOIN, Strategy.DIGEST, Strategy.CHUNKS])
@pytest.mark.parametrize(("key", "query"), KEYS)
def test_a_key_may_be_text_or_several_columns(tmp_path: Path, key: str, query: str, strategy: Strategy) -> None:
    base, a, b = (query_parquet(tmp_path / f"{v}.parquet", query.format(v=v)) for v in (1, 2, 3))
    _, (decision,), _ = planned(request(tmp_path / "out", a, b, base, key, "columns: {v: counter}", strategy=strategy))
    assert decision["result"]["v"] == 4
    assert list(decision["key"]) == key.split(",")


# a table, the key, what is said
REFUSED = [
    ("SELECT * FROM (VALUES (1, 1), (1, 2)) t(id, v)", "id", "id is no key of A: 1 is there 2 times"),
    ("SELECT * FROM (VALUES (2, 1), (NULL, 2)) t(id, v)", "id", "id is no key of A: None is there 1 times"),
    ("SELECT 1 AS id, 2 AS w", "id", "The tables have different columns: w is missing in B; v is missing in A"),
    ("SELECT 1 AS id, 'x' AS v", "id", "These types do not compare: v is VARCHAR in A, INTEGER in B"),
    ("SELECT 1 AS id, 2 AS v", "ident", "There is no column ident. Did you mean `id`?"),
]


@pytest.mark.parametrize(("query", "key", "said"), REFUSED)
def test_tables_that_cannot_be_matched_are_refused(tmp_path: Path, query: str, key: str, said: str) -> None:
    a, b = query_parquet(tmp_path / "a.parquet", query), query_parquet(tmp_path / "b.parquet", "SELECT 1 AS id, 2 AS v")
    with pytest.raises(ReconcileError, match=said.replace("?", r"\?").replace(".", r"\.")):
        planned(request(tmp_path / "out", a, b, key=key))


def test_a_time_without_a_zone_is_not_compared_with_one_that_has_one(tmp_path: Path) -> None:
    a = query_parquet(tmp_path / "a.parquet", f"{ONE}TIMESTAMP '2026-11-22 03:00:00' AS at")
    b = query_parquet(tmp_path / "b.parquet", f"{ONE}TIMESTAMPTZ '2026-11-22 03:00:00+00' AS at")
    with pytest.raises(ReconcileError, match="a time needs a zone on both sides or on neither"):
        planned(request(tmp_path / "out", a, b))


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet", "sqlite", "duckdb"])
def test_every_kind_of_file_compares_with_every_other(tmp_path: Path, suffix: str) -> None:
    rows = [{"id": n, "name": name, "amount": n / 2} for n, name in enumerate(["a", "", None, "it's", 'a "b", c', "é"])]
    b = parquet(tmp_path / "b.parquet", pa.Table.from_pylist(rows))
    a = tmp_path / f"a.{suffix}"
    query = f"SELECT * FROM '{b}'"
    if suffix == "sqlite":
        where = sqlite_table(a, rows, "id INT, name TEXT, amount REAL")
    else:
        import duckdb

        with duckdb.connect(str(a) if suffix == "duckdb" else ":memory:") as connection:
            form = {"csv": "(FORMAT csv, FORCE_QUOTE (name))", "jsonl": "(FORMAT json)"}.get(suffix, "(FORMAT parquet)")
            connection.execute(
                f"CREATE TABLE t AS {query}" if suffix == "duckdb" else f"COPY ({query}) TO '{a}' {form}"
            )
        where = f"{a}#t" if suffix == "duckdb" else str(a)
    assert planned(request(tmp_path / "out", where, b))[0].differing == 0
    assert planned(request(tmp_path / "out", b, where))[0].differing == 0


PLACES: list[tuple[str, str]] = [
    ("nowhere.parquet", "There is no file nowhere.parquet"),
    ("orders.xlsx", "is of no kind that can be read here. Its name must end in .parquet, .csv"),
    ("oracle://host/shop#orders", "oracle:// is no database that can be read here"),
    ("postgresql://me:hunter2@host/shop", "postgresql://me:***@host/shop names no table. Add it: …#orders"),
]


@pytest.mark.parametrize(("text", "said"), PLACES)
def test_a_place_that_cannot_be_read_is_told_what_to_write(text: str, said: str) -> None:
    with pytest.raises(ReconcileError) as told:
        place(text)
    assert said in str(told.value)
    assert "hunter2" not in str(told.value)


def test_a_policy_that_does_not_fit_the_table_is_told_by_line(tmp_path: Path) -> None:
    a = query_parquet(tmp_path / "a.parquet", f"{ONE}'x' AS name, 2 AS stock, 'y' AS at")
    policy = "columns:\n  nme: max\n  name: counter\n  id: max\n  stock: {last_write_wins: when}\n"
    with pytest.raises(BrokenFileError) as told:
        planned(request(tmp_path / "out", a, a, policy=policy))
    assert [str(problem).partition(": ")[0] for problem in told.value.problems] == [
        "policy.yaml:1:1",
        "policy.yaml:2:3",
        "policy.yaml:3:3",
        "policy.yaml:4:3",
    ]
    assert "Did you mean `name`?" in str(told.value)
    with pytest.raises(BrokenFileError, match=r"policy.yaml:2:6: the invariant `x` is not a condition on a row"):
        planned(request(tmp_path / "out", a, a, policy="invariants:\n  x: stok > 0\n"))


def test_invariants_cannot_read_files(tmp_path: Path) -> None:
    a = query_parquet(tmp_path / "a.parquet", f"{ONE}2 AS stock")
    with pytest.raises(BrokenFileError, match="not a condition"):
        planned(request(tmp_path / "out", a, a, policy=f"invariants:\n  x: (SELECT count(*) FROM '{a}') > 0\n"))


def test_values_survive_the_way_into_a_patch_and_back(tmp_path: Path) -> None:
    import duckdb

    from bot.insight.reconcile.reconcile import Reconciliation
    from tests.insight.tables import run_scripts, silent

    rows: list[dict[str, Any]] = [
        {
            "f": math.pi,
            "r": 0.1,
            "d": Decimal("12345678901234.56"),
            "t": datetime(2026, 11, 22, 3, 0, 0, 123456, tzinfo=UTC),
        },
        {"f": math.nan, "r": -0.0, "d": Decimal("-0.01"), "t": None},
        {"f": math.inf, "r": 3.4e38, "d": None, "t": datetime(1, 1, 1, tzinfo=UTC)},
        {"f": 5e-324, "r": None, "d": Decimal(0), "t": datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)},
    ]
    texts = ["it's; --\n\\ \u00e9 e\u0301", "", "\U0001f600", None]
    columns = (
        "id INT PRIMARY KEY, f DOUBLE, r FLOAT, d DECIMAL(18,2), t TIMESTAMPTZ, s VARCHAR, x BLOB, l VARCHAR[], u UUID"
    )
    for name, filled in (("a", True), ("b", False), ("base", False)):
        with duckdb.connect(tmp_path / f"{name}.duckdb") as connection:
            connection.execute(f"CREATE TABLE t ({columns})")
            for number, (row, text) in enumerate(zip(rows, texts, strict=True)):
                values = [number, *row.values(), text, b"\x00'\\", ["a'", "b"], "00000000-0000-0000-0000-000000000001"]
                if filled:
                    connection.execute(f"INSERT INTO t VALUES ({', '.join('?' * 9)})", values)
    asked = request(tmp_path / "out", *(f"{tmp_path}/{name}.duckdb#t" for name in ("a", "b", "base")))
    report, _, _ = planned(asked)
    assert report.patch == {"b inserted": 4}
    assert Reconciliation(asked, silent).apply().differing == 0
    run_scripts(f"{tmp_path}/b.duckdb#t", asked.folder / "rollback-b")
    assert planned(asked)[0].differing == 4
