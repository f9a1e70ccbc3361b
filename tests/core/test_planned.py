"""What a postmortem plans: in a table or a list, without what is filed or over."""

from datetime import date

from bot.core.planned import Planned, planned
from store.types import ActionType, Priority

TABLE = """# INC-1

## Action items

| # | Action | Owner | Priority | Type | Due | State |
|---|---|---|---|---|---|---|
| 1 | alert on a full queue | Ana | P1 | detect | 2026-04-01 | open |
|   | **Page** when `checkout` answers 5xx | @bo | p0 | detect | 2026-03-20 | |
|   | Drill the failover | tbd | | mitigate | soon | |
|   | Rewrite everything | | P3 | | | declined |
"""
LIST = """# Outage

## Follow-ups

- [ ] Add a limit to the retries @chidi P1, due 2026-04-02
- [x] Restart the queue
- Filed already: OPS-12
- Write the runbook for a full disk
- Add a limit to the retries
"""


def test_a_table_is_read_by_its_heads_and_what_is_filed_or_declined_is_left_out() -> None:
    assert planned(TABLE) == [
        Planned("Page when checkout answers 5xx", "bo", Priority.P0, ActionType.DETECT, date(2026, 3, 20)),
        Planned("Drill the failover", "", None, ActionType.MITIGATE, None),
    ]


def test_a_list_is_read_too_each_item_once() -> None:
    assert planned(LIST) == [
        Planned("Add a limit to the retries", "chidi", Priority.P1, None, date(2026, 4, 2)),
        Planned("Write the runbook for a full disk"),
    ]


def test_without_action_items_nothing_is_planned() -> None:
    assert planned("# Outage\n\n## Summary\n\n- it broke\n") == []
