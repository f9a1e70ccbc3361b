"""The strip: a whole timeline as a picture that can be zoomed, with long silences drawn short unless to scale.

The server draws it whole, and a script draws any part of it anew from the same numbers.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.core.draft import MarkLine
from bot.core.marks import Mark, Points
from bot.core.picture import (
    EDGE,
    LANE,
    MOST_TICKS,
    STEPS,
    WIDTH,
    Dot,
    Label,
    Line,
    Picture,
    Shape,
    caption,
    ends,
    lanes,
)
from bot.core.spans import LONG_GAP, span
from bot.core.timeline import Moment

SILENCE = 0.05  # of the width that a long silence gets, at most
LONG = 0.08  # of the whole time is a long silence, if it is one at all


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of time and where it is drawn, as a part of the width. In one that is *silent* nothing happened."""

    start: datetime
    end: datetime
    left: float
    right: float
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """A timeline to be drawn: when each entry was, by number, the marks, and the stretches of time."""

    times: Sequence[tuple[datetime, int]]
    marks: Sequence[MarkLine]
    hurt: tuple[datetime, datetime] | None
    pieces: Sequence[Piece]

    def x(self, at: datetime) -> float:
        """Return where a moment is drawn."""
        place = bisect_right(self.pieces, at, key=lambda piece: piece.start) - 1
        piece = self.pieces[max(0, place)]
        whole = (piece.end - piece.start).total_seconds() or 1
        part = min(1.0, max(0.0, (at - piece.start).total_seconds() / whole))
        return EDGE + (WIDTH - 2 * EDGE) * (piece.left + (piece.right - piece.left) * part)

    def numbers(self) -> dict[str, Any]:
        """Return what a script needs to draw it: seconds since the start; entries by what is added to the one before.

        Nothing that anybody wrote is among it.
        """
        start = self.pieces[0].start

        def since(at: datetime) -> int:
            return round((at - start).total_seconds())

        known = [(since(at), seq) for at, seq in self.times]
        steps = [(at - before, seq - last) for (before, last), (at, seq) in pairwise([(0, 0), *known])]
        return {
            "start": round(start.timestamp()),
            "end": since(self.pieces[-1].end),
            "times": [at for at, _ in steps],
            "entries": [seq for _, seq in steps],
            "marks": [[mark.name, since(mark.at)] for mark in self.marks],
            "hurt": [since(at) for at in self.hurt] if self.hurt else None,
            "silences": [[since(piece.start), since(piece.end)] for piece in self.pieces if piece.silent],
        }


def strip(moments: Sequence[Moment], points: Points, *, to_scale: bool = False) -> Strip | None:
    """Return the strip of a timeline, or None when all of it is one moment."""
    times = [(moment.occurred_at, moment.seq) for moment in moments]
    marks = [MarkLine(mark, "", "", point.at) for mark, point in points.items()]
    whole = sorted({at for at, _ in times} | {mark.at for mark in marks})
    if len(whole) < 2:
        return None
    began, over = points.get(Mark.IMPACT), points.get(Mark.MITIGATED) or points.get(Mark.RESOLVED)
    hurt = (began.at, over.at) if began and over and over.at > began.at else None
    pieces = [Piece(whole[0], whole[-1], 0, 1)] if to_scale else _pieces(whole)
    return Strip(times, marks, hurt, pieces)


def drawn(strip: Strip) -> Picture:
    """Return the picture of the whole strip."""
    stacked = lanes([(strip.x(mark.at), caption(mark)) for mark in strip.marks])
    axis = 16 + LANE * (max(stacked, default=0) + 1)
    shapes = [*_hurt(strip, axis), *_scale(strip, axis), *_entries(strip, axis), *_marks(strip, stacked, axis)]
    told = f"{len(strip.marks)} marks and {len(strip.times)} entries by time, in UTC; the tables below say the same."
    return Picture(axis + 76, tuple(shapes), told)


def _pieces(whole: Sequence[datetime]) -> list[Piece]:
    """Divide time into stretches, of which the long silences are drawn short."""
    least = max(LONG_GAP, (whole[-1] - whole[0]) * LONG)
    cuts = [pair for pair in pairwise(whole) if pair[1] - pair[0] > least]
    stretches: list[tuple[datetime, datetime, bool]] = []
    start = whole[0]
    for before, after in cuts:
        stretches += [(start, before, False), (before, after, True)]
        start = after
    stretches.append((start, whole[-1], False))
    told = sum(((end - begin for begin, end, silent in stretches if not silent)), timedelta())
    quiet = min(SILENCE * len(cuts), 0.5) if told else 1.0
    pieces, left = [], 0.0
    for begin, end, silent in stretches:
        width = quiet / len(cuts) if silent else (1 - quiet) * ((end - begin) / told) if told else 0.0
        pieces.append(Piece(begin, end, left, left + width, silent))
        left += width
    return pieces


def _hurt(strip: Strip, axis: float) -> Iterator[Shape]:
    if strip.hurt:
        yield Line(strip.x(strip.hurt[0]), axis, strip.x(strip.hurt[1]), axis, 9, "hurt")


def _scale(strip: Strip, axis: float) -> Iterator[Shape]:
    yield Line(EDGE, axis, WIDTH - EDGE, axis, 2, "ink")
    day, last = None, -WIDTH
    for piece in strip.pieces:
        left, right = strip.x(piece.start), EDGE + (WIDTH - 2 * EDGE) * piece.right
        if piece.silent:
            yield Line(left + 2, axis, right - 2, axis, 4, "faint")
            yield Label((left + right) / 2, axis + 24, span(piece.end - piece.start), 12, "ink", "middle")
            continue
        for at in _ticks(piece, max(1, round(MOST_TICKS * (piece.right - piece.left)))):
            x = strip.x(at)
            yield Line(x, axis, x, axis + 8, 2, "ink")
            if x - last > 52:
                yield Label(x, axis + 46, f"{at:%H:%M}", 15, "ink", "middle")
                last = x
                if at.date() != day:
                    yield Label(max(x, EDGE + 20), axis + 66, f"{at:%Y-%m-%d}", 15, "ink", "middle")
                    day = at.date()


def _ticks(piece: Piece, most: int) -> Iterator[datetime]:
    """Yield whole times within a stretch, at most about so many."""
    length = piece.end - piece.start
    step = next((step for step in STEPS if length / step <= most), STEPS[-1])
    midnight = piece.start.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + step * -((midnight - piece.start) // step)
    while at <= piece.end:
        yield at
        at += step


def _entries(strip: Strip, axis: float) -> Iterator[Shape]:
    """Draw a stroke wherever there are entries; many in one place are one. A long timeline has few places."""
    seconds, columns = [at.timestamp() for at, _ in strip.times], set[int]()
    for piece in strip.pieces:
        start, end = piece.start.timestamp(), piece.end.timestamp()
        left, scale = strip.x(piece.start), (WIDTH - 2 * EDGE) * (piece.right - piece.left) / (end - start or 1)
        columns.update([round(left + scale * (at - start)) for at in seconds if start <= at <= end])
    for x in sorted(columns):
        yield Line(x, axis + 14, x, axis + 26, 2, "ink")


def _marks(strip: Strip, stacked: Sequence[int], axis: float) -> Iterator[Shape]:
    for mark, lane in zip(strip.marks, stacked, strict=True):
        x, y = strip.x(mark.at), axis - 12 - LANE * lane
        flipped = ends(x, caption(mark))
        yield Line(x, axis, x, y - 12, 1.5, "faint")
        yield Dot(x, axis, 5, "ink")
        yield Label(x + (-5 if flipped else 5), y, caption(mark), 16, "ink", "end" if flipped else "start")
