"""When a job is called: APScheduler asks our own trigger, never its own cron, which loses and doubles days."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger

from bot.core.slots import Schedule


class JobTrigger(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """At once, then *every* so often. With a *schedule*, also when each of its slots falls due.

    A slot is what the database says was not run yet, so a look between slots costs one question, and finds what a
    failed run or a clock that was put forward left undone.
    """

    def __init__(self, every: timedelta, schedule: Schedule | None, zone: ZoneInfo) -> None:
        self._every, self._schedule, self._zone = every, schedule, zone

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return the next time, as APScheduler asks for it."""
        if previous_fire_time is None:
            return now
        look = now + self._every
        return look if self._schedule is None else min(look, next(self._schedule.after(self._zone, now)).at)
