"""Reconciling is right: the same answers as a slow and obvious oracle, and the laws that any answer must keep."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.policies import parse
from bot.insight.reconcile.comparing import Strategy
from bot.insight.reconcile.reconcile import Reconciliation
from tests.fakes.postgres import quickest_folder
from tests.insight import oracle
from tests.insight.tables import parquet, planned, request, run_scripts, silent, sqlite_rows, sqlite_table

COLUMNS = "id INT, status TEXT, stock INT, top INT, low REAL, note TEXT, kind TEXT, born TEXT, plain TEXT, at TEXT"
NATIVE = {"INT": pa.int64(), "REAL": pa.float64(), "TEXT": pa.string()}
SCHEMA = pa.schema([(name, NATIVE[type_]) for name, type_ in (one.split() for one in COLUMNS.split(", "))])
POLICY = """
columns:
  status:
    lifecycle:
      - pending < paid < shipped < delivered
      - paid < refunded
      - delivered < returned
  stock: counter
  top: max
  low: min
  note:
    last_write_wins: at
    min_gap: 5s
  kind: {prefer: A}
  born: immutable
  at: max
"""
SWAPPED = POLICY.replace("prefer: A", "prefer: B")
LATER = {
    "pending": {"paid", "shipped", "delivered", "returned", "refunded"},
    "paid": {"shipped", "delivered", "returned", "refunded"},
    "shipped": {"delivered", "returned"},
    "delivered": {"returned"},
    "refunded": set(),
    "returned": set(),
}
ORACLE_POLICY = {
    "status": ("lifecycle", LATER),
    "stock": ("counter",),
    "top": ("max",),
    "low": ("min",),
    "note": ("lww", "at", 5),
    "kind": ("prefer", "A"),
    "born": ("immutable",),
    "plain": ("manual",),
    "at": ("max",),
}
BUNDLED = 6
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "status": st.sampled_from([*LATER, None, "lost"]),
    "stock": st.integers(0, 4) | st.none(),
    "top": st.integers(0, 3) | st.none(),
    "low": st.sampled_from([0.5, 1.5, -0.0, 0.0, None]),
    "note": st.sampled_from(["", "a", "A", "é", "e\u0301", "it's; --\n\\", None]),
    "kind": st.sampled_from(["x", "y"]),
    "born": st.sampled_from(["2025", "2025", "2025", "2026"]),
    "plain": st.sampled_from(["p", "p", "p", "q"]),
    "at": st.sampled_from([None, *(((NOON + timedelta(seconds=s)).isoformat()) for s in (0, 1, 7, 30))]),
}
ROW = st.fixed_dictionaries(VALUES)
CHANGE = st.dictionaries(st.sampled_from(list(VALUES)), st.none(), max_size=4).flatmap(
    lambda chosen: st.fixed_dictionaries({name: VALUES[name] for name in chosen})
)


@st.composite
def triples(draw: st.DrawFn) -> tuple[oracle.Tables, oracle.Tables, oracle.Tables]:
    """A base, and two tables that come from it by changes, deletions and insertions of rows."""
    base = draw(st.dictionaries(st.integers(1, 12), ROW, max_size=6))
    sides = []
    for _ in range(2):
        side = {}
        for key, row in base.items():
            match draw(st.sampled_from(["keep", "keep", "change", "change", "change", "delete"])):
                case "keep":
                    side[key] = row
                case "change":
                    side[key] = row | draw(CHANGE)
        side |= draw(st.dictionaries(st.integers(13, 16), ROW, max_size=2))
        sides.append({key: {"id": key, **row} for key, row in side.items()})
    return sides[0], sides[1], {key: {"id": key, **row} for key, row in base.items()}


@st.composite
def bundles(draw: st.DrawFn) -> tuple[oracle.Tables, oracle.Tables, oracle.Tables]:
    """Several triples in one, under keys of their own: they cost one reconciliation."""
    bundle: tuple[oracle.Tables, oracle.Tables, oracle.Tables] = ({}, {}, {})
    for number, triple in enumerate(draw(st.lists(triples(), min_size=BUNDLED, max_size=BUNDLED))):
        for whole, part in zip(bundle, triple, strict=True):
            whole.update({key + 100 * number: row | {"id": key + 100 * number} for key, row in part.items()})
    return bundle


def by_key(rows: list[dict[str, Any]]) -> oracle.Tables:
    return {row["id"]: row for row in rows}


def answers(decisions: list[dict[str, Any]]) -> dict[Any, Any]:
    return {one["key"]["id"]: oracle.REVIEW if one["outcome"] == "review" else one["result"] for one in decisions}


def check(tables: tuple[oracle.Tables, oracle.Tables, oracle.Tables], with_base: bool) -> None:
    """Reconcile with ours and with the oracle, patch, patch again, turn back."""
    a, b, base = tables
    expected = oracle.reconcile(a, b, base if with_base else None, ORACLE_POLICY)
    with TemporaryDirectory(dir=quickest_folder()) as name:
        folder = Path(name)
        places = [
            sqlite_table(folder / f"{side}.sqlite", list(table.values()), COLUMNS)
            for side, table in zip("abz", tables, strict=True)
        ]
        asked = request(folder / "out", places[0], places[1], places[2] if with_base else None, policy=POLICY)
        _, decisions, _ = planned(asked)
        require_equal(answers(decisions), expected)

        verified = Reconciliation(asked, silent).apply()
        assert list(verified.unexpected) == []
        queue = {key for key, answer in expected.items() if answer == oracle.REVIEW}
        assert verified.differing == len(queue)
        patched = [by_key(sqlite_rows(where)) for where in places[:2]]
        for key, answer in expected.items():
            if answer != oracle.REVIEW:
                assert all(oracle.equal(side.get(key), answer) for side in patched)
        for key in queue:
            assert [side.get(key) for side in patched] == [a.get(key), b.get(key)]

        for side, where in zip("ab", places, strict=False):
            run_scripts(where, asked.folder / f"patch-{side}")
        assert [by_key(sqlite_rows(where)) for where in places[:2]] == patched
        for side, where in zip("ab", places, strict=False):
            run_scripts(where, asked.folder / f"rollback-{side}")
        assert [by_key(sqlite_rows(where)) for where in places[:2]] == [a, b]


def check_files(tables: tuple[oracle.Tables, oracle.Tables, oracle.Tables], base: bool, strategy: Strategy) -> None:
    """Reconcile Parquet files in the order of their key with one strategy, in ranges of a few rows."""
    expected = oracle.reconcile(tables[0], tables[1], tables[2] if base else None, ORACLE_POLICY)
    with TemporaryDirectory(dir=quickest_folder()) as name:
        folder = Path(name)
        places = [
            parquet(folder / f"{side}.parquet", pa.Table.from_pylist([table[key] for key in sorted(table)], SCHEMA))
            for side, table in zip("abz", tables, strict=True)
        ]
        third = places[2] if base else None
        asked = request(folder / "out", places[0], places[1], third, policy=POLICY, strategy=strategy, chunk=7)
        _, decisions, _ = planned(asked)
        require_equal(answers(decisions), expected)


def require_equal(found: dict[Any, Any], expected: dict[Any, Any]) -> None:
    assert found.keys() == expected.keys()
    for key, answer in found.items():
        wanted = expected[key]
        both_rows = isinstance(answer, dict) and isinstance(wanted, dict)
        assert answer == wanted or (both_rows and oracle.equal(answer, wanted)), key


def check_swap(tables: tuple[oracle.Tables, oracle.Tables, oracle.Tables], with_base: bool) -> None:
    """Reconcile A with B and B with A."""
    a, b, base = tables
    with TemporaryDirectory(dir=quickest_folder()) as name:
        folder = Path(name)
        place_a, place_b, place_base = (
            sqlite_table(folder / f"{side}.sqlite", list(table.values()), COLUMNS)
            for side, table in zip("abz", (a, b, base), strict=True)
        )
        third = place_base if with_base else None
        _, one, _ = planned(request(folder / "one", place_a, place_b, third, policy=POLICY))
        _, other, _ = planned(request(folder / "other", place_b, place_a, third, policy=SWAPPED))
        assert answers(one) == answers(other)
        swapped = {"on_a": "on_b", "on_b": "on_a"}
        changes = {one["key"]["id"]: one["change"] for one in one}
        assert {one["key"]["id"]: swapped.get(one["change"], one["change"]) for one in other} == changes


QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
THOROUGH = settings(max_examples=556, deadline=None, suppress_health_check=list(HealthCheck))  # 10,008 triples in three
STRATEGIES = st.sampled_from([Strategy.JOIN, Strategy.MERGE, Strategy.DIGEST, Strategy.CHUNKS])


@QUICK
@given(bundles())
def test_every_answer_is_the_oracles_and_patches_converge_repeat_and_turn_back(tables) -> None:
    check(tables, with_base=True)


@QUICK
@given(bundles())
def test_without_a_base_too(tables) -> None:
    check(tables, with_base=False)


@settings(QUICK, max_examples=10)
@given(bundles(), st.booleans())
def test_swapping_a_and_b_swaps_the_answer(tables, with_base: bool) -> None:
    check_swap(tables, with_base)


@settings(QUICK, max_examples=12)
@given(bundles(), st.booleans(), STRATEGIES)
def test_every_strategy_answers_as_the_oracle_does(tables, base: bool, strategy: Strategy) -> None:
    check_files(tables, base, strategy)


@pytest.mark.long
@THOROUGH
@given(bundles())
def test_thousands_of_triples_with_a_base(tables) -> None:
    check(tables, with_base=True)


@pytest.mark.long
@THOROUGH
@given(bundles())
def test_thousands_of_triples_without_a_base(tables) -> None:
    check(tables, with_base=False)


@pytest.mark.long
@THOROUGH
@given(bundles(), st.booleans(), STRATEGIES)
def test_thousands_of_triples_in_files_by_every_strategy(tables, base: bool, strategy: Strategy) -> None:
    check_files(tables, base, strategy)


def test_the_policy_of_these_tests_reads() -> None:
    assert set(parse(POLICY, "policy.yaml").columns) == set(ORACLE_POLICY) - {"plain"}
