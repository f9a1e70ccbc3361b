"""Reminders: before, on and after the day, each once, at work, and at last to the lead."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.core.teams import Team
from bot.core.workdays import Calendar, is_weekend
from bot.errors import Refused
from bot.flows.add_action import add_action, settle_action
from bot.flows.change_status import change_status
from bot.flows.give_action import give_action
from bot.flows.meet import learn_names, meet
from bot.flows.remind import remind_people, snooze_reminder
from store.types import ActionState, Status
from tests.home import ANA, BO, CHIDI, DANA, Home

TUESDAY = date(2026, 3, 24)


async def look(home: Home, *moments: str) -> list[list[str]]:
    """Look three times at each moment of March, in UTC; return who was reminded by then, and which lead heard."""
    heard = []
    for moment in moments:
        at = datetime.fromisoformat(f"2026-03-{moment}").replace(tzinfo=UTC)
        home.clock.pass_(seconds=(at - home.clock.now()).total_seconds())
        for _ in range(3):
            await home.do(remind_people)
        heard.append([*await home.told("reminder"), *await home.told("escalated")])
    return heard


async def an_item(home: Home, owner: str | None = BO, *, private: bool = False) -> str:
    key = await home.open(private=private)
    await home.do(add_action, home.request(), "raise the limit", owner=owner, due_on=TUESDAY, key=key)
    return key


async def test_each_reminder_comes_once_and_the_lead_hears_last(home: Home) -> None:
    home.house.rules = replace(home.rules, teams=(Team("all", "incidents", lead=DANA),))
    await an_item(home)
    assert await look(home, "20 08:59", "20 09:00", "21 09:00", "23 12:00", "24 09:00", "25 09:00", "26 12:00") == [
        *([[], [BO], [BO], [BO]]),  # two days before is a Sunday, so on Friday
        *([[BO] * 2, [BO] * 3, [BO] * 3]),
    ]
    assert await look(home, "27 09:00", "31 12:00") == [[BO, BO, BO, DANA]] * 2


async def test_after_a_downtime_one_reminder_comes_and_not_those_that_were_missed(home: Home) -> None:
    await an_item(home)
    assert await look(home, "28 12:00", "30 08:00", "30 09:00") == [[], [], [BO]]


async def test_nobody_is_reminded_on_a_day_off_or_at_night_where_they_are(home: Home) -> None:
    off = Calendar(off=lambda day: is_weekend(day) or day == TUESDAY)
    home.house.rules = replace(home.rules, teams=(Team("all", "incidents", off),))
    await an_item(home)
    await home.do(lambda tx: learn_names(meet(tx, 1, BO), ["Bo"], "Pacific/Auckland", True, tx))
    assert await look(home, "23 20:30", "24 19:59", "24 20:00") == [[], [], [BO]]


async def test_what_is_done_or_never_due_reminds_nobody_and_a_new_owner_is_reminded_in_turn(home: Home) -> None:
    key = await an_item(home)
    await look(home, "20 10:00")
    await home.do(give_action, home.request(), 1, CHIDI, key=key)
    assert (await look(home, "24 10:00"))[0] == [BO, CHIDI]
    await home.do(settle_action, home.request(), 1, ActionState.DONE, key=key)
    assert (await look(home, "25 10:00"))[0] == [BO, CHIDI]


async def test_a_snooze_puts_the_owner_off_to_the_next_working_day_and_the_lead_not_at_all(home: Home) -> None:
    home.house.rules = replace(home.rules, teams=(Team("all", "incidents", lead=DANA),))
    key = await an_item(home)
    await look(home, "20 09:00")
    until = await home.do(snooze_reminder, home.request(BO), 1, key)
    assert until == datetime(2026, 3, 23, 9, tzinfo=UTC)
    assert await look(home, "21 09:00", "23 08:59", "23 09:00") == [[BO], [BO], [BO, BO]]
    for day in (24, 25, 26):
        await look(home, f"{day} 09:00")
        await home.do(snooze_reminder, home.request(BO), 1, key)
    assert (await look(home, "27 09:00"))[0] == [BO] * 5 + [DANA]
    with pytest.raises(Refused, match="nothing like that"):
        await home.do(snooze_reminder, home.request(BO), 9, key)


async def test_a_lead_who_may_not_know_of_an_incident_does_not_hear_of_it(home: Home) -> None:
    home.house.rules = replace(home.rules, teams=(Team("all", "incidents", lead=DANA),))
    await an_item(home, private=True)
    assert (await look(home, "27 09:00"))[0] == [BO]


async def test_an_item_of_nobody_reaches_the_lead_alone(home: Home) -> None:
    home.house.rules = replace(home.rules, teams=(Team("all", "incidents", lead=DANA),))
    await an_item(home, owner=None)
    assert await look(home, "24 09:00", "27 09:00") == [[], [DANA]]


async def test_the_owner_of_a_postmortem_is_reminded_like_that_of_an_action_item(home: Home) -> None:
    key = await home.open()
    await home.do(change_status, home.request(), Status.RESOLVED, key=key)
    assert await look(home, "10 10:00", "12 08:59", "12 09:00", "13 09:00") == [
        *([[ANA], [ANA], [ANA] * 2, [ANA] * 3]),
    ]
