"""Measures: what insights count of one incident, taken from its timeline."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.case import Case
from bot.core.factors import themes
from bot.core.marks import MEASURED, Mark, Point, durations, points
from bot.core.timeline import Moment

RULES = 1  # raise it when what is measured changes, and every incident is measured again
MARKS = tuple(Mark)
QUARTER = 900  # seconds; every zone differs from UTC by whole quarters of an hour


Offsets = Sequence[int | None]
"""Seconds from an incident's opening to each of ``MARKS``; None for one that the record does not show."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one incident gives: when it reached each mark, those known roughly, themes, and who acted when.

    ``acts`` map people's references to the quarters of an hour, counted from 1970, in which they recorded something.
    """

    offsets: Offsets
    loose: Collection[str]
    themes: tuple[str, ...]
    acts: Mapping[str, tuple[int, ...]]


def measured(case: Case, recorded: Sequence[Moment]) -> Measured:
    """Measure an incident. *recorded* are its entries as they were recorded, before they are folded."""
    marks = points(case)
    acts: dict[str, set[int]] = {}
    for moment in recorded:
        if moment.actor is not None:
            acts.setdefault(moment.actor, set()).add(int(moment.occurred_at.timestamp()) // QUARTER)
    return Measured(
        offsets=[_after(case, marks[mark]) if mark in marks else None for mark in MARKS],
        loose=[mark for mark, point in marks.items() if not point.sure],
        themes=themes(case, marks, durations(marks)),
        acts={ref: tuple(sorted(quarters)) for ref, quarters in acts.items()},
    )


def _after(case: Case, point: Point) -> int:
    return round((point.at - case.opened_at).total_seconds())


class Length(NamedTuple):
    """How long something took, in seconds; without them, the mark that is ``missing`` or out of order."""

    seconds: int | None
    sure: bool
    missing: str = ""


def length(name: str, offsets: Offsets, loose: Collection[str]) -> Length:
    """Return how long took what ``marks.MEASURED`` calls *name*, by the same rule as a postmortem tells it."""
    end, starts = _RULES[name]
    ended = offsets[end]
    there = [(at, start) for start in starts if (at := offsets[start]) is not None]
    if ended is None:
        return Length(None, sure=False, missing=f"no “{MARKS[end]}” mark")
    if not there:
        return Length(None, sure=False, missing=f"no “{MARKS[starts[0]]}” mark")
    began, start = min(there)
    if began > ended:
        return Length(None, sure=False, missing="marks out of order")
    sure = not loose or not (MARKS[start] in loose or MARKS[end] in loose)
    return Length(ended - began, sure)


_RULES = {name: (MARKS.index(end), [MARKS.index(start) for start in starts]) for name, end, starts in MEASURED}
