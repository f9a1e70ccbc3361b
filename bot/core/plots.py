"""Plots: drawings that show every value or where the values lie, and how many there are.

A plot is an SVG element without styles and scripts, which the pages forbid; its colours are classes of insights.css.
It is ``WIDTH`` wide in its own units. What it shows, its title and description tell, and a table stands behind it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import log, sqrt
from typing import Protocol

from bot.core.axis import LogAxis, log_axis
from bot.core.spans import length_of
from bot.core.spread import spread

WIDTH = 480.0
MOST_DOTS = 80  # in a row; more are drawn as a histogram
_LEFT, _RIGHT = 14.0, WIDTH - 14.0
_ROW = 64.0
_LANES, _DOT = 4, 3.1
_BINS = 44


class Drawing(str):
    """An SVG element, whose texts were escaped when it was drawn: a template prints it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


NO_DRAWING = Drawing()


class Point(Protocol):
    """One measured length in *seconds*: of what, and whether it is known to the minute."""

    @property
    def name(self) -> str: ...

    @property
    def seconds(self) -> float: ...

    @property
    def sure(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Group:
    """Values that are compared with those of other groups."""

    name: str
    points: Sequence[Point]


Series = tuple[str, str, Sequence[int]]
"""What is counted, what is said of it on the right, and the counts."""


def lengths_plot(name: str, title: str, groups: Sequence[Group]) -> Drawing:
    """Draw lengths of time on a logarithmic axis, a row for each group: every value, or how many lie where.

    Where there are enough, a box shows the middle half and the median, and a whisker reaches to the 90th percentile.
    """
    axis = log_axis([point.seconds for group in groups for point in group.points], _LEFT, _RIGHT)
    height = _ROW * len(groups) + 22
    drawn = [*_grid(axis, height - 18)]
    for row, group in enumerate(groups):
        drawn += _row(group, axis, row * _ROW)
    told = "; ".join(_told(group) for group in groups)
    return _svg(name, title, f"On a logarithmic axis. {told}.", height, drawn)


def bars_plot(name: str, title: str, columns: Sequence[str], rows: Sequence[Series]) -> Drawing:
    """Draw counts over time, a row of bars for each series; all rows have one scale."""
    most = max((count for _, _, counts in rows for count in counts), default=0) or 1
    step, high = (_RIGHT - _LEFT) / max(len(columns), 1), 38.0
    height = 74.0 * len(rows) + 18
    drawn = list[str]()
    for place, (label, note, counts) in enumerate(rows):
        base = place * 74.0 + 68
        drawn += [_text(_LEFT, base - 56, label, "name"), _text(_RIGHT, base - 56, note, "soft", "end")]
        drawn.append(_line(_LEFT, base, _RIGHT, base, "axis"))
        for column, count in enumerate(counts):
            x, tall = _LEFT + step * column + step * 0.16, high * count / most
            if count:
                drawn.append(_rect(x, base - tall, step * 0.68, tall, "bar"))
                drawn.append(_text(x + step * 0.34, base - tall - 3, str(count), "value", "middle"))
    every = max(1, -(-len(columns) * 44 // int(_RIGHT - _LEFT)))
    for column, label in enumerate(columns):
        if (len(columns) - 1 - column) % every == 0:
            drawn.append(_text(_LEFT + step * (column + 0.5), height - 3, label, "soft", "middle"))
    told = "; ".join(f"{label}: {', '.join(map(str, counts))}" for label, _, counts in rows)
    return _svg(name, title, f"For {', '.join(columns)}. {told}.", height, drawn)


def ranked_plot(name: str, title: str, rows: Sequence[tuple[str, int]]) -> Drawing:
    """Draw counts as bars beside one another, each with its name and number."""
    most, height = max((count for _, count in rows), default=0) or 1, 36.0 * len(rows) + 4
    drawn = list[str]()
    for place, (label, count) in enumerate(rows):
        y = 36.0 * place
        drawn += [_text(_LEFT, y + 15, label, "name"), _text(_RIGHT, y + 15, str(count), "value", "end")]
        drawn.append(_rect(_LEFT, y + 21, _RIGHT - _LEFT, 8, "rail"))
        drawn.append(_rect(_LEFT, y + 21, (_RIGHT - _LEFT) * count / most, 8, "bar"))
    return _svg(name, title, "; ".join(f"{label}: {count}" for label, count in rows) + ".", height, drawn)


def week_plot(name: str, title: str, days: Sequence[str], counts: Sequence[Sequence[int]], unit: str) -> Drawing:
    """Draw how much falls in each hour of each weekday; the area of a disc is the amount."""
    most = max((count for row in counts for count in row), default=0) or 1
    left, step, tall = 44.0, (_RIGHT - 44.0) / 24, 23.0
    height = tall * len(days) + 22
    drawn = list[str]()
    for row, (day, hours) in enumerate(zip(days, counts, strict=True)):
        y = tall * (row + 0.5)
        drawn += [_text(_LEFT, y + 4.5, day, "soft"), _line(left, y, _RIGHT, y, "grid")]
        for hour, count in enumerate(hours):
            if count:
                radius = max(1.0, sqrt(count / most) * 9.2)
                drawn.append(
                    f'<circle cx="{left + step * (hour + 0.5):.1f}" cy="{y:.1f}" r="{radius:.1f}" class="disc"/>'
                )
    for hour in range(0, 24, 3):
        drawn.append(_text(left + step * (hour + 0.5), height - 4, f"{hour:02}", "soft", "middle"))
    busiest = max(((count, day, hour) for day, row in zip(days, counts, strict=True) for hour, count in enumerate(row)))
    told = f"Most in the hour from {busiest[2]:02}:00 of {busiest[1]}: {busiest[0]} {unit}." if busiest[0] else "None."
    return _svg(name, title, told, height, drawn)


def _row(group: Group, axis: LogAxis, top: float) -> Iterator[str]:
    found = spread([point.seconds for point in group.points])
    n = len(group.points)
    base, middle = top + 44, top + 53
    yield _text(_LEFT, top + 15, group.name, "name")
    if found:
        yield _text(_RIGHT, top + 15, f"median {length_of(found.median)} · n = {n}", "value", "end")
    else:
        yield _text(_RIGHT, top + 15, f"n = {n}, too few for a median", "soft", "end")
    yield _line(_LEFT, base, _RIGHT, base, "axis")
    if n > MOST_DOTS:
        yield from _histogram(group.points, axis, base)
    else:
        yield from _dots(group.points, axis, base)
    if found:
        q1, median, q3, p90 = map(axis.x, (found.q1, found.median, found.q3, found.p90))
        yield _line(q3, middle, p90, middle, "whisker")
        yield _line(p90, middle - 4, p90, middle + 4, "whisker")
        yield _rect(q1, middle - 4.5, max(q3 - q1, 1), 9, "box")
        yield _line(median, middle - 6.5, median, middle + 6.5, "median")


def _dots(points: Sequence[Point], axis: LogAxis, base: float) -> Iterator[str]:
    """Draw each value; those that would cover one another are stacked."""
    ends = [-WIDTH] * _LANES
    for point in sorted(points, key=lambda point: point.seconds):
        x = axis.x(point.seconds)
        free = [lane for lane in range(_LANES) if ends[lane] + 2 * _DOT <= x]
        lane = free[0] if free else min(range(_LANES), key=ends.__getitem__)
        ends[lane] = x
        about = "" if point.sure else "about "
        told = f"<title>{escape(point.name)}: {about}{length_of(point.seconds)}</title>"
        place = f'cx="{x:.1f}" cy="{base - 4.2 - lane * 2 * _DOT:.1f}" r="{_DOT}"'
        yield f'<circle {place} class="{"dot" if point.sure else "dot about"}">{told}</circle>'


def _histogram(points: Sequence[Point], axis: LogAxis, base: float) -> Iterator[str]:
    """Draw how many values lie where; the highest bar of each row is as high as the row."""
    counts = [0] * _BINS
    whole = log(axis.high / axis.low)
    for point in points:
        inside = min(max(point.seconds, axis.low), axis.high)
        counts[min(_BINS - 1, int(_BINS * log(inside / axis.low) / whole))] += 1
    step, most = (axis.right - axis.left) / _BINS, max(counts)
    for place, count in enumerate(counts):
        if count:
            tall = 25.0 * count / most
            yield _rect(axis.left + step * place + 0.4, base - tall, step - 0.8, tall, "bin")


def _grid(axis: LogAxis, bottom: float) -> Iterator[str]:
    for place, label in axis.ticks():
        yield _line(place, 22, place, bottom, "grid")
        if label:
            side = "start" if place < _LEFT + 8 else "end" if place > _RIGHT - 8 else "middle"
            yield _text(place, bottom + 14, label, "soft", side)


def _told(group: Group) -> str:
    found = spread([point.seconds for point in group.points])
    if found is None:
        each = ", ".join(length_of(point.seconds) for point in group.points)
        return f"{group.name}: n = {len(group.points)}, too few for a median{f': {each}' if each else ''}"
    middle = f"half of them from {length_of(found.q1)} to {length_of(found.q3)}, nine tenths up to"
    return f"{group.name}: n = {found.n}, median {length_of(found.median)}, {middle} {length_of(found.p90)}"


def _svg(name: str, title: str, told: str, height: float, drawn: Iterable[str]) -> Drawing:
    named = f'aria-labelledby="{name}-title {name}-desc"'
    told = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(told)}</desc>'
    return Drawing(
        f'<svg class="plot" role="img" {named} viewBox="0 0 {WIDTH:g} {height:g}" '
        f'width="{WIDTH:g}" height="{height:g}">{told}{"".join(drawn)}</svg>'
    )


def _text(x: float, y: float, text: str, kind: str, align: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{align}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{kind}"/>'


def legend() -> Drawing:
    """Return a small drawing that names the parts of a row of lengths."""
    y, drawn = 30.0, list[str]()
    for x in (40.0, 62.0, 74.0, 90.0, 118.0):
        drawn.append(f'<circle cx="{x}" cy="{y - 12:g}" r="{_DOT}" class="dot"/>')
    drawn.append(f'<circle cx="150" cy="{y - 12:g}" r="{_DOT}" class="dot about"/>')
    drawn += [_line(90, y, 150, y, "whisker"), _line(150, y - 4, 150, y + 4, "whisker")]
    drawn += [_rect(58, y - 4.5, 32, 9, "box"), _line(72, y - 6.5, 72, y + 6.5, "median")]
    drawn += [_text(_LEFT, 12, "each dot an incident", "soft"), _text(166, y - 8, "hollow: known roughly", "soft")]
    drawn += [_text(_LEFT, y + 20, "box: middle half, line: median, whisker: up to the 90th percentile", "soft")]
    return _svg("legend", "How to read these plots", "Each dot is an incident.", 56, drawn)
