"""Panels: a plot with what is said below it, the table behind it, and the sheet with exactly what is plotted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.measures import Length
from bot.core.periods import Periods
from bot.core.plots import NO_DRAWING, Drawing, Group, Point, Series, bars_plot, lengths_plot
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


@dataclass(frozen=True, slots=True)
class Frame:
    """By what values are grouped, the order in which groups stand, and the periods that time is told in."""

    periods: Periods
    by: str  # severity, team or month
    order: Sequence[str]

    def group(self, severity: Severity, team: Team, at: datetime) -> str:
        """Return the group that something belongs to."""
        if self.by == "severity":
            return severity.upper()
        return team.name if self.by == "team" else self.periods.of(at)


@dataclass(frozen=True, slots=True)
class Taken:
    """How long something took in one incident. *at* decides in which period it counts."""

    key: str
    severity: Severity
    team: Team
    at: datetime
    length: Length


def lengths_panel(
    name: str, title: str, about: str, found: Sequence[Taken], frame: Frame, said: Sequence[str] = ()
) -> Panel:
    """Return lengths of time in groups, and all of them together where there are several groups."""
    of: dict[str, list[Point]] = {}
    for taken in found:
        group = frame.group(taken.severity, taken.team, taken.at)
        of.setdefault(group, []).append(Point(taken.key, taken.length.seconds or 0, taken.length.sure))
    groups = [Group(each, of[each]) for each in frame.order if each in of]
    if len(groups) > 1:
        groups.append(Group("All", [point for group in groups for point in group.points]))
    rough = sum(not taken.length.sure for taken in found)
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
        sheet_head=("incident", "severity", "team", "period", "seconds", "known"),
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
    known = "exactly" if taken.length.sure else "roughly"
    return (taken.key, taken.severity, taken.team.name, frame.periods.of(taken.at), taken.length.seconds, known)


def _spread_of(group: Group) -> Sequence[Cell]:
    values = [point.seconds for point in group.points]
    found = spread(values)
    if found is None:
        return (group.name, len(values), length_of(min(values)), *("too few",) * 4, length_of(max(values)))
    told = (found.low, found.q1, found.median, found.q3, found.p90, found.high)
    return (group.name, found.n, *map(length_of, told))
