"""Recorded incidents: lines of JSON, `{ts, actor_role, text, kind, precision}`, read so that none is lost."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from store.types import Precision

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(days=1)  # beyond now; clocks differ, recordings of tomorrow do not exist

_PRECISIONS = {
    "second": Precision.SECOND,
    "minute": Precision.MINUTE,
    "approx": Precision.APPROXIMATE,
    "approximate": Precision.APPROXIMATE,
    "interpolated": Precision.INTERPOLATED,
}
_MARGIN = re.compile(r"(?:±|\+/?-)\s*([0-9]{1,6})\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said or done. ``number`` is its line in the file; ``note`` is what we or its author add."""

    number: int
    occurred_at: datetime
    role: str
    text: str
    kind: str = "chat"
    precision: Precision = Precision.MINUTE
    margin_s: int | None = None
    stated_precision: str = ""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """Every line of a recorded incident in the order of the file, and what was wrong with some of them."""

    lines: tuple[Line, ...]
    problems: tuple[str, ...]


def parse(content: str, now: datetime) -> Recording:
    """Read a recording. A line that cannot be read keeps its place, its text and the time of the line before it.

    Blank lines are skipped. Nothing is sorted: the order of the file is the order of the record. Each problem names
    its line, what is wrong and what was done about it.
    """
    problems: list[str] = []
    raw = [(number, line) for number, line in enumerate(content.removeprefix("\ufeff").split("\n"), 1) if line.strip()]
    read = [_Reading(number, line, now, problems).values() for number, line in raw]
    first = next((values["occurred_at"] for values in read if values["occurred_at"]), None)
    if read and first is None:
        return Recording((), (*problems, 'No line has a usable time. Give each a `ts` such as "2026-11-24T03:12:00Z".'))
    lines: list[Line] = []
    for values in read:
        if values["occurred_at"] is None:
            values["occurred_at"] = lines[-1].occurred_at if lines else first
        lines.append(Line(**values))
    return Recording(tuple(lines), tuple(problems))


class _Reading:
    """Reads the values of one line and collects what is wrong with it."""

    def __init__(self, number: int, line: str, now: datetime, problems: list[str]) -> None:
        self._number = number
        self._now = now
        self._problems = problems
        self._notes: list[str] = []
        self._line = line.rstrip("\r")
        self._fields = self._object()

    def values(self) -> dict[str, Any]:
        """Return the arguments of a Line; its time is None when the line has none that can be used."""
        at, note = self._time(), self._fields.get("note")
        stated = self._word("precision", "minute")
        precision, margin = self._precision(stated)
        if at is None:
            precision, margin = Precision.INTERPOLATED, None
        return {
            "number": self._number,
            "occurred_at": at,
            "role": self._word("actor_role", "someone"),
            "text": self._text(),
            "kind": self._word("kind", "chat"),
            "precision": precision,
            "margin_s": margin,
            "stated_precision": stated,
            "note": "; ".join(filter(None, (note if isinstance(note, str) else None, *self._notes))) or None,
        }

    def _object(self) -> dict[str, Any]:
        try:
            fields = json.loads(self._line)
        except (ValueError, RecursionError):
            self._wrong("is not JSON", "it is kept as text")
            return {"text": self._line}
        if isinstance(fields, dict):
            return fields
        self._wrong("is JSON but no object", "it is kept as text")
        return {"text": self._line}

    def _time(self) -> datetime | None:
        ts = self._fields.get("ts")
        done = "it takes the time of the line before it"
        if ts is None:
            self._wrong("has no `ts`", done)
            return None
        try:
            at = datetime.fromisoformat(ts.strip())
        except (AttributeError, TypeError, ValueError):
            self._wrong(f"has a `ts` that is no time ({_shown(ts)})", done)
            return None
        if at.tzinfo is None:
            self._wrong(f"has a `ts` without a zone ({_shown(ts)}); end it with Z if it is UTC", done)
            return None
        return self._plausible(at, done)

    def _plausible(self, at: datetime, done: str) -> datetime | None:
        try:
            at = at.astimezone(UTC)
        except OverflowError:
            at = datetime.max.replace(tzinfo=UTC)
        if EARLIEST <= at <= self._now + TOLERANCE:
            return at
        self._wrong(f"has a `ts` {'in the future' if at > self._now else 'before 1970'} ({at:%Y-%m-%d})", done)
        return None

    def _precision(self, stated: str) -> tuple[Precision, int | None]:
        known = _PRECISIONS.get(stated.strip().lower())
        if known:
            return known, None
        margin = _MARGIN.search(stated)
        if margin:
            return Precision.APPROXIMATE, int(margin[1]) * _SECONDS[margin[2]]
        self._wrong(f"has an unknown precision ({_shown(stated)})", "its time is taken as approximate")
        return Precision.APPROXIMATE, None

    def _text(self) -> str:
        text = self._fields.get("text")
        if not isinstance(text, str):
            self._wrong("has no `text`", "the whole line is kept as its text")
            text = self._line
        return text.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be stored

    def _word(self, key: str, absent: str) -> str:
        value = self._fields.get(key)
        word = " ".join(value.split())[:80] if isinstance(value, str) else ""
        return word.encode("utf-8", "replace").decode() or absent

    def _wrong(self, what: str, done: str) -> None:
        self._problems.append(f"Line {self._number} {what}; {done}.")
        self._notes.append(f"this line {what}; {done}")


def _shown(value: object) -> str:
    return ascii(value)[:40]
