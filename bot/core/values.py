"""Values of a database column: when two are the same, how a program reads them, and which moment one names.

Null is the same as Null and as nothing else. NaN is the same as NaN, and −0.0 as 0.0. Numbers are compared by value
(1.50 is 1.5), times with a zone by instant, and text by code point: no collation and no Unicode normalisation.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]


def same(one: Any, other: Any) -> bool:
    """Tell whether two values of one column are the same."""
    if one is None or other is None:
        return one is other
    if isinstance(one, float) and isinstance(other, float) and one != one:
        return other != other
    return bool(one == other)


def same_row(one: Row, other: Row) -> bool:
    """Tell whether two rows of one table hold the same values."""
    return all(same(value, other[column]) for column, value in one.items())


def only_normalisation(one: Any, other: Any) -> bool:
    """Tell whether two texts that differ look alike: the same letters, composed in two ways."""
    both_text = isinstance(one, str) and isinstance(other, str)
    return both_text and unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def moment(value: Any) -> datetime | None:
    """Return the instant that a value names: a time, or ISO 8601 text. Without a zone it is taken as UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def plain(value: Any) -> Any:
    """Return a value as JSON holds it without loss: decimals, times and bytes as text, NaN and infinities by name."""
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | timedelta):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def plain_row(row: Row | None) -> dict[str, Any] | None:
    """Return a row as JSON holds it; None stays None."""
    return None if row is None else {column: plain(value) for column, value in row.items()}


def fingerprint(*parts: Any) -> str:
    """Return 32 hexadecimal digits that are the same for the same parts, today and on every machine."""
    written = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:32]
