"""Trigger ids: three seconds, once, for one person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.practice.clock import Clock
from bot.practice.ids import new_id
from bot.practice.refusal import Refusal

LIFE = timedelta(seconds=3)


@dataclass
class Trigger:
    user: str
    issued: datetime
    used: bool = False


class Triggers:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str) -> str:
        now = self._clock()
        trigger_id = f"{int(now.timestamp() * 1000)}.{now.microsecond}.{new_id('').lower()}"
        self._issued[trigger_id] = Trigger(user, now)
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """The person whose trigger this is; it is spent by that."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self._clock() - trigger.issued > LIFE:
            raise Refusal("expired_trigger_id")
        trigger.used = True
        return trigger.user
