"""The picture of a timeline: marks and entries to scale, as shapes that any format can draw.

Places are in units of which the picture is ``WIDTH`` wide; y grows downwards.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.draft import Draft, MarkLine
from bot.core.marks import Mark

WIDTH = 1000.0
EDGE = 30.0  # left and right of the axis
LANE = 26.0  # from one row of labels to the next
_LETTER = 8.2  # the width that a letter of a label takes, on average and with room to spare
STEPS = tuple(timedelta(minutes=m) for m in (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440, 2880, 10080, 43200))
MOST_TICKS = 9


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line; *tone* is "ink", "faint" or "hurt"."""

    x1: float
    y1: float
    x2: float
    y2: float
    thickness: float
    tone: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle."""

    x: float
    y: float
    radius: float
    tone: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text that begins at x, or ends there when *ends*, or has its middle there; y is its baseline."""

    x: float
    y: float
    text: str
    size: float
    tone: str
    align: str = "start"  # start, middle, end


Shape = Line | Dot | Label


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes in the order in which to draw them, and what the picture shows in one sentence."""

    height: float
    shapes: tuple[Shape, ...]
    told: str


def picture(draft: Draft) -> Picture | None:
    """Return the picture of a draft's timeline, or None when there is no stretch of time to draw."""
    times = sorted({mark.at for mark in draft.marks} | {row.at for row in draft.rows})
    if not draft.marks or len(times) < 2:
        return None
    first, last = min(mark.at for mark in draft.marks), max(mark.at for mark in draft.marks)
    room = max((last - first) / 4, timedelta(minutes=1))
    start, end = max(times[0], first - room), min(times[-1], last + room)
    return _Drawing(draft, start, end).picture() if end > start else None


class _Drawing:
    """Knows the scale, and stacks labels so that none covers another."""

    def __init__(self, draft: Draft, start: datetime, end: datetime) -> None:
        self._draft, self._start, self._end = draft, start, end
        self._lanes = lanes([(self._x(mark.at), caption(mark)) for mark in draft.marks])
        self._axis = 16 + LANE * (max(self._lanes, default=0) + 1)

    def picture(self) -> Picture:
        outside = sum(not self._start <= row.at <= self._end for row in self._draft.rows)
        shapes = [*self._hurt(), *self._scale(), *self._entries(), *self._marks()]
        if outside:
            shapes.append(
                Label(WIDTH - EDGE, self._axis + 66, f"{outside} earlier or later not drawn", 15, "ink", "end")
            )
        told = f"{len(self._draft.marks)} marks and {len(self._draft.rows) - outside} entries to scale, times in UTC."
        return Picture(self._axis + 76, tuple(shapes), told)

    def _x(self, at: datetime) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * ((at - self._start) / (self._end - self._start))

    def _hurt(self) -> Iterator[Shape]:
        """Draw the stretch in which somebody was affected."""
        at = {mark.name: mark.at for mark in self._draft.marks}
        ended = at.get(Mark.MITIGATED) or at.get(Mark.RESOLVED)
        if Mark.IMPACT in at and ended and ended > at[Mark.IMPACT]:
            yield Line(self._x(at[Mark.IMPACT]), self._axis, self._x(ended), self._axis, 9, "hurt")

    def _scale(self) -> Iterator[Shape]:
        yield Line(EDGE, self._axis, WIDTH - EDGE, self._axis, 2, "ink")
        whole = self._end - self._start
        step = next((step for step in STEPS if whole / step <= MOST_TICKS), STEPS[-1])
        midnight = self._start.replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + step * -((midnight - self._start) // step)
        day = None
        while at <= self._end:
            x = self._x(at)
            yield Line(x, self._axis, x, self._axis + 8, 2, "ink")
            yield Label(x, self._axis + 46, f"{at:%H:%M}", 15, "ink", "middle")
            if at.date() != day:
                yield Label(max(x, EDGE + 20), self._axis + 66, f"{at:%Y-%m-%d}", 15, "ink", "middle")
                day = at.date()
            at += step

    def _entries(self) -> Iterator[Shape]:
        """Draw every entry as a stroke below the axis; one that is folded is faint."""
        for row in sorted(self._draft.rows, key=lambda row: row.seq in self._draft.shown):
            if self._start <= row.at <= self._end:
                tone = "ink" if row.seq in self._draft.shown else "faint"
                yield Line(self._x(row.at), self._axis + 14, self._x(row.at), self._axis + 26, 2, tone)

    def _marks(self) -> Iterator[Shape]:
        for mark, lane in zip(self._draft.marks, self._lanes, strict=True):
            x, y = self._x(mark.at), self._axis - 12 - LANE * lane
            yield Line(x, self._axis, x, y - 12, 1.5, "faint")
            yield Dot(x, self._axis, 5, "ink")
            flipped = ends(x, caption(mark))
            yield Label(x + (-5 if flipped else 5), y, caption(mark), 16, "ink", "end" if flipped else "start")


def caption(mark: MarkLine) -> str:
    """Return what stands at a mark."""
    return f"{mark.name} {mark.at:%H:%M}"


def ends(x: float, text: str) -> bool:
    """Whether a caption ends at its mark, because it would not fit to its right."""
    return x + _LETTER * len(text) + 10 > WIDTH


def lanes(captions: Sequence[tuple[float, str]]) -> list[int]:
    """Return for each caption the lowest lane in which it covers no other caption and no stem.

    The last is placed first, so that the stems of earlier ones pass on its left; those that end at their mark, last.
    """
    taken: list[tuple[int, float, float]] = []
    stacked = [0] * len(captions)
    flipped = [place for place, caption in enumerate(captions) if ends(*caption)]
    for place in [*(p for p in reversed(range(len(captions))) if p not in flipped), *flipped]:
        x, text = captions[place]
        width = _LETTER * len(text) + 10
        left, right = (x - width, x) if place in flipped else (x, x + width)
        while any(at == stacked[place] and left < end and start < right for at, start, end in taken):
            stacked[place] += 1
        taken.append((stacked[place], left, right))
    return stacked
