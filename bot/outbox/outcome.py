"""What came of sending an effect, and the handler that each kind of effect has."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import Failed, Rejected
from bot.flows.deliver import Record
from store.effects import Claimed
from store.types import Cause


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


@dataclass(frozen=True, slots=True)
class Came:
    """What an attempt says about the neighbour: whether it is ``alive``, and ``well``; None where it says nothing."""

    alive: bool | None
    well: bool | None
    took: timedelta

    @classmethod
    def of(cls, result: Done | Failed, took: timedelta) -> "Came":
        """Judge by a result. A fault of ours says nothing; who refuses is alive; who asks us to wait is, too."""
        if isinstance(result, Done | Rejected):
            return cls(True, True, took)
        if result.cause is Cause.BUG:
            return cls(None, None, took)
        return cls(result.after is not None, False, took)


Handler = Callable[[Claimed], Awaitable[Done]]
"""Sends one effect. Raises Retry, Rejected or Unknown (``bot.errors``).

With ``look_first`` it asks the neighbour before it repeats.
"""
