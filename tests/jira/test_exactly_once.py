"""Exactly once: whatever becomes of Jira's answers, there is one ticket for each item."""

import random
from collections import Counter

import pytest

from bot.practice.tracker_http import Kind, TrackerFault
from tests.jira.conftest import Office
from tests.jira.conversation import open_with_items
from tests.world import ANA

LAG = 2.0  # seconds until search shows a new issue


async def test_a_ticket_whose_answer_was_lost_is_found_and_not_filed_again(office: Office) -> None:
    world, jira = office.world, office.jira
    jira.tracker.lag = LAG
    jira.order(TrackerFault("cut_after", times=2))
    channel = await world.open()
    await world.slash(ANA, "ticket alert on a full queue", channel)
    await world.pass_(minutes=1)
    await world.pass_(minutes=1)
    assert len(office.filed) == 2
    assert office.asked("POST", "/issue") == 2
    assert "PRAC-2" in str(world.slack.messages(channel))


async def test_a_ticket_that_never_arrived_is_filed_again_once_search_would_show_it(small_office: Office) -> None:
    office, world, jira = small_office, small_office.world, small_office.jira
    jira.order(TrackerFault("cut_before"))
    channel = await world.open()
    await world.slash(ANA, "ticket alert on a full queue", channel)
    await world.pass_(seconds=60)
    assert office.asked("POST", "/issue") == 1, "it may still turn up"
    await world.pass_(seconds=60)
    await world.pass_(seconds=60)
    assert len(office.filed) == 2


async def test_of_two_that_search_showed_too_late_the_oldest_stays(small_office: Office) -> None:
    world, jira = small_office.world, small_office.jira
    jira.tracker.lag = 600
    jira.order(TrackerFault("cut_after"))
    channel = await world.open()
    await world.slash(ANA, "ticket alert on a full queue", channel)
    for _ in range(3):
        await world.pass_(minutes=2)
    first, second = [issue for issue in jira.tracker.issues.values() if "INC-1 checkout" in issue.fields["summary"]]
    assert (first.status, second.status) == ("1", "1")
    await world.pass_(minutes=20)
    await world.pass_(minutes=5)
    assert (first.status, second.status) == ("1", "3")
    assert f"{first.key} is the one that stays" in str(second.comments)
    assert f"{first.key} stays; {second.key} is closed" in str(world.slack.state())


async def test_thirty_percent_of_answers_lost_and_ten_percent_never_delivered(small_office: Office) -> None:
    """The short form: the long one, with real processes that are killed, is in test_soak.py."""
    office, world = small_office, small_office.world
    chance = random.Random(20260310)

    def fate(method: str, path: str) -> Kind | None:
        if (method, path) != ("POST", "/issue"):
            return None
        drawn = chance.random()
        return "cut_after" if drawn < 0.3 else "cut_before" if drawn < 0.4 else None

    office.jira._fate = fate
    office.jira.tracker.lag = LAG
    channels = [await world.open(f"incident {number}") for number in range(4)]
    for number in range(20):
        await world.slash(ANA, f"ticket change number {number}", channels[number % 4])
    for _ in range(60):
        await world.pass_(seconds=60)
        if len(office.filed) == 24:
            break
    await world.pass_(minutes=5)
    assert Counter(office.filed) == Counter(
        [f"change number {number}" for number in range(20)] + [f"INC-{n + 1} incident {n}" for n in range(4)]
    )
    assert (
        await world.house.read(
            lambda tx: tx.db.connection().exec_driver_sql("SELECT count(*) FROM ticket WHERE issue_id IS NULL").scalar()
        )
        == 0
    )


@pytest.mark.long
async def test_two_hundred_tickets_survive_an_outage_of_thirty_minutes(small_office: Office) -> None:
    office, world = small_office, small_office.world
    await open_with_items(world.house, 2, 9)
    await world.settle()
    office.jira.down = True
    for round_ in range(1, 10):
        await open_with_items(world.house, 2, 9, first=2 * round_)
        await world.pass_(minutes=3)
    await world.pass_(minutes=3)
    assert len(office.filed) == 20
    office.jira.down = False
    began = world.clock.now()
    for _ in range(40):
        await world.pass_(seconds=30)
        if len(office.filed) == 200:
            break
    print(f"{len(office.filed)} tickets {world.clock.now() - began} after Jira was back")
    await world.pass_(minutes=20)
    titles = [f"change {number}.{item}" for number in range(20) for item in range(9)]
    opened = [f"INC-{number + 1} outage {number}" for number in range(20)]
    assert Counter(office.filed) == Counter([*titles, *opened])
