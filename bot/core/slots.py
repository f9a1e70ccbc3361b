"""Slots: when something falls due that has a day and a time on the wall clock, in every zone and on days of any length.

A schedule names days, such as every Monday, and a time. Each such day is one slot: it falls due once, whatever the
clocks do meanwhile, and its day is its name. Which days there are is asked of cronsim on a wall clock that never
changes; when that is in a zone, of zoneinfo. A time that comes twice means the first; one that the clocks jump over
comes as much later as they jump, by the rule of RFC 5545, also when that is past midnight.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from heapq import merge
from itertools import dropwhile, islice, takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

LATE = timedelta(minutes=5)  # after its time; a leader that fails is replaced sooner
A_DAY = timedelta(days=1)


class Weekday(IntEnum):
    """A day of the week, by the number that cron gives it."""

    SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = range(7)


@dataclass(frozen=True, slots=True)
class Slot:
    """One nominal day of a schedule, due *at* a moment. It covers what happened *since* the slot before it.

    Of a daily schedule that is 23 or 25 hours when the clocks change. Both moments are in UTC.
    """

    day: date
    since: datetime
    at: datetime

    def is_late(self, now: datetime) -> bool:
        """Tell whether it comes so long after its time that it should say so."""
        return now - self.at > LATE


@dataclass(frozen=True, slots=True)
class Schedule:
    """A time on the wall clock of some days: each of *days* is cron's day of month, month and day of week."""

    at: time
    days: tuple[str, ...]

    def latest(self, zone: ZoneInfo, now: datetime) -> Slot:
        """Return the slot that fell due last, *now* included."""
        tomorrow = datetime.combine(now.astimezone(zone).date() + 2 * A_DAY, time(), UTC)
        fell_due = dropwhile(lambda slot: slot[1] > now, self._days(zone, tomorrow, back=True))
        (day, at), (_, since) = islice(fell_due, 2)
        return Slot(day, since, at)

    def after(self, zone: ZoneInfo, now: datetime) -> Iterator[Slot]:
        """Yield the slots that fall due after *now*, without end."""
        last = self.latest(zone, now)
        since = last.at
        for day, at in self._days(zone, datetime.combine(last.day, self.at, UTC)):
            yield Slot(day, since, at)
            since = at

    def due(self, zone: ZoneInfo, since: datetime, now: datetime) -> Iterator[Slot]:
        """Yield the slots that fell due after *since*, *now* included."""
        return takewhile(lambda slot: slot.at <= now, self.after(zone, since))

    def _days(self, zone: ZoneInfo, wall: datetime, *, back: bool = False) -> Iterator[tuple[date, datetime]]:
        """Yield the nominal days after a time on the wall clock, or before it, each with the moment it falls due."""
        days = (CronSim(f"{self.at.minute} {self.at.hour} {day}", wall, reverse=back) for day in self.days)
        for nominal in merge(*days, reverse=back):
            yield nominal.date(), nominal.replace(tzinfo=zone).astimezone(UTC)


def daily(at: time) -> Schedule:
    """Every day at a time on the wall clock, to the minute."""
    return Schedule(at, ("* * *",))


def weekly(weekday: Weekday, at: time) -> Schedule:
    """Every week on a day."""
    return Schedule(at, (f"* * {weekday:d}",))


def monthly(day: int, at: time) -> Schedule:
    """Every month on a day, 1 to 31; a month that is too short has it on its last day, February of any year too."""
    if day <= 28:
        return Schedule(at, (f"{day} * *",))
    return Schedule(at, ("L * *",) if day == 31 else (f"{day} 1,3-12 *", "L 2 *"))
