"""Holding a claim: for how long its effect may still be sent.

A process that was frozen wakes up in the middle of a send and knows nothing of the time that passed. The database
refuses what it settles then; only a look at the time, right before each call, keeps it from calling.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from bot.errors import Retry

_ends: ContextVar[float] = ContextVar("ends")


@contextmanager
def holding(span: timedelta) -> Iterator[None]:
    """Let what runs inside call a neighbour for as long as *span*."""
    token = _ends.set(time.monotonic() + span.total_seconds())
    try:
        yield
    finally:
        _ends.reset(token)


def still_held() -> None:
    """Raise Retry when an effect is being sent whose time is over. What belongs to no effect may always be sent."""
    if time.monotonic() > _ends.get(float("inf")):
        raise Retry("claim_ended")
