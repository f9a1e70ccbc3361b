"""Action items become tickets: what stands in them, once each, and nothing waits for Jira."""

from typing import Any

from bot.practice.tracker_http import TrackerFault
from bot.slack.modals.action import action_form
from tests.jira.conftest import Office
from tests.world import ANA, BO


async def test_an_action_item_becomes_a_ticket_under_its_incident(office: Office) -> None:
    world, tracker = office.world, office.jira.tracker
    channel = await world.open()
    await world.slash(ANA, "ticket alert on a full queue", channel)
    await world.settle()
    incident, item = tracker.issues.values()
    assert (incident.fields["summary"], incident.fields["issuetype"]["id"]) == ("INC-1 checkout is down", "10000")
    assert item.fields["summary"] == "alert on a full queue"
    assert item.fields["parent"] == {"id": incident.id}
    assert item.fields["priority"] == {"id": "3"}, "P2 is Medium there"
    assert item.fields["duedate"] == "2026-04-21", "thirty working days on"
    assert item.fields["labels"][0].startswith("firstfive-")
    assert item.fields["labels"][1:] == ["INC-1", "SEV1", "prevent"]
    assert "http://127.0.0.1:8080/incidents/INC-1" in str(item.fields["description"])
    assert "http://127.0.0.1:8080/postmortems/INC-1" in str(item.fields["description"])
    assert f"<{office.jira.url}/browse/PRAC-2|PRAC-2>" in str(world.slack.messages(channel))


async def test_its_owner_is_whoever_has_their_address_in_jira(small_office: Office) -> None:
    world, tracker = small_office.world, small_office.jira.tracker
    tracker.people.pop("practice:dana")
    channel = await world.open()
    for owner in (BO, "U0DANA001"):
        await give(small_office, channel, owner=owner)
    first, second = list(tracker.issues.values())[1:]
    assert first.fields["assignee"] == {"accountId": "practice:bo"}
    assert "assignee" not in second.fields, "Jira does not know Dana"
    assert "Done when: a full queue pages within a minute" in str(first.fields["description"])


async def give(office: Office, channel: str, owner: str) -> None:
    """Add an action item by the form."""
    values: dict[str, Any] = {
        "title": "alert on a full queue",
        "done_when": "a full queue pages within a minute",
        "owner": owner,
        "priority": "p0",
        "type": "detect",
    }
    assert "done_when" in str(action_form("INC-1"))
    await office.world.slash(ANA, "ticket", channel)
    await office.world.settle()
    await office.world.slack.submit(ANA, values=values)
    await office.world.settle()


async def test_a_ticket_is_closed_and_opened_again_with_its_item(small_office: Office) -> None:
    world, tracker = small_office.world, small_office.jira.tracker
    channel = await world.open()
    await world.slash(ANA, "ticket alert on a full queue", channel)
    await world.settle()
    incident, item = tracker.issues.values()
    await world.press(ANA, channel, "action_done")
    assert (incident.status, item.status) == ("1", "3")
    calls = len(small_office.jira.calls)
    await world.press(ANA, channel, "action_reopen")
    assert (item.status, len(small_office.jira.calls) - calls) == ("1", 3)
    tracker.move(item, "2")
    await world.press(ANA, channel, "action_done")
    await world.press(ANA, channel, "action_reopen")
    assert item.status == "1"


async def test_fields_that_are_not_on_the_screen_are_left_out(small_office: Office) -> None:
    world, tracker = small_office.world, small_office.jira.tracker
    for name in ("priority", "duedate", "parent", "description"):
        del tracker.screen[name]
    channel = await world.open()
    await world.slash(ANA, "ticket alert on a full queue", channel)
    await world.settle()
    incident, item = tracker.issues.values()
    assert set(item.fields) == {"project", "issuetype", "summary", "labels"}
    assert tracker.linked(item) == [incident], "what cannot be its child is linked to it"


async def test_the_tickets_of_joined_incidents_are_linked_once(small_office: Office) -> None:
    world, tracker = small_office.world, small_office.jira.tracker
    first, second = await world.open(), await world.open("payments are slow")
    for channel in (first, second):
        await world.slash(ANA, "ticket alert on a full queue", channel)
    await world.settle()
    await world.slash(ANA, "duplicate INC-1", second)
    await world.settle()
    one, other = (issue for issue in tracker.issues.values() if issue.fields["summary"].startswith("INC-"))
    assert tracker.linked(one) == [other]
    assert small_office.asked("POST", "/issueLink") == 1


async def test_what_jira_refuses_is_shown_on_the_item_and_can_be_tried_again(small_office: Office) -> None:
    world, tracker = small_office.world, small_office.jira.tracker
    tracker.screen["customfield_1"] = True
    channel = await world.open()
    await world.slash(ANA, "ticket alert on a full queue", channel)
    await world.settle()
    assert tracker.issues == {}
    assert "Jira refused its ticket: customfield_1: Customfield_1 is required." in str(world.slack.messages(channel))
    del tracker.screen["customfield_1"]
    await world.press(ANA, channel, "effect_retry")
    assert small_office.filed == ["alert on a full queue"]


async def test_what_is_made_while_jira_is_down_is_filed_in_order_when_it_is_back(small_office: Office) -> None:
    office, world = small_office, small_office.world
    office.jira.down = True
    channel = await world.open()
    for number in range(1, 6):
        assert "is added" in await world.slash(ANA, f"ticket change number {number}", channel)
    await world.pass_(minutes=30)
    assert office.filed == []
    office.jira.down = False
    for _ in range(10):
        await world.pass_(minutes=2)
    assert office.filed == ["INC-1 checkout is down", *(f"change number {number}" for number in range(1, 6))]


async def test_a_token_that_expired_keeps_tickets_waiting_until_there_is_another(small_office: Office) -> None:
    world, jira = small_office.world, small_office.jira
    tokens, jira.tokens = jira.tokens, set()
    channel = await world.open()
    await world.slash(ANA, "ticket alert on a full queue", channel)
    await world.pass_(minutes=5)
    jira.tokens = tokens
    await world.pass_(minutes=5)
    assert len(small_office.filed) == 2


async def test_jira_is_left_alone_as_long_as_it_asks(small_office: Office) -> None:
    world, jira = small_office.world, small_office.jira
    jira.order(TrackerFault("status", status=429, headers={"Retry-After": "120.5"}))
    channel = await world.open()
    await world.slash(ANA, "ticket alert on a full queue", channel)
    await world.settle()
    before = len(jira.calls)
    await world.pass_(seconds=100)
    assert len(jira.calls) == before
    await world.pass_(seconds=60)
    assert len(small_office.filed) == 2


async def test_a_private_incident_files_nothing(small_office: Office) -> None:
    world = small_office.world
    channel = await world.open(words="sev2 private")
    assert "is added" in await world.slash(ANA, "ticket alert on a full queue", channel)
    await world.settle()
    assert small_office.jira.calls == []


async def test_an_entry_of_the_timeline_becomes_an_action_item(small_office: Office) -> None:
    world = small_office.world
    channel = await world.open()
    await world.slash(ANA, "note the pool was full for ten minutes", channel)
    await world.slash(ANA, "timeline", channel)
    await world.press(ANA, channel, "entry_action", choose="INC-1 5")
    values = {"title": "page on a full pool", "priority": "p1", "type": "detect"}
    assert "the pool was full for ten minutes" in str(world.slack.state())
    await world.slack.submit(ANA, values=values)
    await world.settle()
    assert small_office.filed == ["INC-1 checkout is down", "page on a full pool"]
