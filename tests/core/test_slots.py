"""Slots: one for each nominal day, in every zone and over every change of its clocks.

The proof takes the slots of the days around a change, and holds them against the calendar and the wall clock alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.core.slots import Schedule, Weekday, daily, monthly, weekly

A_DAY = timedelta(days=1)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
QUARTERS = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]
BERLIN, NUUK, APIA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Nuuk"), ZoneInfo("Pacific/Apia")


@dataclass(frozen=True)
class Change:
    """A moment at which the clocks of a zone jump."""

    zone: ZoneInfo
    at: datetime
    before: timedelta  # ahead of UTC
    after: timedelta

    @property
    def wall(self) -> tuple[time, timedelta, bool]:
        """What the clocks show, how far they jump, and whether that side of the world is a day ahead of UTC then."""
        shows = self.at + self.before
        return shows.time(), self.after - self.before, shows.date() == self.at.date()


def test_each_nominal_day_has_one_slot_around_every_kind_of_change() -> None:
    """Changes that look the same on the wall are one kind; the long form takes every change of every zone."""
    kinds = {change.wall: change for change in changes()}
    assert len(kinds) > 20, len(kinds)
    assert any(change.after - change.before == timedelta(minutes=30) for change in kinds.values()), "Lord Howe"
    prove(kinds.values())


@pytest.mark.long
def test_each_nominal_day_has_one_slot_around_every_change_of_every_zone() -> None:
    found = list(changes())
    assert len({change.zone.key for change in found}) > 150
    prove(found)


def prove(found: Iterable[Change]) -> None:
    """Hold daily slots at each quarter of an hour, and weekly ones on the days around, to the law."""
    for change in found:
        day = (change.at + change.before).date()
        for at in QUARTERS:
            assert_once_a_day(daily(at), change, [day + step * A_DAY for step in (-1, 0, 1, 2)])
        for weekday in (day - A_DAY, day, day + A_DAY):
            for at in QUARTERS[::8]:
                weeks = [weekday + step * 7 * A_DAY for step in (-1, 0, 1)]
                assert_once_a_day(weekly(Weekday(weekday.isoweekday() % 7), at), change, weeks)


def assert_once_a_day(schedule: Schedule, change: Change, days: list[date]) -> None:
    """Each of *days* has one slot, at its time on the wall, moved by the jump when there is no such time that day."""
    zone = change.zone
    start = datetime.combine(days[0] - A_DAY, schedule.at, UTC) - change.before
    found = list(takewhile(lambda slot: slot.day <= days[-1], schedule.after(zone, start)))
    about = (zone.key, change.at, schedule)
    assert [each.day for each in found if each.day in days] == days, about
    assert all(earlier.at == later.since for earlier, later in pairwise(found)), about
    for each in found:
        shown = each.at.astimezone(zone)
        jump = change.after - change.before if skipped(change, each.day, schedule.at) else timedelta()
        assert shown.replace(tzinfo=None) == wall(each.day, schedule.at) + jump, about
        assert shown.fold == 0, about


def skipped(change: Change, day: date, at: time) -> bool:
    """Whether the clocks jump over a time of a day."""
    shows, jump = (change.at + change.before).replace(tzinfo=None), change.after - change.before
    return jump > timedelta() and shows <= wall(day, at) < shows + jump


def wall(day: date, at: time) -> datetime:
    return datetime.combine(day, at)


def changes() -> Iterator[Change]:
    """Yield every change of every zone from 2026 to 2028."""
    for name in sorted(available_timezones() - {"localtime"}):
        yield from changes_in(name)


@cache
def changes_in(name: str) -> tuple[Change, ...]:
    zone, found, moment = ZoneInfo(name), [], FIRST
    while moment < LAST:
        before, after = offset(zone, moment), offset(zone, moment + A_DAY)
        if before != after:
            found.append(Change(zone, the_moment(zone, moment), before, after))
        moment += A_DAY
    return tuple(found)


def the_moment(zone: ZoneInfo, day: datetime) -> datetime:
    """Return the moment within a day from which on the offset is another, to the second."""
    low, high = 0, 86_400
    while high - low > 1:
        middle = (low + high) // 2
        same = offset(zone, day + timedelta(seconds=middle)) == offset(zone, day)
        low, high = (middle, high) if same else (low, middle)
    return day + timedelta(seconds=high)


def offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def test_a_slot_that_the_clocks_jump_over_belongs_to_its_day_also_past_midnight() -> None:
    """In Nuuk the last hour of 28 March 2026 does not exist."""
    slots = list(daily(time(23, 30)).due(NUUK, moment(2026, 3, 28), moment(2026, 3, 31)))
    assert [(slot.day.day, f"{slot.at.astimezone(NUUK):%d %H:%M}") for slot in slots] == [
        (27, "27 23:30"),
        (28, "29 00:30"),
        (29, "29 23:30"),
    ]


def test_a_day_that_a_zone_left_out_has_its_weekly_slot_a_day_later() -> None:
    """Samoa had no Friday 30 December 2011."""
    [slot] = weekly(Weekday.FRIDAY, time(9)).due(APIA, moment(2011, 12, 28), moment(2012, 1, 3))
    assert slot.day == date(2011, 12, 30)
    assert f"{slot.at.astimezone(APIA):%d %H:%M}" == "31 09:00"


def test_a_daily_slot_covers_23_and_25_hours_when_the_clocks_change() -> None:
    def covered(day: int, month: int) -> timedelta:
        slot = daily(time(0)).latest(BERLIN, moment(2026, month, day, 12))
        return slot.at - slot.since

    assert [covered(29, 3), covered(30, 3), covered(31, 3)] == [timedelta(hours=hours) for hours in (24, 23, 24)]
    assert [covered(25, 10), covered(26, 10), covered(27, 10)] == [timedelta(hours=hours) for hours in (24, 25, 24)]


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (28, ["2027-12-28", "2028-01-28", "2028-02-28", "2028-03-28", "2028-04-28"]),
        (29, ["2027-12-29", "2028-01-29", "2028-02-29", "2028-03-29", "2028-04-29"]),
        (30, ["2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"]),
        (31, ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
    ],
)
def test_a_month_that_is_too_short_has_its_slot_on_its_last_day(day: int, days: list[str]) -> None:
    slots = monthly(day, time(9)).due(BERLIN, moment(2027, 12, 15), moment(2028, 5, 2))
    assert [f"{slot.day}" for slot in slots] == days
    [february] = monthly(day, time(9)).due(BERLIN, moment(2027, 2, 1), moment(2027, 3, 2))
    assert february.day == date(2027, 2, 28)


def test_a_slot_is_the_latest_from_its_very_moment() -> None:
    nine = weekly(Weekday.MONDAY, time(9))
    due = moment(2026, 3, 30, 7)
    assert nine.latest(BERLIN, due).at == due
    assert nine.latest(BERLIN, due - timedelta(microseconds=1)).at == moment(2026, 3, 23, 8)
    assert next(nine.after(BERLIN, due)).at == moment(2026, 4, 6, 7)


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]
