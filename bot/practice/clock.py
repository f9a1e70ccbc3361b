"""The time of the practice workspace: real, or moved by hand."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

Clock = Callable[[], datetime]

GLANCE = 0.05  # seconds of real time between two looks at a clock that somebody else may move


def real_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (a server of its own, with a clock of its own)


@runtime_checkable
class Movable(Protocol):
    """A clock that can be put forward; the page shows its "move time" control only for one of these."""

    def __call__(self) -> datetime: ...

    def advance(self, seconds: float) -> None: ...


class MovableClock:
    """A clock that runs like the real one, or stands still if *frozen*, and jumps when told to."""

    def __init__(self, start: datetime | None = None, frozen: bool = False) -> None:
        self._started = real_clock()
        self._now = start or self._started
        self._frozen = frozen

    def __call__(self) -> datetime:
        return self._now if self._frozen else self._now + (real_clock() - self._started)

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


async def until(clock: Clock, moment: datetime) -> None:
    """Wait until *clock* shows *moment*, however it gets there: a clock that is moved by hand tells nobody."""
    while (left := (moment - clock()).total_seconds()) > 0:  # noqa: ASYNC110
        await asyncio.sleep(min(GLANCE, left))
