"""The axis of durations: a logarithm, because a minute and a week stand in one plot."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
FLOOR = 10  # seconds; what is shorter stands at the edge, for a logarithm has no zero
TICKS = (
    *((FLOOR, "10 s"), (30, "30 s"), (_MINUTE, "1 min"), (5 * _MINUTE, "5 min"), (15 * _MINUTE, "15 min")),
    *((_HOUR, "1 h"), (4 * _HOUR, "4 h"), (12 * _HOUR, "12 h"), (_DAY, "1 d"), (3 * _DAY, "3 d"), (7 * _DAY, "1 wk")),
    *((28 * _DAY, "4 wk"), (91 * _DAY, "3 mo"), (365 * _DAY, "1 y"), (1461 * _DAY, "4 y"), (7305 * _DAY, "20 y")),
)
_APART = 46.0  # units between two labels


@dataclass(frozen=True, slots=True)
class LogAxis:
    """Places lengths of *low* to *high* seconds between *left* and *right*."""

    low: float
    high: float
    left: float
    right: float

    def x(self, seconds: float) -> float:
        """Return the place of a length. One beyond an end stands at that end."""
        inside = min(max(seconds, self.low), self.high)
        return self.left + (self.right - self.left) * log(inside / self.low) / log(self.high / self.low)

    def ticks(self) -> list[tuple[float, str]]:
        """Return (place, label) of the round lengths; those too close to the one before have no label."""
        found, last = list[tuple[float, str]](), -_APART
        for seconds, label in TICKS:
            if self.low <= seconds <= self.high:
                place = self.x(seconds)
                shown = place - last >= _APART
                found.append((place, ("≤ " if seconds == FLOOR else "") + label if shown else ""))
                last = place if shown else last
        return found


def log_axis(values: Sequence[float], left: float, right: float) -> LogAxis:
    """Return the axis from the last round length below all values to the first one above them."""
    lengths = [length for length, _ in TICKS]
    least, most = min(values, default=FLOOR), max(values, default=FLOOR)
    low = max((length for length in lengths if length <= least), default=lengths[0])
    high = min((length for length in lengths if length >= most and length > low), default=lengths[-1])
    return LogAxis(low, high, left, right)
