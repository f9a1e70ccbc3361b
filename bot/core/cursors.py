"""Cursors: where a list goes on. Opaque to whoever holds one, and refused when it is of another list or made up."""

import base64
import json
import zlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

LONGEST = 200  # characters
LARGEST = 2**31 - 1  # the largest number that a row can have

Place = tuple[Any, ...]
"""The values of the last row of a page, in the order of its list: days, times and numbers."""


class BadCursor(ValueError):
    """This is no cursor of this list."""


def cursor(of: str, place: Place) -> str:
    """Return the cursor behind a row of the list *of* something, such as "incidents"."""
    values = [value if isinstance(value, int) else value.isoformat() for value in place]
    text = json.dumps([of, *values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(zlib.crc32(text).to_bytes(4, "big") + text).decode().rstrip("=")


def place_of(of: str, given: str, kinds: Sequence[type]) -> Place:
    """Return the place that a cursor holds, one value of each of *kinds*. Raise BadCursor when it is not of this."""
    try:
        raw = base64.b64decode(given[:LONGEST] + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        name, *values = json.loads(raw[4:])
        place = tuple(_read(kind, value) for kind, value in zip(kinds, values, strict=True))
    except (ValueError, TypeError, RecursionError):
        raise BadCursor from None
    if name != of or cursor(of, place) != given:
        raise BadCursor
    return place


def _read(kind: type, value: Any) -> Any:
    if kind is int and type(value) is int and 0 <= value <= LARGEST:
        return value
    if kind is date and isinstance(value, str):
        return date.fromisoformat(value)
    if kind is datetime and isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC)
    raise ValueError(value)
