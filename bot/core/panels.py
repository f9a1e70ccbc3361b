"""Panels: a plot with what is said below it, the table behind it, and the sheet with exactly what is plotted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.core.periods import Periods
from bot.core.plots import NO_DRAWING, Drawing, Group, Series, bars_plot, lengths_plot
from bot.core.sheet import Cell
from bot.core.spans import length_of
from bot.core.spread import spread
from bot.core.teams import Team
from store.types import Severity

NOTHING = "There is nothing to draw yet."


@dataclass(frozen=True, slots=True)
class Panel:
    """One thing to look at. *plot* is empty when there is nothing to draw."""

    name: str
    title: str
    about: str
    plot: Drawing
    said: Sequence[str]
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    sheet_head: Sequence[str]
    sheet: Callable[[], Iterable[Sequence[Cell]]]  # asked for its rows only when somebody wants them


class Subject(NamedTuple):
    """The incident that a value is of. *at* decides in which period it counts."""

    key: str
    severity: Severity
    team: Team
    service: str
    at: datetime


class Taken(NamedTuple):
    """How long something took in one incident."""

    subject: Subject
    seconds: int
    sure: bool = True

    @property
    def name(self) -> str:
        """What a dot is called."""
        return self.subject.key


@dataclass(frozen=True, slots=True)
class Frame:
    """By what values are grouped, the order in which groups stand, and the periods that time is told in."""

    periods: Periods
    by: str  # severity, team, service or month
    order: Sequence[str]

    def group(self, subject: Subject) -> str:
        """Return the group that something belongs to."""
        match self.by:
            case "severity":
                return subject.severity.upper()
            case "team":
                return subject.team.name
            case "service":
                return subject.service
        return self.periods.of(subject.at)


def lengths_panel(
    name: str, title: str, about: str, found: Sequence[Taken], frame: Frame, said: Sequence[str] = ()
) -> Panel:
    """Return lengths of time in groups, and all of them together where there are several groups."""
    of: dict[str, list[Taken]] = {}
    for taken in found:
        of.setdefault(frame.group(taken.subject), []).append(taken)
    groups = [Group(each, of[each]) for each in frame.order if each in of]
    if len(groups) > 1:
        groups.append(Group("All", found))
    rough = sum(not taken.sure for taken in found)
    return Panel(
        name=name,
        title=title,
        about=about,
        plot=lengths_plot(name, title, groups) if groups else NO_DRAWING,
        said=[
            *(() if groups else (NOTHING,)),
            *said,
            *([f"{rough} of {len(found)} are known roughly."] if rough else ()),
        ],
        head=(
            frame.by.capitalize(),
            "n",
            "Shortest",
            "Quarter below",
            "Median",
            "Quarter above",
            "90 % below",
            "Longest",
        ),
        rows=[_spread_of(group) for group in groups],
        sheet_head=("incident", "severity", "team", "service", "period", "seconds", "known"),
        sheet=lambda: (_sheet_row(taken, frame) for taken in found),
    )


def counts_panel(name: str, title: str, about: str, rows: Sequence[Series], frame: Frame) -> Panel:
    """Return counts in each period, a row of bars for each series."""
    names = frame.periods.names
    anything = any(any(counts) for _, _, counts in rows)
    cells: list[Sequence[Cell]] = (
        [(each, *(counts[place] for _, _, counts in rows)) for place, each in enumerate(names)] if anything else []
    )
    return Panel(
        name=name,
        title=title,
        about=about,
        plot=bars_plot(name, title, frame.periods.labels, rows) if anything else NO_DRAWING,
        said=[f"{names[-1]} is not over."] if anything else [NOTHING],
        head=("Period", *(label for label, _, _ in rows)),
        rows=cells,
        sheet_head=("period", *(label.lower() for label, _, _ in rows)),
        sheet=lambda: cells,
    )


def latest(keys: Sequence[str]) -> str:
    """Return the last few of some keys, the last one first."""
    return ", ".join(keys[-3:][::-1])


def _sheet_row(taken: Taken, frame: Frame) -> Sequence[Cell]:
    about, known = taken.subject, "exactly" if taken.sure else "roughly"
    period = frame.periods.of(about.at)
    return (about.key, about.severity, about.team.name, about.service, period, taken.seconds, known)


def _spread_of(group: Group) -> Sequence[Cell]:
    values = [point.seconds for point in group.points]
    found = spread(values)
    if found is None:
        return (group.name, len(values), length_of(min(values)), *("too few",) * 4, length_of(max(values)))
    told = (found.low, found.q1, found.median, found.q3, found.p90, found.high)
    return (group.name, found.n, *map(length_of, told))
