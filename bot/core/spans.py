"""Spans of time as people read them."""

from datetime import timedelta

LONG_GAP = timedelta(minutes=30)  # without an entry, it is worth a question


def span(length: timedelta) -> str:
    """Return a length as "45 s", "12 min", "1 h 42 min" or "3 d 4 h": the two largest units, rounded down."""
    seconds = int(abs(length).total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if hours == 0:
        return f"{minutes} min"
    if days == 0:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{days} d {hours % 24} h" if hours % 24 else f"{days} d"


def length_of(seconds: float) -> str:
    """Return a number of seconds as ``span`` does, and below ten minutes to the second."""
    whole = int(seconds)
    if 60 <= whole < 600 and whole % 60:
        return f"{whole // 60} min {whole % 60} s"
    return span(timedelta(seconds=whole))
