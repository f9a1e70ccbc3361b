"""Answers over HTTP: what a status means for an effect, and how long the neighbour asks to be left alone."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from bot.errors import Failed, Rejected, Retry, Unknown
from store.types import Cause


def judged(who: str, secret: str, status: int, asked: timedelta | None, *, reads: bool, **about: Any) -> Failed:
    """Return what a refusal means. What only *reads* may be asked again; what wrote may have worked all the same."""
    if status == 429:
        return Retry(f"{who} asks us to wait", asked or timedelta(), status=status, **about)
    if status == 401:
        return Retry(f"{who} does not accept {secret}", cause=Cause.CONFIGURATION, status=status, **about)
    if status >= 500 or status == 408:
        return (Retry if reads else Unknown)(f"{who} answered {status}", asked, status=status, **about)
    return Rejected(f"{who} answered {status}", status=status, **about)


def asked_pause(text: str, now: datetime) -> timedelta | None:
    """Return the pause of a Retry-After header: seconds, also with a fraction, or a date; None when it says neither."""
    try:
        return timedelta(seconds=max(0.0, min(float(text), 1e8)))
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(text) - now, timedelta())
    except (ValueError, TypeError):
        return None
