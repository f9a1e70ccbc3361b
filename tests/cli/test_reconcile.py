"""`firstfive reconcile` as a person types it."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.insight.tables import sqlite_rows, sqlite_table

COLUMNS = "id INT, status TEXT, stock INT, updated_at TEXT"
BASE = [{"id": n, "status": "paid", "stock": 10, "updated_at": "2026-11-22T02:00:00Z"} for n in range(1, 6)]
POLICY = "columns:\n  status:\n    lifecycle: [paid < shipped, paid < refunded]\n  stock: counter\n  updated_at: max\n"
COMPARE = "reconcile a.sqlite#t b.sqlite#t --base base.sqlite#t --key id --policy policy.yaml"


@pytest.fixture
def split(folder: Path) -> Path:
    """Tables that went apart: 1 sold on both sides, 2 sold on A, 3 shipped on A and refunded on B, 4 gone from B."""
    a, b = [dict(row) for row in BASE], [dict(row) for row in BASE]
    for rows, at in ((a, "2026-11-22T03:01:00Z"), (b, "2026-11-22T03:02:00Z")):
        rows[0] |= {"stock": 9, "updated_at": at}
    a[1] |= {"stock": 7, "updated_at": "2026-11-22T03:01:00Z"}
    a[2] |= {"status": "shipped", "updated_at": "2026-11-22T03:01:00Z"}
    b[2] |= {"status": "refunded", "updated_at": "2026-11-22T03:02:00Z"}
    del b[3]
    for name, rows in (("a", a), ("b", b), ("base", BASE)):
        sqlite_table(folder / f"{name}.sqlite", rows, COLUMNS)
    (folder / "policy.yaml").write_text(POLICY)
    return folder


def test_a_dry_run_tells_what_it_would_do_and_changes_nothing(shell: Shell, split: Path) -> None:
    before = (split / "a.sqlite").read_bytes(), (split / "b.sqlite").read_bytes()
    answer = shell(COMPARE)
    assert answer.exit_code == 1
    assert "4 rows differ" in answer.output
    assert "1  to review  lifecycle" in answer.output
    assert "Nothing was changed." in answer.output
    assert before == ((split / "a.sqlite").read_bytes(), (split / "b.sqlite").read_bytes())
    page = (split / "reconcile" / "report.html").read_text()
    assert "neither of refunded and shipped comes after the other" in page


def test_applying_leaves_only_the_queue_and_a_second_run_changes_nothing(shell: Shell, split: Path) -> None:
    answer = shell(f"{COMPARE} --apply --yes")
    assert answer.exit_code == 1
    assert "Patched and compared again: what still differs is in reconcile/review.jsonl: 1 row." in answer.output
    patched = [sqlite_rows(f"{split}/{side}.sqlite#t") for side in "ab"]
    assert {row["id"]: row["stock"] for row in patched[0]} == {1: 8, 2: 7, 3: 10, 5: 10}
    undoing = sorted(file.read_text() for file in (split / "reconcile").glob("rollback-?/*.sql"))
    assert undoing
    again = shell(COMPARE)
    assert "1 row differs" in again.output
    assert "what undoes it, are in reconcile/applied-1 now." in again.stderr
    shell(f"{COMPARE} --apply --yes")
    assert [sqlite_rows(f"{split}/{side}.sqlite#t") for side in "ab"] == patched
    assert sorted(file.read_text() for file in (split / "reconcile").glob("applied-1/rollback-?/*.sql")) == undoing


def test_equal_tables_are_zero(shell: Shell, split: Path) -> None:
    answer = shell("reconcile a.sqlite#t a.sqlite#t --key id --json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["differing"] == 0


def test_a_patch_that_was_interrupted_is_finished_and_not_made_anew(shell: Shell, split: Path) -> None:
    """A counter that has reached one side only would otherwise be added up a second time."""
    shell(COMPARE)
    folder = split / "reconcile"
    with sqlite3.connect(split / "a.sqlite") as connection:
        connection.executescript((folder / "patch-a" / "000001.sql").read_text())
    connection.close()
    state = json.loads((folder / "state.json").read_text())
    (folder / "state.json").write_text(json.dumps(state | {"status": "applying"}))
    refused = shell(COMPARE)
    assert refused.exit_code == 2
    assert "half applied. Finish it first: the same with --apply --yes" in refused.output
    other = shell("reconcile a.sqlite#t b.sqlite#t --key id --apply --yes")
    assert other.exit_code == 2
    assert "of other tables, or of another policy" in other.output
    finished = shell(f"{COMPARE} --apply --yes")
    assert "Going on with the patch" in finished.output
    assert finished.exit_code == 1
    assert [row["stock"] for side in "ab" for row in sqlite_rows(f"{split}/{side}.sqlite#t") if row["id"] == 1] == [
        8,
        8,
    ]


def test_a_row_written_meanwhile_is_not_overwritten_and_is_told(shell: Shell, split: Path) -> None:
    shell(COMPARE)
    folder = split / "reconcile"
    with sqlite3.connect(split / "b.sqlite") as connection:
        connection.execute("UPDATE t SET stock = 99 WHERE id = 2")
    connection.close()
    state = json.loads((folder / "state.json").read_text())
    (folder / "state.json").write_text(json.dumps(state | {"status": "applying"}))
    answer = shell(f"{COMPARE} --apply --yes")
    assert answer.exit_code == 1
    assert "not equal where it should be: 1 row, such as [2]" in answer.output
    assert [row["stock"] for row in sqlite_rows(f"{split}/b.sqlite#t") if row["id"] == 2] == [99]


def test_without_a_base_a_lone_row_and_a_counter_wait_for_a_person(shell: Shell, split: Path) -> None:
    answer = shell("reconcile a.sqlite#t b.sqlite#t --key id --policy policy.yaml --json")
    assert json.loads(answer.stdout)["review"] == {"counter": 1, "one-sided": 1, "lifecycle": 1}
    queue = [json.loads(line) for line in (split / "reconcile" / "review.jsonl").read_text().splitlines()]
    assert any("inserted there, or deleted on B?" in one["why"] for one in queue)
    assert any("cannot be merged without the last common value" in one["why"] for one in queue)


# what is typed, what is said; every exit code is 2
MISTAKES = [
    ("reconcile a.sqlite#t b.sqlite#t", "Missing option '--key'"),
    ("reconcile a.sqlite#t b.sqlite#t --key id --apply", "add --yes"),
    ("reconcile a.sqlite#t b.sqlite#t --key nope --json", "There is no column nope"),
    ("reconcile a.sqlite#t missing.sqlite#t --key id", "There is no file missing.sqlite"),
    ("reconcile a.sqlite b.sqlite --key id", "Name the table in it: a.sqlite#orders"),
    ("reconcile a.sqlite#t b.sqlite#nope --key id", "no such table: nope"),
    (
        "reconcile a.sqlite#t postgresql://me:hunter2@127.0.0.1:9/shop#t --key id",
        "postgresql://me:***@127.0.0.1:9/shop#t: ",
    ),
    ("reconcile a.sqlite#t mysql://me:hunter2@127.0.0.1:9/shop#t --key id", "mysql://me:***@127.0.0.1:9/shop#t: "),
    ("reconcile policy.yaml b.sqlite#t --key id", "policy.yaml is of no kind that can be read here"),
    ("reconcile a.sqlite#t b.sqlite#t --key id --policy nowhere.yaml", "Name the policy file"),
    (
        "reconcile a.sqlite#t b.sqlite#t --key id --policy broken.yaml",
        "broken.yaml:2:10: the policy of `stock` is `count`",
    ),
    ("reconcile a.sqlite#t b.sqlite#t --key id --window now then", "Say which column tells when a row was written"),
    ("reconcile a.sqlite#t b.sqlite#t --key id --window now then --window-column x", "'now' is no time"),
    ("reconcile a.sqlite#t b.csv --key id --apply --yes", "a csv file cannot be patched in place"),
    ("reconcile a.sqlite#t b.sqlite#t --key id --output policy.yaml", "policy.yaml"),
]


@pytest.mark.parametrize(("typed", "said"), MISTAKES, ids=[typed[10:50] for typed, _ in MISTAKES])
def test_a_mistake_is_two_and_told_in_a_sentence(shell: Shell, split: Path, typed: str, said: str) -> None:
    (split / "broken.yaml").write_text("columns:\n  stock: count\n")
    (split / "b.csv").write_text("id,status,stock,updated_at\n1,paid,10,2026-11-22T02:00:00Z\n")
    answer = shell(typed)
    assert answer.exit_code == 2, answer.output
    assert said in " ".join(answer.output.split())
    assert "hunter2" not in answer.output
    assert isinstance(answer.exception, SystemExit)
