"""Working days: what is due is due when people are at work, counted in their own days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.reminders import moments, reached
from bot.core.workdays import Calendar, is_weekend
from store.types import ReminderStage

FEAST = date(2026, 5, 1)  # a Friday
MADRID = Calendar(ZoneInfo("Europe/Madrid"), lambda day: is_weekend(day) or day == FEAST)
KATHMANDU = Calendar(ZoneInfo("Asia/Kathmandu"), lambda day: day.isoweekday() == 6)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("resolved", "due"),
    [
        ("2026-03-10 12:00", "2026-03-12 12:00"),
        ("2026-03-10 03:00", "2026-03-12 08:00"),  # nobody is at work at four in the morning
        ("2026-03-10 20:00", "2026-03-13 08:00"),  # nor at nine in the evening
        ("2026-03-06 12:00", "2026-03-10 12:00"),  # a weekend takes nothing away
        ("2026-03-27 12:00", "2026-03-31 11:00"),  # nor does the change of the clocks: noon stays noon
        ("2026-04-29 10:00", "2026-05-04 10:00"),  # and a holiday is a day off as well
    ],
)
def test_forty_eight_hours_are_two_working_days_and_end_when_people_work(resolved: str, due: str) -> None:
    assert MADRID.hours_after(utc(resolved), 48) == utc(due)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - of the zone beside it
    st.integers(0, 240),
    st.sampled_from([MADRID, KATHMANDU]),
)
def test_whatever_is_due_is_due_at_work_and_not_before_its_hours_are_over(
    since: datetime, hours: int, calendar: Calendar
) -> None:
    due = calendar.hours_after(since, hours)
    assert calendar.works_at(due)
    assert due >= since + timedelta(hours=hours - 1), "an hour is what the clocks take away"


def test_reminders_stand_on_working_days_before_at_and_after() -> None:
    assert moments(date(2026, 5, 4), None, MADRID) == {  # due on a Monday: two days before is a Saturday
        ReminderStage.SOON: utc("2026-04-30 07:00"),
        ReminderStage.DUE: utc("2026-05-04 07:00"),
        ReminderStage.OVERDUE: utc("2026-05-05 07:00"),
        ReminderStage.ESCALATED: utc("2026-05-07 07:00"),
    }


def test_only_the_last_reminder_that_fell_due_counts_and_none_from_before_the_thing_was_known() -> None:
    due, known = date(2026, 3, 12), utc("2026-03-11 12:00")
    assert reached(due, None, known, MADRID, utc("2026-03-11 16:00")) is None
    assert reached(due, None, known, MADRID, utc("2026-03-12 08:00")) is ReminderStage.DUE
    assert reached(due, None, known, MADRID, utc("2026-04-12 08:00")) is ReminderStage.ESCALATED
