"""Conflicts in an incident: told, in few tickets with all their rows, and decided in Slack, on a page or in Jira."""

import csv

import pytest
from playwright.async_api import Browser

from bot.core.conflicts import Bundle, bundled
from bot.errors import Refused
from bot.flows.add_action import settle_action
from bot.flows.decide_conflict import Undecided, decisions, undecided_conflicts
from bot.flows.file_conflicts import file_conflicts
from bot.flows.tx import Request
from store.types import ActionState, Keep
from tests.jira.conftest import Office
from tests.jira.rows import a_conflict
from tests.web.axe import violations
from tests.world import ANA

POLL = 65  # seconds


async def filed(office: Office, bundles: list[Bundle], name: str = "filed") -> str:
    """Open an incident, file conflicts there, and return its channel."""
    channel = await office.world.open("payments went apart")
    await office.world.house.do(file_conflicts, Request(name, "shell:ana"), "INC-1", bundles)
    await office.world.settle()
    return channel


async def left(office: Office) -> Undecided:
    return await office.world.house.read(undecided_conflicts, 1)


def test_ten_thousand_conflicts_are_few_tickets_and_none_is_lost() -> None:
    many = [a_conflict(n, f"customer {n % 700}", f"rule {n % 3}", important=n % 2000 == 0) for n in range(10_000)]
    found = bundled(many)
    assert len(found) <= 20
    assert sorted(one.id for bundle in found for one in bundle.conflicts) == sorted(one.id for one in many)
    assert sum(len(bundle.conflicts) == 1 for bundle in found) == 5, "the important ones stand alone"
    assert [bundle.group for bundle in bundled(many[::-1])] == [bundle.group for bundle in found]


async def test_conflicts_are_told_once_and_stand_in_a_ticket_with_all_their_rows(office: Office) -> None:
    world, tracker = office.world, office.jira.tracker
    bundles = bundled([a_conflict(n) for n in range(7)] + [a_conflict(9, "ben")])
    channel = await filed(office, bundles)
    assert office.filed == [
        "INC-1 payments went apart",
        "Decide orders of ada: lifecycle",
        "Decide orders of ben: lifecycle",
    ]
    _, ada, _ = tracker.issues.values()
    assert ada.fields["priority"] == {"id": "2"}, "P1"
    table = next(part for part in ada.fields["description"]["content"] if part["type"] == "table")
    marked = [row for row in table["content"] if "strong" in str(row)]
    assert len(marked) == 1
    assert all(word in str(marked) for word in ("status", "shipped", "refunded", "paid"))
    assert "Customer ada: plan gold." in str(ada.fields["description"])
    (attached,) = ada.attachments.values()
    lines = list(csv.DictReader(attached.decode().splitlines()))
    assert len(lines) == 21, "seven rows, three versions each"
    assert "8 rows that no policy decides, in 2 action items" in str(world.slack.state())
    calls = len(office.jira.calls)
    again = await world.house.do(file_conflicts, Request("again", "shell:ana"), "INC-1", bundles)
    await world.settle()
    assert (again, len(office.jira.calls)) == ((0, []), calls)
    assert "8 rows are left to decide" in await world.slash(ANA, "conflicts", channel)


async def test_a_button_decides_all_rows_of_an_item_and_closes_its_ticket(small_office: Office) -> None:
    world, tracker = small_office.world, small_office.jira.tracker
    channel = await filed(small_office, bundled([a_conflict(1), a_conflict(2)]))
    with pytest.raises(Refused, match="2 rows are not decided yet"):
        await world.house.do(settle_action, Request("done", "shell:ana"), 1, ActionState.DONE, key="INC-1")
    await world.press(ANA, channel, "conflict_keep_b")
    assert (await left(small_office)).left == 0
    assert {one.keep for one in (await world.house.read(decisions, 1)).values()} == {Keep.B}
    assert list(tracker.issues.values())[-1].status == "3"
    assert "Every row of INC-1 is decided" in await world.slash(ANA, "conflicts", channel)


async def test_a_label_and_a_transition_in_jira_decide_and_a_transition_alone_does_not(small_office: Office) -> None:
    world, tracker = small_office.world, small_office.jira.tracker
    await filed(small_office, bundled([a_conflict(1)]))
    issue = list(tracker.issues.values())[-1]
    tracker.move(issue, "3")
    await world.pass_(seconds=POLL)
    assert (issue.status, (await left(small_office)).left) == ("1", 1), "closed without a word, it is opened again"
    tracker.change(issue, {"labels": [*issue.fields["labels"], "keep-a"]})
    tracker.move(issue, "3")
    await world.pass_(seconds=POLL)
    assert (issue.status, (await left(small_office)).left) == ("3", 0)
    assert [one.keep for one in (await world.house.read(decisions, 1)).values()] == [Keep.A]


async def test_a_page_shows_both_versions_and_takes_decisions(small_office: Office, browser: Browser) -> None:
    world = small_office.world
    await filed(small_office, bundled([a_conflict(1), a_conflict(2), a_conflict(3, "ben")]))
    context = await browser.new_context(color_scheme="dark")
    page = await context.new_page()
    await page.goto(f"{world.url}/incidents/INC-1")
    await page.click("text=3 rows of diverged tables are left to decide")
    assert await page.inner_text("h1") == "3 of 3 rows are left to decide"
    assert await violations(page) == []
    await page.click("article:has-text('customer ben') >> text=Keep B")
    assert await page.inner_text("h1") == "2 of 3 rows are left to decide"
    await page.click("article >> nth=0 >> summary")
    await page.fill("article >> nth=0 >> input[name='set status']", "returned")
    await page.click("article >> nth=0 >> text=Keep this")
    assert await page.inner_text("h1") == "1 of 3 rows are left to decide"
    await context.close()
    kept = [(one.keep, one.edited) for one in (await world.house.read(decisions, 1)).values()]
    assert (Keep.B, {}) in kept
    assert (Keep.EDIT, {"status": "returned"}) in kept
