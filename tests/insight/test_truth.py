"""A shop on two nodes, whose every write is known: what is merged is what happened, and the rest is for people."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.insight.reconcile.queries import Window
from tests.insight.tables import planned, request, sqlite_table

COLUMNS = "id INT, status TEXT, sold INT, note TEXT, updated_at TEXT"
POLICY = """
columns:
  status:
    lifecycle: [pending < paid < shipped < delivered, paid < refunded, delivered < returned]
  sold: counter
  note: {last_write_wins: updated_at, min_gap: 4s}
  updated_at: max
"""
NEXT = {
    "pending": ["paid"],
    "paid": ["shipped", "refunded"],
    "shipped": ["delivered"],
    "delivered": ["returned"],
    "refunded": [],
    "returned": [],
}
SPLIT = datetime(2026, 11, 22, 3, tzinfo=UTC)
SKEW = timedelta(seconds=1.5)  # of either clock; two of them are less than min_gap


def history(seed: int) -> tuple[list[dict[str, Any]], ...]:
    """Return base, A, B, and the truth: what was sold on both, and the states each side went through."""
    chance = random.Random(seed)
    base, a, b, truth = [], [], [], []
    for number in range(400):
        row: dict[str, Any] = {"id": number, "status": "paid", "sold": 5, "note": "", "updated_at": SPLIT.isoformat()}
        sides: list[dict[str, Any]] = [dict(row), dict(row)]
        true: dict[str, Any] = {"sold": 5, "walks": [["paid"], ["paid"]]}
        for side, ahead in ((0, SKEW), (1, -SKEW)):
            for _ in range(chance.choice([0, 0, 1, 2, 3])):
                at = SPLIT + timedelta(seconds=chance.randint(10, 300))
                changed = sides[side]
                match chance.choice(["sell", "move", "note"]):
                    case "sell":
                        amount = chance.randint(1, 3)
                        changed["sold"] += amount
                        true["sold"] += amount
                    case "move" if NEXT[changed["status"]]:
                        changed["status"] = chance.choice(NEXT[changed["status"]])
                        true["walks"][side].append(changed["status"])
                    case "note":
                        changed["note"] = f"{side} at {at}"
                changed["updated_at"] = max(changed["updated_at"], (at + ahead).isoformat(timespec="microseconds"))
        base.append(row)
        a.append(sides[0])
        b.append(sides[1])
        truth.append(true)
    return base, a, b, truth


@pytest.mark.parametrize("seed", range(3))
def test_what_is_merged_is_what_happened(tmp_path: Path, seed: int) -> None:
    base, a, b, truth = history(seed)
    places = [sqlite_table(tmp_path / f"{n}.sqlite", rows, COLUMNS) for n, rows in (("a", a), ("b", b), ("z", base))]
    report, decisions, _ = planned(request(tmp_path / "out", places[0], places[1], places[2], policy=POLICY))
    assert report.decided > 100
    assert report.to_review > 5
    reasons = set()
    for one in decisions:
        true = truth[one["key"]["id"]]
        walks = true["walks"]
        parallel = not (walks[0][: len(walks[1])] == walks[1] or walks[1][: len(walks[0])] == walks[0])
        if one["outcome"] == "review":
            reasons.update(one["rules"])
            assert parallel or "last_write_wins" in one["rules"]
            continue
        assert one["result"]["sold"] == true["sold"]
        assert not parallel
        assert one["result"]["status"] == max(walks, key=len)[-1]
    assert "lifecycle" in reasons


def test_rows_as_a_whole_by_last_write_lose_counts_and_so_it_must_be_asked_for_by_name(tmp_path: Path) -> None:
    base, a, b, truth = history(1)
    places = [sqlite_table(tmp_path / f"{n}.sqlite", rows, COLUMNS) for n, rows in (("a", a), ("b", b), ("z", base))]
    _, decisions, _ = planned(
        request(tmp_path / "out", places[0], places[1], places[2], policy="rows: {last_write_wins: updated_at}")
    )
    merged = [one for one in decisions if one["outcome"] == "merged"]
    lost = [one for one in merged if one["result"]["sold"] != truth[one["key"]["id"]]["sold"]]
    assert lost
    assert all(one["rules"] == ["rows: last_write_wins"] for one in lost)


def test_a_window_sees_what_was_written_on_either_side_and_tells_of_keys_missing_outside(tmp_path: Path) -> None:
    base, a, b, _ = history(2)
    del b[0]
    a[0] = dict(base[0])
    places = [sqlite_table(tmp_path / f"{n}.sqlite", rows, COLUMNS) for n, rows in (("a", a), ("b", b), ("z", base))]
    _, everything, _ = planned(request(tmp_path / "all", places[0], places[1], places[2], policy=POLICY))
    window = Window("updated_at", SPLIT + timedelta(seconds=1), SPLIT + timedelta(minutes=10))
    _, within, warnings = planned(
        request(tmp_path / "out", places[0], places[1], places[2], policy=POLICY, window=window)
    )
    assert {one["key"]["id"] for one in everything} - {one["key"]["id"] for one in within} == {0}
    assert any("Outside the window, A and B do not have the same keys" in warning for warning in warnings)
