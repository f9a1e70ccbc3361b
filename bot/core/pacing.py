"""Pacing: how often each of many may come. Pure: it is told the time, and remembers a bounded number of them."""

from collections import OrderedDict
from dataclasses import dataclass, field

MOST = 10_000  # who are remembered; the one that was not heard of for longest is forgotten first


@dataclass(frozen=True, slots=True)
class Pace:
    """*burst* at once, and *per_minute* from then on."""

    per_minute: float
    burst: float


@dataclass(slots=True)
class Paces:
    """A bucket of tokens for each key."""

    pace: Pace
    most: int = MOST
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, key: str, now: float) -> float:
        """Return the seconds until *key* may come again; 0 lets it pass now. A refusal costs nothing."""
        left, at = self._left.pop(key, (self.pace.burst, now))
        left = min(self.pace.burst, left + max(0.0, now - at) * self.pace.per_minute / 60)
        passes = left >= 1
        self._left[key] = (left - 1 if passes else left, now)
        while len(self._left) > self.most:
            self._left.popitem(last=False)
        return 0.0 if passes else (1 - left) * 60 / self.pace.per_minute
