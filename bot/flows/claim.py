"""Claim: take what is due into one worker's hands, in a fair order and as much as there is room for."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from bot.core.fairness import Turns
from bot.flows.leave_alone import Known, known_breakers
from bot.flows.tx import Tx
from store.claims import Queue, hold, pass_turns, queues, ready
from store.effects import Claimed, release_claims
from store.types import Lane
from store.workspaces import Share, shares

PASSED = 500  # lines whose turn is passed on by one claim; more than it can claim itself

Limits = Callable[[Queue, bool], Mapping[str, int]]
"""Names what an effect of a queue draws on, and says how much is left of each; whether its workspace is isolated."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a claim needs to know besides the queues: the workspaces with shares of their own, and every breaker."""

    shares: Mapping[int, Share]
    breakers: Known


@dataclass(frozen=True, slots=True)
class Wish:
    """What a worker wants: up to *most* effects, none in a line that is *paused*, within its *limits*.

    *around* is what its last claim looked around for, if nothing was promised or freed since then.
    """

    token: str
    lease: timedelta
    turns: Turns
    limits: Limits
    paused: Collection[str] = ()
    most: int = 100
    around: Around | None = None


class Claims(NamedTuple):
    """What was claimed, in the order in which it is to be sent; the turns that the next claim goes on from.

    ``full`` names the limits that kept something due from being claimed.
    """

    effects: list[Claimed]
    turns: Turns
    around: Around
    full: frozenset[str]


def claim(tx: Tx, wish: Wish) -> Claims:
    """Claim due effects for one worker, until the lease ends. Claims that ran out are taken back first.

    Looking around costs as much as claiming; a worker that claims again at once leaves it out.
    """
    around = wish.around or _look_around(tx)
    table = _Table(tx, wish, around)
    turns, claimed = wish.turns, list[Claimed]()
    while table.open and len(claimed) < wish.most:
        dealt, turns = turns.deal(table.waiting(), wish.most - len(claimed))
        claimed += table.serve(dealt)
    return Claims(claimed, turns, around, table.full())


def _look_around(tx: Tx) -> Around:
    release_claims(tx.db, tx.now)
    pass_turns(tx.db, PASSED)
    return Around(shares(tx.db), known_breakers(tx))


class _Table:
    """The queues from which this claim can still take, and what it has drawn on their limits so far."""

    def __init__(self, tx: Tx, wish: Wish, around: Around) -> None:
        self._tx, self._wish, self._shares = tx, wish, around.shares
        self._isolated = {workspace_id for workspace_id, share in self._shares.items() if share.isolated}
        self._drawn: Counter[str] = Counter()
        due = [queue for queue in queues(tx.db) if queue.due_at <= tx.now]
        self._limits = {queue: wish.limits(queue, queue.workspace_id in self._isolated) for queue in due}
        self.open = [queue for queue in due if self._room(queue) > 0]

    def waiting(self) -> dict[Lane, dict[int, float]]:
        """Return the weights of those who can be served, by lane."""
        waiting: dict[Lane, dict[int, float]] = {}
        for queue in self.open:
            share = self._shares.get(queue.workspace_id)
            waiting.setdefault(queue.lane, {})[queue.workspace_id] = share.weight if share else 1.0
        return waiting

    def serve(self, dealt: Sequence[tuple[Lane, int]]) -> list[Claimed]:
        """Claim one effect for each turn that was dealt, in that order. Queues that have no more are closed."""
        hands = {speaker: deque(self._taken(*speaker, count)) for speaker, count in Counter(dealt).items()}
        rows = [hands[speaker].popleft() for speaker in dealt if hands[speaker]]
        self.open = [queue for queue in self.open if self._room(queue) > 0]
        until = self._tx.now + self._wish.lease
        return hold(self._tx.db, rows, self._wish.token, until, self._isolated) if rows else []

    def _taken(self, lane: Lane, workspace_id: int, count: int) -> list[Any]:
        """Take up to *count* effects of one workspace, the longest due first, whatever their kind."""
        found = []
        for queue in [each for each in self.open if (each.lane, each.workspace_id) == (lane, workspace_id)]:
            wanted = min(count, self._room(queue))
            rows = ready(self._tx.db, queue, self._tx.now, self._wish.paused, wanted)
            found.append([(row.due_at, row.id, queue, row) for row in rows])
            if len(rows) < wanted:
                self.open.remove(queue)
        return list(islice(self._drawing(merge(*found, key=lambda each: each[:2])), count))

    def _drawing(self, found: Any) -> Any:
        for _, _, queue, row in found:
            if self._room(queue) > 0:
                self._drawn.update(self._limits[queue].keys())
                yield row

    def full(self) -> frozenset[str]:
        """Name the limits that nothing is left of."""
        every = (item for limits in self._limits.values() for item in limits.items())
        return frozenset(name for name, left in every if left <= self._drawn[name])

    def _room(self, queue: Queue) -> int:
        return min(left - self._drawn[name] for name, left in self._limits[queue].items())
