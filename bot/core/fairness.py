"""Fairness: who goes next, among lanes and among the workspaces in each.

Deficit round robin, twice. Lanes take turns nine to one, workspaces by their weight, and whoever has nothing to send
leaves its turn to the others. What was dealt before is remembered: without it whoever comes first in the list would
begin each time, and the last would never be heard.
"""

from collections import Counter, deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from store.types import Lane

K = TypeVar("K", bound=Hashable)

LANES: Mapping[Lane, float] = {Lane.INTERACTIVE: 9, Lane.BATCH: 1}

Waiting = Mapping[Lane, Mapping[int, float]]
"""The weights of the workspaces that have something to send, in each lane. None of them is empty."""


@dataclass(frozen=True)  # Python 3.11 cannot have slots in a generic class
class Round(Generic[K]):
    """One round: who waits for a turn, whoever holds it first, and what each has left of its own."""

    line: tuple[K, ...] = ()
    left: Mapping[K, float] = field(default_factory=dict)

    def deal(self, weights: Mapping[K, float], sends: int) -> tuple[list[K], "Round[K]"]:
        """Return who makes each of the next *sends*, of those who have a weight, and the round after them.

        A turn brings as many sends as the weight says; a weight under one saves up over several rounds. Whoever does
        not wait any more loses its place and what it had left; whoever is new begins at the end.
        """
        line = deque(each for each in self.line if each in weights)
        line.extend(each for each in weights if each not in self.left)
        left = {each: self.left.get(each, 0.0) for each in line}
        dealt: list[K] = []
        while line and len(dealt) < sends:
            if left[line[0]] < 1:
                left[line[0]] += weights[line[0]]
            if left[line[0]] >= 1:
                left[line[0]] -= 1
                dealt.append(line[0])
            if left[line[0]] < 1:
                line.rotate(-1)
        return dealt, Round(tuple(line), left)


@dataclass(frozen=True, slots=True)
class Turns:
    """What is remembered from one claim to the next."""

    lanes: Round[Lane] = field(default_factory=Round)
    workspaces: Mapping[Lane, Round[int]] = field(default_factory=dict)

    def deal(self, waiting: Waiting, sends: int) -> tuple[list[tuple[Lane, int]], "Turns"]:
        """Return which workspace makes each of the next *sends*, and in which lane, and the turns after them."""
        lanes, round_ = self.lanes.deal({lane: LANES[lane] for lane in waiting}, sends)
        rounds = dict(self.workspaces)
        speakers = {}
        for lane, count in Counter(lanes).items():
            dealt, rounds[lane] = self.workspaces.get(lane, Round()).deal(waiting[lane], count)
            speakers[lane] = iter(dealt)
        return [(lane, next(speakers[lane])) for lane in lanes], Turns(round_, rounds)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket: *quota* sends a minute, and twice as many at once after a pause. Empty, it makes wait."""

    quota: float
    at: datetime
    tokens: float

    @classmethod
    def full(cls, quota: float, now: datetime) -> "Bucket":
        """Return a bucket that nobody drew from yet."""
        return cls(quota, now, 2 * quota)

    def left(self, now: datetime) -> float:
        """Return how many may be sent now."""
        return min(2 * self.quota, self.tokens + self.quota * max(0.0, (now - self.at).total_seconds()) / 60)

    def draw(self, now: datetime) -> "Bucket":
        """Return the bucket after one more send."""
        return Bucket(self.quota, now, self.left(now) - 1)

    def next_at(self, now: datetime) -> datetime:
        """Return when one may be sent."""
        return now + timedelta(minutes=max(0.0, 1 - self.left(now)) / self.quota)
