"""What no policy decides becomes few tickets; what people decide comes back into the patch."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.insight.tables import sqlite_rows, sqlite_table

COLUMNS = "id INT, customer TEXT, status TEXT, amount INT, updated_at TEXT"
POLICY = """columns:
  status:
    lifecycle: [paid < shipped, paid < refunded]
  updated_at: max
tickets:
  customer: customer
  important: amount >= 1000
  impact: SELECT plan, revenue FROM customers WHERE name = {customer}
"""
COMPARE = "reconcile a.sqlite#t b.sqlite#t --base base.sqlite#t --key id --policy policy.yaml"
FILE = f"{COMPARE} --incident INC-1 --tickets"


@pytest.fixture
def split(folder: Path, shell: Shell) -> Path:
    """Six orders, each shipped on A and refunded on B: three of Ada, two of Ben, one of them large, one of Cy."""
    who = ["ada", "ada", "ada", "ben", "ben", "cy"]
    base = [
        {"id": n, "customer": name, "status": "paid", "amount": 5000 if n == 5 else n, "updated_at": ""}
        for n, name in enumerate(who, start=1)
    ]
    for side, status, at in (("a", "shipped", "03:01"), ("b", "refunded", "03:02"), ("base", "paid", "02:00")):
        rows = [row | {"status": status, "updated_at": f"2026-11-22T{at}Z"} for row in base]
        sqlite_table(folder / f"{side}.sqlite", rows, COLUMNS)
    with sqlite3.connect(folder / "a.sqlite") as connection:
        connection.execute("CREATE TABLE customers AS SELECT 'ada' AS name, 'gold' AS plan, 1200 AS revenue")
    connection.close()
    (folder / "policy.yaml").write_text(POLICY)
    shell("open payments went apart")
    return folder


def items(shell: Shell) -> list[str]:
    return [item["title"] for item in json.loads(shell("show INC-1 --json").stdout)["action_items"]]


def test_conflicts_become_one_item_for_each_cause_and_customer_and_a_second_run_adds_nothing(
    shell: Shell, split: Path
) -> None:
    first = shell(FILE)
    assert first.exit_code == 1, first.output
    assert "6 rows are filed as action items 1, 2, 3, 4 of INC-1" in first.output
    assert items(shell) == [
        "Decide t of ben: lifecycle",
        "Decide t of ada: lifecycle",
        "Decide t of ben: lifecycle",
        "Decide t of cy: lifecycle",
    ]
    assert "Nothing new is to be filed" in shell(FILE).output
    kept = json.loads(shell("conflicts INC-1 --json").stdout)
    assert len(kept) == 6
    ada = next(one for one in kept if one["customer"] == "ada")
    assert ada["impact"] == {"plan": "gold", "revenue": 1200}
    assert (ada["a"]["status"], ada["b"]["status"]) == ("shipped", "refunded")
    assert (ada["suggested"], ada["because"]) == ("b", "updated_at is later on B")
    with sqlite3.connect(split / "b.sqlite") as connection:
        connection.execute("UPDATE t SET amount = 7 WHERE id = 1")
    connection.close()
    assert "1 rows are filed as action items 2 of INC-1" in shell(FILE).output


def test_what_people_decide_is_in_the_next_patch(shell: Shell, split: Path) -> None:
    shell(FILE)
    assert "3 decided, 3 left" in shell("conflicts INC-1 --item 2 --keep a").output
    ben, *_ = (one["id"] for one in json.loads(shell("conflicts INC-1 --json").stdout) if one["key"] == {"id": 5})
    edit = f"conflicts INC-1 --row {ben[:8]} --keep edit --set status=refunded --set amount=4999"
    assert "1 decided, 2 left" in shell(edit).output
    states = [item["state"] for item in json.loads(shell("show INC-1 --json").stdout)["action_items"]]
    assert states == ["done", "done", "open", "open"]
    applied = shell(f"{COMPARE} --incident INC-1 --apply --yes")
    assert "4  decided    a person" in applied.output
    rows = {side: {row["id"]: row for row in sqlite_rows(f"{split}/{side}.sqlite#t")} for side in "ab"}
    for side in "ab":
        assert [rows[side][n]["status"] for n in (1, 2, 3)] == ["shipped"] * 3
        assert (rows[side][5]["status"], rows[side][5]["amount"]) == ("refunded", 4999)
    assert rows["a"][6]["status"] != rows["b"][6]["status"], "nobody decided it"


def test_a_decision_that_cannot_be_is_told(shell: Shell, split: Path) -> None:
    shell(FILE)
    assert "no such row left" in shell("conflicts INC-1 --row 0000000000 --keep a").output
    row = json.loads(shell("conflicts INC-1 --json").stdout)[0]["id"]
    shell(f"conflicts INC-1 --row {row} --keep edit --set amount=many")
    told = shell(f"{COMPARE} --incident INC-1")
    assert (told.exit_code, "amount is 'many', which is no BIGINT" in told.output) == (2, True)
    assert shell(f"{COMPARE} --tickets").exit_code == 2
    gone = shell(f"{COMPARE} --incident INC-9 --tickets")
    assert gone.exit_code == 2, gone.output
