"""What came of sending an effect, and the handler that each kind of effect has."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.flows.deliver import Record
from store.effects import Claimed


@dataclass(frozen=True, slots=True)
class Done:
    """It worked. ``record`` is written in the transaction that settles it; ``rest`` is how long its line waits now.

    ``status`` and ``answer`` are kept with the attempt, where the kind keeps those that worked.
    """

    record: Record | None = None
    rest: timedelta = timedelta()
    status: int | None = None
    answer: str | None = None


NOTHING_TO_DO = Done()

Handler = Callable[[Claimed], Awaitable[Done]]
"""Sends one effect. Raises Retry, Rejected or Unknown (``bot.errors``).

With ``look_first`` it asks the neighbour before it repeats.
"""
