"""What a cache keeps, for how long, and when to ask for it again. Times are seconds; ``bot.cache`` does the asking."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from math import inf, log
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

JITTER = 0.1  # of a lifetime, up or down, so that what came together does not end together
HOT = 3  # hits; what was asked for as often is worth having ready
READY = 0.95  # of a lifetime; then what is hot is asked for again, before anybody would wait
EARLIEST = 12.0  # times what the origin took; to ask sooner than that has a chance of one in 160,000


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A value is *fresh* for some seconds, then *stale* for some: it is served while it is asked for again.

    ``failed``  how long an error is remembered, so that a neighbour that is down is not asked by everybody;
    ``shared``  other replicas keep the same keys: each asks a little early by chance, so that they do not all ask at
                the end (XFetch).
    """

    fresh: float
    stale: float
    failed: float = 1.0
    shared: bool = False


@dataclass(slots=True)
class Entry(Generic[V]):
    """What the origin answered: a value, or an error."""

    value: V | None
    error: Exception | None
    took: float
    ready_at: float
    early_from: float
    fresh_until: float
    ends_at: float
    hits: int = 0

    def is_due(self, now: float, chance: float) -> bool:
        """Tell whether to ask again: surely when it is stale, before that the more likely the closer it comes.

        *chance* is between 0 and 1. What takes long is asked for earlier.
        """
        return now >= self.fresh_until or (chance > 0 and now - self.took * log(chance) >= self.fresh_until)


class Shelf(Generic[K, V]):
    """Entries by key, at most *most*; what was not asked for longest makes room."""

    def __init__(self, lifetime: Lifetime, most: int) -> None:
        self._lifetime, self._most = lifetime, most
        self._entries: OrderedDict[K, Entry[V]] = OrderedDict()

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, key: K, now: float) -> Entry[V] | None:
        """Return an entry that can be served, and count that it was asked for."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if now >= entry.ends_at:
            del self._entries[key]
            return None
        entry.hits += 1
        self._entries.move_to_end(key)
        return entry

    def keep(self, key: K, value: V, now: float, took: float, chance: float) -> Entry[V]:
        """Keep a value that the origin *took* so many seconds for. *chance*, between 0 and 1, spreads its end."""
        fresh = self._lifetime.fresh * (1 + JITTER * (2 * chance - 1))
        fresh_until = now + fresh
        return self._put(
            key,
            Entry(
                value,
                None,
                took,
                ready_at=now + fresh * READY,
                early_from=fresh_until - (took * EARLIEST if self._lifetime.shared else 0.0),
                fresh_until=fresh_until,
                ends_at=fresh_until + self._lifetime.stale,
            ),
        )

    def keep_error(self, key: K, error: Exception, now: float) -> None:
        """Remember an error for a moment; where there is a value, the value is kept and asked for again after that."""
        again = now + self._lifetime.failed
        entry = self._entries.get(key)
        if entry is not None and entry.error is None and now < entry.ends_at:
            entry.early_from = entry.fresh_until = max(again, entry.fresh_until)
        else:
            self._put(key, Entry(None, error, 0.0, inf, inf, again, again))

    def is_hot(self, key: K, entry: Entry[V]) -> bool:
        """Tell whether an entry is still there and was asked for often enough to have the next ready."""
        return self._entries.get(key) is entry and entry.hits >= HOT

    def forget(self, key: K) -> None:
        """Drop what is known to have changed."""
        self._entries.pop(key, None)

    def _put(self, key: K, entry: Entry[V]) -> Entry[V]:
        self._entries[key] = entry
        self._entries.move_to_end(key)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)
        return entry
