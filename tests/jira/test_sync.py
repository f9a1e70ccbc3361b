"""Sync: what is changed in Jira comes back, what is changed here goes out, and neither side loses what it wrote."""

from pathlib import Path

from bot.core.sync import Agreed, Field, Sides, merged
from bot.flows.change_action import change_action
from bot.flows.give_action import give_action
from bot.flows.record import read_timeline
from bot.flows.tx import Request, Tx
from bot.practice.tracker import Issue
from store.actions import ActionItem, action_by_number
from store.people import accounts
from store.types import ActionState, EntryKind, Priority, Status
from tests.jira.conftest import Office, an_office
from tests.world import ANA, BO

POLL = 65  # seconds: an interval and the way


async def an_item(office: Office) -> tuple[str, Issue]:
    """Open an incident with one action item whose ticket is filed; return its channel and the issue."""
    channel = await office.world.open()
    await office.world.slash(ANA, "ticket alert on a full queue", channel)
    await office.world.settle()
    return channel, list(office.jira.tracker.issues.values())[-1]


async def item_of(office: Office, number: int = 1) -> ActionItem:
    """Return an action item of the first incident as it stands here; its owner is an account."""

    def read(tx: Tx) -> ActionItem:
        item = action_by_number(tx.db, 1, number)
        assert item is not None
        item.owner = accounts(tx.db, {item.owner}).get(item.owner) if item.owner else None
        return item

    return await office.world.house.read(read)


async def test_what_is_changed_in_jira_comes_back_by_polling_alone(office: Office) -> None:
    world, tracker = office.world, office.jira.tracker
    channel, issue = await an_item(office)
    fields = {"summary": "page on a full queue", "priority": {"id": "1"}, "duedate": "2026-03-20"}
    tracker.change(issue, fields | {"assignee": {"accountId": "practice:bo"}})
    await world.pass_(seconds=POLL)
    item = await item_of(office)
    assert (item.title, item.priority, str(item.due_on)) == ("page on a full queue", Priority.P0, "2026-03-20")
    assert item.owner == BO
    assert "page on a full queue" in str(world.slack.messages(channel))
    tracker.move(issue, "3")
    await world.pass_(seconds=POLL)
    assert (await item_of(office)).state is ActionState.DONE
    tracker.move(issue, "2")
    await world.pass_(seconds=POLL)
    assert (await item_of(office)).state is ActionState.OPEN, "re-opened there, it is open here"
    entries = [one for one in await world.house.read(read_timeline, 1) if one.source == "jira"]
    assert [one.facts["changed"] for one in entries] == [["due_on", "owner", "priority", "title"], ["state"], ["state"]]


async def test_our_own_echo_changes_nothing(small_office: Office) -> None:
    world = small_office.world
    channel, issue = await an_item(small_office)
    await world.press(ANA, channel, "action_done")
    assert issue.status == "3"
    before = await world.house.read(read_timeline, 1)
    calls = len(small_office.jira.calls)
    for _ in range(3):
        await world.pass_(seconds=POLL)
    asked = [path for method, path, _ in small_office.jira.calls[calls:]]
    assert set(asked) == {"/search/jql", "/issue/bulkfetch"}, "nothing of it was worth a closer look"
    assert await world.house.read(read_timeline, 1) == before


async def test_what_is_changed_here_goes_out_in_order(small_office: Office) -> None:
    world = small_office.world
    _, issue = await an_item(small_office)
    await world.house.do(give_action, Request("give 1", "shell:ana"), 1, BO, "INC-1")
    asking = Request("change 1", "shell:ana")
    words = "page on a full queue"
    await world.house.do(change_action, asking, 1, key="INC-1", title=words, priority=Priority.P0)
    await world.settle()
    assert issue.fields["summary"] == "page on a full queue"
    assert issue.fields["assignee"] == {"accountId": "practice:bo"}
    assert issue.fields["priority"] == {"id": "1"}
    assert issue.fields["duedate"] == "2026-04-21", "whoever changed the priority meant that"


async def test_much_that_was_changed_is_read_in_parts_and_nothing_is_passed_over(small_office: Office) -> None:
    world, tracker = small_office.world, small_office.jira.tracker
    await an_item(small_office)
    fields = {"project": {"key": "PRAC"}, "issuetype": {"id": "10001"}}
    for number in range(1100):
        tracker.create(fields | {"summary": f"somebody else's {number}"}, cloud=True)
    channel = await world.open("payments are slow")
    await world.slash(ANA, "ticket alert on slow payments", channel)
    await world.settle()
    tracker.change(list(tracker.issues.values())[-1], {"summary": "page on slow payments"})
    await world.pass_(seconds=POLL)
    assert "page on slow payments" in str(world.slack.messages(channel))
    assert small_office.asked("POST", "/search/jql") == 12


async def test_done_in_jira_never_resolves_an_incident(small_office: Office) -> None:
    world, tracker = small_office.world, small_office.jira.tracker
    await an_item(small_office)
    for issue in tracker.issues.values():
        tracker.move(issue, "3")
    await world.pass_(seconds=POLL)
    statuses = await world.house.read(lambda tx: tx.db.connection().exec_driver_sql("SELECT status FROM incident"))
    assert [Status(row.status) for row in statuses] == [Status.INVESTIGATING]


async def test_an_issue_that_was_moved_is_followed_by_its_id(small_office: Office) -> None:
    world, tracker = small_office.world, small_office.jira.tracker
    channel, issue = await an_item(small_office)
    tracker.transfer(issue, "PLAT")
    await world.pass_(seconds=POLL)
    assert issue.key in str(world.slack.messages(channel))
    tracker.change(issue, {"summary": "page on a full queue"})
    await world.pass_(seconds=POLL)
    assert (await item_of(small_office)).title == "page on a full queue"


async def test_an_issue_that_is_gone_is_told_and_can_be_filed_again(small_office: Office) -> None:
    world, tracker = small_office.world, small_office.jira.tracker
    channel, issue = await an_item(small_office)
    tracker.delete(issue)
    await world.pass_(seconds=POLL)
    assert f"{issue.key} is gone from Jira" in str(world.slack.messages(channel))
    await world.press(ANA, channel, "ticket_again")
    assert list(small_office.filed) == ["INC-1 checkout is down", "alert on a full queue"]
    assert "is gone from Jira" not in str(world.slack.messages(channel)[-1])
    tickets = [one.facts for one in await world.house.read(read_timeline, 1) if one.kind is EntryKind.TICKET]
    assert [one["ticket"] for one in tickets] == ["PRAC-1", "PRAC-2", "PRAC-2", "PRAC-3"]


async def test_a_data_center_is_read_page_by_page_and_asked_one_by_one(sqlite_url: str, tmp_path: Path) -> None:
    async with an_office(tmp_path, sqlite_url, JIRA_EMAIL="") as office:
        world, tracker = office.world, office.jira.tracker
        channel, issue = await an_item(office)
        tracker.change(issue, {"summary": "page on a full queue", "assignee": {"name": "practice:bo"}}, cloud=False)
        await world.pass_(seconds=POLL)
        item = await item_of(office)
        assert (item.title, item.owner) == ("page on a full queue", BO)
        await world.house.do(give_action, Request("give 1", "shell:ana"), 1, ANA, "INC-1")
        await world.settle()
        assert issue.fields["assignee"] == {"name": "practice:ana"}
        tracker.delete(issue)
        await world.pass_(seconds=POLL)
        assert f"{issue.key} is gone from Jira" in str(world.slack.messages(channel))


def test_each_field_has_one_rule_for_what_both_sides_changed() -> None:
    base: Agreed = {
        Field.TITLE: ["a", "a"],
        Field.STATE: ["done", "done"],
        Field.OWNER: ["ana", "j:ana"],
        Field.PRIORITY: ["p2", "3"],
        Field.DUE_ON: ["2026-03-20", "2026-03-20"],
    }
    ours: dict[Field, str | None] = {
        Field.TITLE: "ours",
        Field.STATE: "declined",
        Field.OWNER: "bo",
        Field.PRIORITY: "p1",
        Field.DUE_ON: "2026-03-25",
    }
    theirs: dict[Field, str | None] = {
        Field.TITLE: "theirs",
        Field.STATE: "open",
        Field.OWNER: "j:emi",
        Field.PRIORITY: "4",
        Field.DUE_ON: "2026-03-18",
    }
    read = theirs | {Field.OWNER: "emi", Field.PRIORITY: "p3"}
    written = ours | {Field.STATE: "done", Field.OWNER: "j:bo", Field.PRIORITY: "2"}
    both = merged(base, Sides(ours, theirs, read, written))
    assert both.take == {Field.STATE: "open", Field.OWNER: "emi", Field.DUE_ON: "2026-03-18"}
    assert both.push == {Field.TITLE: "ours", Field.PRIORITY: "2"}
    again = merged(both.agreed, Sides(ours | dict(both.take), theirs | dict(both.push), read, written))
    assert (again.take, again.push) == ({}, {})
