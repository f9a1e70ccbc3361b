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
    PAGED = "paged"
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

MEASURED = (  # what is told, the mark at its end, and those it may begin with
    ("Time to detect", Mark.DETECTED, (Mark.IMPACT,)),
    ("Time to declare", Mark.DECLARED, (Mark.DETECTED,)),
    ("Time to acknowledge", Mark.ACKNOWLEDGED, (Mark.PAGED, Mark.DECLARED)),
    ("Time to the first public update", Mark.UPDATED, (Mark.DECLARED,)),
    ("Time to mitigate", Mark.MITIGATED, (Mark.IMPACT, Mark.DETECTED, Mark.DECLARED)),
    ("Time to resolve", Mark.RESOLVED, (Mark.IMPACT, Mark.DETECTED, Mark.DECLARED)),
)


def _patterns(*stated: tuple[Mark, str]) -> tuple[tuple[Mark, re.Pattern[str]], ...]:
    return tuple((mark, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for mark, pattern in stated)


_STATED = _patterns(
    (Mark.IMPACT, r"outage (?:starts|started|begins|began)"),
    (Mark.MITIGATED, r"outage (?:ends|ended)|incident over|service (?:is )?(?:restored|restoration)"),
    (Mark.DECLARED, r"sev ?-?[1-4] ticket raised|incident (?:is )?declared|(?:open|declare)[sd]? an incident"),
    (Mark.DETECTED, r"notices|noticed|is reported|alerted|alerts? (?:on .{1,40} )?(?:fires?|fired)|paged"),
)
# What a line shows beside the marks above, and what shows the impact where no line says that it starts.
_SHOWN = _patterns(
    (Mark.PAGED, r"paged|pages (?:the )?on-call"),
    (Mark.ACKNOWLEDGED, r"acknowledge[sd]"),
    (Mark.UPDATED, r"status page (?:is |was )?updated|customers (?:are |were )?(?:told|informed|notified)"),
)
_HARM = re.compile(
    r"\b(?:is|are|was|were) (?:all )?(?:deleted|wiped|down|unavailable|unreachable)\b|\b(?:records|rows) deleted\b"
    r"|\b(?:sign-?ins?|logins?|requests|payments|writes|reads) (?:starts? to |began to )?fail(?:s|ed)?\b",
    re.IGNORECASE,
)
_ALERT = re.compile(r"\balerts? (?:on .{1,40} )?(?:fires?|fired)\b", re.IGNORECASE)
_PAGERS = ("opsgenie", "pagerduty")  # senders whose alerts call somebody
_AUTHORED = ("curated", "paraphrase")
_REACHED: dict[str, Mark] = {Status.MONITORING: Mark.MITIGATED, Status.RESOLVED: Mark.RESOLVED}
_CLOCK = re.compile(r"\b(?:from|since) ([01]?[0-9]|2[0-3]):([0-5][0-9]) UTC\b", re.IGNORECASE)


def stamp(at: datetime, precision: Precision = Precision.SECOND) -> str:
    """Return a time as "2026-11-24 03:12:05 UTC", without seconds that are not known."""
    return f"{at.astimezone(UTC):{'%Y-%m-%d %H:%M:%S' if precision is Precision.SECOND else '%Y-%m-%d %H:%M'}} UTC"


def points(case: Case) -> Points:
    """Return the marks that the record shows, each with its entry. What it does not show is not there."""
    found: dict[Mark, Point] = {}
    for moment in case.moments:
        for mark in () if moment.withdrawn else _marks(moment):
            if mark not in found or mark in (Mark.MITIGATED, Mark.RESOLVED):
                found[mark] = _point(moment)
    if case.impact_started_at:
        found[Mark.IMPACT] = Point(case.impact_started_at)
    elif Mark.IMPACT not in found:
        found.update(_impact_as_told(case) or _impact_as_shown(case, found.get(Mark.DETECTED)))
    if case.resolved_at and Mark.RESOLVED not in found:
        found[Mark.RESOLVED] = Point(case.resolved_at)
    elif not case.resolved_at:
        found.pop(Mark.RESOLVED, None)
    return {mark: found[mark] for mark in Mark if mark in found}


def durations(marks: Points) -> list[Duration]:
    """Return how long each step took, from the earliest of the marks it may be counted from."""
    measured: list[Duration] = []
    for name, end, starts in MEASURED:
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


def _marks(moment: Moment) -> Iterator[Mark]:
    match moment.kind:
        case EntryKind.OPENED if moment.facts.get("from") != "replay":
            yield Mark.DECLARED
        case EntryKind.ROLE:
            yield Mark.ACKNOWLEDGED
        case EntryKind.UPDATE:
            yield Mark.UPDATED
        case EntryKind.STATUS:
            if reached := _REACHED.get(str(moment.facts.get("to"))):
                yield reached
        case EntryKind.ALERT if moment.facts.get("state") == "firing":
            yield Mark.DETECTED
            if moment.facts.get("sender") in _PAGERS:
                yield Mark.PAGED
        case EntryKind.NOTE | EntryKind.MESSAGE if _tells_of_alert(moment.text or ""):
            yield Mark.DETECTED
        case EntryKind.REPLAYED if _authored(moment):
            yield from _stated(moment.text or "")


def _tells_of_alert(text: str) -> bool:
    """Whether somebody wrote that an alert fired. The word is looked for first: that takes a tenth of the time."""
    return "alert" in text.lower() and _ALERT.search(text) is not None


def _point(moment: Moment) -> Point:
    return Point(moment.occurred_at, moment.seq, Precision.APPROXIMATE if moment.margin_s else moment.precision)


def _authored(moment: Moment) -> bool:
    """Whether a line is of a record that somebody edited. Chat talks about marks, it states none."""
    return moment.kind is EntryKind.REPLAYED and moment.facts.get("kind") in _AUTHORED


def _stated(text: str) -> Iterator[Mark]:
    """Yield the marks that a line of a curated record names plainly."""
    yield from [mark for mark, pattern in _STATED if pattern.search(text)][:1]
    yield from (mark for mark, pattern in _SHOWN if pattern.search(text))


def _impact_as_told(case: Case) -> dict[Mark, Point]:
    """Take "from 03:01 UTC" in what was said about the impact; the day is the last on which it can have been."""
    for moment in case.moments:
        clock = _CLOCK.search(moment.text or "") if moment.kind is EntryKind.IMPACT and not moment.withdrawn else None
        if clock:
            at = moment.occurred_at.astimezone(UTC).replace(
                hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0
            )
            at = at if at <= moment.occurred_at else at - timedelta(days=1)
            return {Mark.IMPACT: Point(at, moment.seq, Precision.MINUTE)}
    return {}


def _impact_as_shown(case: Case, detected: Point | None) -> dict[Mark, Point]:
    """Take the first line of a curated record that tells of harm, unless it had been detected before."""
    told = (moment for moment in case.moments if _authored(moment) and not moment.withdrawn)
    shown = next((moment for moment in told if _HARM.search(moment.text or "")), None)
    if shown is None or (detected and detected.at < shown.occurred_at):
        return {}
    return {Mark.IMPACT: _point(shown)}
