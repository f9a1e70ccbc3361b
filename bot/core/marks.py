"""Marks: the points that every incident is measured by, how long each took, and where the record is thin."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.core.case import Case
from bot.core.spans import LONG_GAP, span
from bot.core.timeline import Moment
from store.types import EntryKind, Precision, Status

SHORTEST_GAP = timedelta(minutes=5)  # below it, even a quarter of an incident is no gap


class Mark(StrEnum):
    """What is measured, in the order in which it usually happens."""

    IMPACT = "impact start"
    DETECTED = "detected"
    DECLARED = "declared"
    ACKNOWLEDGED = "first role taken"
    UPDATED = "first public update"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Point:
    """When a mark was reached. ``seq`` is the entry that says so, None when it comes from the incident itself."""

    at: datetime
    seq: int | None = None
    precision: Precision = Precision.SECOND

    @property
    def sure(self) -> bool:
        """Whether the time is known to the minute."""
        return self.precision in (Precision.SECOND, Precision.MINUTE)


@dataclass(frozen=True, slots=True)
class Duration:
    """How long it took from one mark to a later one."""

    name: str
    start: Mark
    end: Mark
    length: timedelta
    sure: bool

    def __str__(self) -> str:
        return span(self.length) if self.sure else f"about {span(self.length)}"


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the incident in which nothing was recorded."""

    before: Moment
    after: Moment

    @property
    def length(self) -> timedelta:
        """How long it lasted."""
        return self.after.occurred_at - self.before.occurred_at


Points = Mapping[Mark, Point]

_MEASURED = (
    ("Time to detect", Mark.DETECTED, (Mark.IMPACT,)),
    ("Time to declare", Mark.DECLARED, (Mark.DETECTED,)),
    ("Time to acknowledge", Mark.ACKNOWLEDGED, (Mark.DECLARED,)),
    ("Time to the first public update", Mark.UPDATED, (Mark.DECLARED,)),
    ("Time to mitigate", Mark.MITIGATED, (Mark.IMPACT, Mark.DETECTED, Mark.DECLARED)),
    ("Time to resolve", Mark.RESOLVED, (Mark.IMPACT, Mark.DETECTED, Mark.DECLARED)),
)


_STATED = (
    (Mark.IMPACT, re.compile(r"\boutage (?:starts|started|begins|began)\b", re.IGNORECASE)),
    (Mark.MITIGATED, re.compile(r"\boutage (?:ends|ended)\b|\bincident over\b|\bservice restored\b", re.IGNORECASE)),
    (Mark.DECLARED, re.compile(r"\bsev ?-?[1-4] ticket raised\b|\bincident (?:is )?declared\b", re.IGNORECASE)),
    (Mark.DETECTED, re.compile(r"\b(?:notices|noticed|is reported|alerted|paged)\b", re.IGNORECASE)),
)
_REACHED: dict[str, Mark] = {Status.MONITORING: Mark.MITIGATED, Status.RESOLVED: Mark.RESOLVED}
_CLOCK = re.compile(r"\b(?:from|since) ([01]?[0-9]|2[0-3]):([0-5][0-9]) UTC\b", re.IGNORECASE)


def stamp(at: datetime, precision: Precision = Precision.SECOND) -> str:
    """Return a time as "2026-11-24 03:12:05 UTC", without seconds that are not known."""
    return f"{at.astimezone(UTC):{'%Y-%m-%d %H:%M:%S' if precision is Precision.SECOND else '%Y-%m-%d %H:%M'}} UTC"


def points(case: Case) -> Points:
    """Return the marks that the record shows, each with its entry. What it does not show is not there."""
    found: dict[Mark, Point] = {}
    for moment in case.moments:
        mark = None if moment.withdrawn else _mark(moment)
        if mark and (mark not in found or mark in (Mark.MITIGATED, Mark.RESOLVED)):
            found[mark] = _point(moment)
    if case.impact_started_at:
        found[Mark.IMPACT] = Point(case.impact_started_at)
    elif Mark.IMPACT not in found:
        found.update(_impact_as_told(case))
    if case.resolved_at and Mark.RESOLVED not in found:
        found[Mark.RESOLVED] = Point(case.resolved_at)
    elif not case.resolved_at:
        found.pop(Mark.RESOLVED, None)
    return {mark: found[mark] for mark in Mark if mark in found}


def durations(marks: Points) -> list[Duration]:
    """Return how long each step took, from the earliest of the marks it may be counted from."""
    measured: list[Duration] = []
    for name, end, starts in _MEASURED:
        start = min((mark for mark in starts if mark in marks), key=lambda mark: marks[mark].at, default=None)
        if start and end in marks and marks[start].at <= marks[end].at:
            sure = marks[start].sure and marks[end].sure
            measured.append(Duration(name, start, end, marks[end].at - marks[start].at, sure))
    return measured


def disorder(marks: Points) -> list[tuple[Mark, Mark]]:
    """Return (earlier, later) for each mark that was reached before the one that usually precedes it."""
    return [(after, before) for before, after in pairwise(marks) if marks[after].at < marks[before].at]


def out_of_order(moments: Sequence[Moment]) -> dict[int, int]:
    """Map each entry that was recorded after one that happened later to the latest such entry, by number."""
    astray: dict[int, int] = {}
    latest: Moment | None = None
    for moment in sorted(moments, key=lambda moment: moment.seq):
        if latest and moment.occurred_at < latest.occurred_at:
            astray[moment.seq] = latest.seq
        else:
            latest = moment
    return astray


def gaps(moments: Sequence[Moment], start: datetime | None = None, end: datetime | None = None) -> list[Gap]:
    """Return the stretches between *start* and *end* without an entry, of over 30 minutes or a quarter of the whole."""
    within = [
        moment
        for moment in moments
        if (not start or start <= moment.occurred_at) and (not end or moment.occurred_at <= end)
    ]
    if len(within) < 2:
        return []
    quarter = (within[-1].occurred_at - within[0].occurred_at) / 4
    least = min(LONG_GAP, max(quarter, SHORTEST_GAP))
    return [gap for gap in (Gap(*pair) for pair in pairwise(within)) if gap.length > least]


def loose(moment: Moment) -> bool:
    """Whether the time of an entry is not known to the minute."""
    return moment.precision in (Precision.APPROXIMATE, Precision.INTERPOLATED) or bool(moment.margin_s)


def _mark(moment: Moment) -> Mark | None:
    match moment.kind:
        case EntryKind.OPENED if moment.facts.get("from") != "replay":
            return Mark.DECLARED
        case EntryKind.ROLE:
            return Mark.ACKNOWLEDGED
        case EntryKind.UPDATE:
            return Mark.UPDATED
        case EntryKind.STATUS:
            to = str(moment.facts.get("to"))
            return _REACHED.get(to)
        case EntryKind.REPLAYED:
            return _stated(moment)
    return None


def _point(moment: Moment) -> Point:
    return Point(moment.occurred_at, moment.seq, Precision.APPROXIMATE if moment.margin_s else moment.precision)


def _stated(moment: Moment) -> Mark | None:
    """Return the mark that a line of a curated record names plainly. Chat talks about marks, it states none."""
    if moment.facts.get("kind") not in ("curated", "paraphrase"):
        return None
    return next((mark for mark, pattern in _STATED if pattern.search(moment.text or "")), None)


def _impact_as_told(case: Case) -> Iterator[tuple[Mark, Point]]:
    """Take "from 03:01 UTC" in what was said about the impact; the day is the last on which it can have been."""
    for moment in case.moments:
        clock = _CLOCK.search(moment.text or "") if moment.kind is EntryKind.IMPACT and not moment.withdrawn else None
        if clock:
            at = moment.occurred_at.astimezone(UTC).replace(
                hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0
            )
            yield Mark.IMPACT, Point(at if at <= moment.occurred_at else at - timedelta(days=1), moment.seq)
            return
