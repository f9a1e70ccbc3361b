"""Working days: when people of one place are at work, and what falls due counted in their days.

Which days are off is the caller's to say, weekends and holidays alike: a weekend is no Saturday in every country.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEGINS, ENDS = time(9), time(18)  # of work, on the wall clock: nobody is asked for anything outside
A_DAY = timedelta(days=1)
UTC_ZONE = ZoneInfo("UTC")

DaysOff = Callable[[date], bool]


def is_weekend(day: date) -> bool:
    """Tell whether a day is a Saturday or a Sunday: the days off of a team that names no country."""
    return day.isoweekday() > 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where people work, and which days they have *off*. Every moment that it returns is in UTC."""

    zone: ZoneInfo = UTC_ZONE
    off: DaysOff = is_weekend

    def day_of(self, moment: datetime) -> date:
        """Return the day that it is here."""
        return moment.astimezone(self.zone).date()

    def begins(self, day: date) -> datetime:
        """Return when work begins on a day."""
        return self._at(day, BEGINS)

    def works_at(self, moment: datetime) -> bool:
        """Tell whether people here are at work."""
        here = moment.astimezone(self.zone)
        return BEGINS <= here.time() < ENDS and not self.off(here.date())

    def working_moment(self, moment: datetime) -> datetime:
        """Return the moment itself, or the next at which work begins."""
        here = moment.astimezone(self.zone)
        if self.works_at(moment):
            return moment.astimezone(UTC)
        return self.begins(self._working_day(here.date() + (A_DAY if here.time() >= ENDS else timedelta())))

    def days_after(self, day: date, count: int) -> date:
        """Return the *count*-th working day after a day; a negative count goes back."""
        step = A_DAY if count > 0 else -A_DAY
        for _ in range(abs(count)):
            day += step
            while self.off(day):
                day += step
        return day

    def hours_after(self, moment: datetime, hours: float) -> datetime:
        """Return when so many hours are over, at a time when people work. A day off takes none of them away."""
        days, rest = divmod(timedelta(hours=hours), A_DAY)
        here = moment.astimezone(self.zone)
        return self.working_moment(self._at(self.days_after(here.date(), days), here.time()) + rest)

    def _working_day(self, day: date) -> date:
        return self.days_after(day, 1) if self.off(day) else day

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)
