"""Limits: what an effect draws on, and how much of it is left.

Over a limit an effect waits; it is never refused. Each neighbour has room of its own, so that a slow one takes nothing
from the others, and so has each workspace that is marked isolated.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from bot.core.fairness import Bucket
from store.claims import Queue
from store.effects import Claimed

IN_FLIGHT = 16  # calls to one neighbour; more would make people wait behind the outbox for the processor


class Limits:
    """What one process has in flight and what its quotas leave. *quotas* are calls a minute, by kind of effect."""

    def __init__(self, kinds: frozenset[str], quotas: Mapping[str, float]) -> None:
        self._kinds, self._quotas = kinds, quotas
        self._in_flight: Counter[str] = Counter()
        self._buckets: dict[str, Bucket] = {}

    def at(self, now: datetime, queue: Queue, isolated: bool) -> dict[str, int]:
        """Name what an effect of a queue draws on, with what is left of each. Safe on any thread: it only reads."""
        if queue.kind not in self._kinds:
            return {"kept elsewhere": 0}
        pool = _pool(queue, isolated)
        left = {pool: IN_FLIGHT - self._in_flight[pool]}
        if queue.kind in self._quotas:
            name = _quota(queue)
            bucket = self._buckets.get(name)
            left[name] = int(bucket.left(now) if bucket else 2 * self._quotas[queue.kind])
        return left

    def begin(self, effect: Claimed, now: datetime) -> None:
        """Count one more in flight."""
        self._in_flight[_pool(effect, effect.isolated)] += 1
        if effect.kind in self._quotas:
            name = _quota(effect)
            self._buckets[name] = self._buckets.get(name, Bucket.full(self._quotas[effect.kind], now)).draw(now)

    def end(self, effect: Claimed) -> bool:
        """Count one less. Return whether there was no room until now."""
        pool = _pool(effect, effect.isolated)
        self._in_flight[pool] -= 1
        return self._in_flight[pool] == IN_FLIGHT - 1

    def next_at(self, now: datetime) -> datetime | None:
        """Return when a quota that is used up gives again; None when none is."""
        return min((bucket.next_at(now) for bucket in self._buckets.values() if bucket.left(now) < 1), default=None)


def neighbour_of(kind: str) -> str:
    """Return whom a kind of effect is sent to: "slack" for "slack.card"."""
    return kind.partition(".")[0]


def _pool(drawing: Queue | Claimed, isolated: bool) -> str:
    neighbour = neighbour_of(drawing.kind)
    return f"{neighbour} of {drawing.workspace_id}" if isolated else neighbour


def _quota(drawing: Queue | Claimed) -> str:
    return f"{drawing.kind} of {drawing.workspace_id}"
