"""A slow and obvious reconciliation in plain Python, written without a look at ours, to compare answers with.

Tables are dicts of rows by key. A policy is a dict: column -> ("counter",), ("max",), ("min",), ("prefer", "A"),
("immutable",), ("manual",), ("lifecycle", {state: {later states}}) or ("lww", clock, gap in seconds).
"""

from datetime import datetime
from typing import Any

Key = Any
Row = dict[str, Any]
Tables = dict[Key, Row]

REVIEW = "review"


def reconcile(a: Tables, b: Tables, base: Tables | None, policy: dict[str, tuple]) -> dict[Key, Row | str | None]:
    """Return what becomes of every key that A and B do not hold alike: a row, None for none, or REVIEW."""
    answers: dict[Key, Row | str | None] = {}
    for key in a.keys() | b.keys():
        if key in a and key in b:
            if equal(a[key], b[key]):
                continue
            answers[key] = merged(a[key], b[key], None if base is None else base.get(key), policy)
        elif base is None:
            answers[key] = REVIEW
        else:
            lone = a[key] if key in a else b[key]
            if key not in base:
                answers[key] = lone
            else:
                answers[key] = None if equal(lone, base[key]) else REVIEW
    return answers


def merged(a: Row, b: Row, base: Row | None, policy: dict[str, tuple]) -> Row | str:
    """Return the merged row, or REVIEW if any of its columns needs a person."""
    row: Row = {}
    for column in a:
        verdict = column_verdict(column, a, b, base, policy.get(column, ("manual",)))
        if verdict == REVIEW:
            return REVIEW
        row[column] = verdict[0]
    return row


def column_verdict(column: str, a: Row, b: Row, base: Row | None, rule: tuple) -> Any:
    """Return (value,) or REVIEW."""
    x, y = a[column], b[column]
    if rule[0] == "immutable":
        frozen = x if base is None else base[column]
        return (x,) if equal(x, frozen) and equal(y, frozen) else REVIEW
    if base is not None and rule[0] == "counter":
        z = base[column]
        if not equal(x, z) and not equal(y, z):
            return REVIEW if None in (x, y, z) else (x + y - z,)
    if equal(x, y):
        return (x,)
    if base is not None and equal(y, base[column]):
        return (x,)
    if base is not None and equal(x, base[column]):
        return (y,)
    return both_changed(x, y, a, b, rule)


def both_changed(x: Any, y: Any, a: Row, b: Row, rule: tuple) -> Any:
    """Return (value,) or REVIEW for a column that differs and that both sides changed, or may have."""
    match rule:
        case ("max",) | ("min",):
            if x is None or y is None or x != x or y != y:
                return REVIEW
            return ((x if (x > y) == (rule[0] == "max") else y),)
        case ("prefer", side):
            return (x if side == "A" else y,)
        case ("lifecycle", later):
            if x in later and y in later[x]:
                return (y,)
            return (x,) if y in later and x in later[y] else REVIEW
        case ("lww", clock, gap):
            if a[clock] is None or b[clock] is None:
                return REVIEW
            apart = (as_time(a[clock]) - as_time(b[clock])).total_seconds()
            if apart == 0 or abs(apart) < gap:
                return REVIEW
            return (x if apart > 0 else y,)
    return REVIEW


def as_time(value: Any) -> datetime:
    """Read a time as SQLite stores it."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def equal(one: Any, other: Any) -> bool:
    """Compare rows or values: Null equals Null, NaN equals NaN."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(equal(one[name], other[name]) for name in one)
    if one is None or other is None:
        return one is None and other is None
    return one == other or (one != one and other != other)
