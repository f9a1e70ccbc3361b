"""Limits: what an effect draws on, and how much of it is left.

Over a limit an effect waits; it is never refused. Each neighbour has room of its own, so that a slow one takes nothing
from the others, and so has each workspace that is marked isolated. Each budget, a workspace or one endpoint at a
neighbour, has a breaker, a ramp and a retry budget of its own (``bot.core.recovery``).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.fairness import Bucket
from bot.core.recovery import Breaker, Ramp, Recovery, RetryBudget
from bot.flows.leave_alone import Known
from bot.outbox.outcome import Came
from store.claims import Queue
from store.effects import Claimed
from store.types import BreakerState

OPEN = BreakerState.OPEN


@dataclass(frozen=True, slots=True)
class Room:
    """How many calls may be in flight to a neighbour, and to each of its budgets."""

    calls: int = 16  # more would make people wait behind the outbox for the processor
    each: int = 16


ROOMS = {"webhook": Room(64, 8)}


class Limits:
    """What one process has in flight and what is left.

    *quotas* are calls a minute of one workspace, by kind; *rooms* are by neighbour.
    """

    def __init__(
        self, kinds: frozenset[str], quotas: Mapping[str, float], rules: Recovery, rooms: Mapping[str, Room] = ROOMS
    ) -> None:
        self._kinds, self._quotas, self._rules, self._rooms = kinds, quotas, rules, rooms
        self._in_flight: Counter[str] = Counter()
        self.full: frozenset[str] = frozenset()  # at the last claim, while more was due
        self._buckets: dict[str, Bucket] = {}
        self._retries: defaultdict[str, RetryBudget] = defaultdict(RetryBudget)
        self.ramps: dict[str, Ramp] = {}
        self.breakers: dict[str, Breaker] = {}

    def at(self, now: datetime, queue: Queue, isolated: bool) -> dict[str, int]:
        """Name what an effect of a queue draws on, with what is left of each. Safe on any thread: it only reads."""
        if queue.kind not in self._kinds:
            return {"kept elsewhere": 0}
        room, pool, budget = self._room(queue.kind), _pool(queue, isolated), budget_of(queue)
        left = {pool: room.calls - self._in_flight[pool], budget: self._left(budget, room)}
        if queue.kind in self._quotas:
            name = _quota(queue)
            bucket = self._buckets.get(name)
            left[name] = int(bucket.left(now) if bucket else 2 * self._quotas[queue.kind])
        return left

    def _room(self, kind: str) -> Room:
        return self._rooms.get(neighbour_of(kind), Room())

    def _left(self, budget: str, room: Room) -> int:
        ramp, breaker = self.ramps.get(budget), self.breakers.get(budget)
        left = min(room.each, ramp.limit or room.each if ramp else room.each) - self._in_flight[budget]
        allowed = breaker.room() if breaker else None
        return left if allowed is None else min(left, allowed)

    def begin(self, effect: Claimed, now: datetime) -> int:
        """Count one more in flight. Return its breaker's generation, which its end is to name."""
        budget = budget_of(effect)
        self._in_flight.update((_pool(effect, effect.isolated), budget))
        if effect.kind in self._quotas:
            name = _quota(effect)
            self._buckets[name] = self._buckets.get(name, Bucket.full(self._quotas[effect.kind], now)).draw(now)
        if effect.attempts == 1:
            self._retries[budget] = self._retries[budget].first_try(now)
        breaker = self.breakers[budget] = self.breakers.get(budget, Breaker(self._rules)).begin()
        return breaker.generation

    def end(self, effect: Claimed) -> None:
        """Count one less in flight."""
        self._in_flight.subtract((_pool(effect, effect.isolated), budget_of(effect)))

    def have_room(self) -> bool:
        """Tell whether something that was full has a quarter free, so that a claim is worth its cost."""
        full = self.full & self._in_flight.keys()
        return any(self._left_of(name) >= max(1, self._in_flight[name] // 3) for name in full)

    def _left_of(self, name: str) -> int:
        neighbour, _, rest = name.partition(" ")
        room = self._rooms.get(neighbour, Room())
        return self._left(name, room) if rest.startswith("of ") else room.calls - self._in_flight[name]

    def came(self, effect: Claimed, came: Came, generation: int, now: datetime) -> Breaker | None:
        """Learn from an attempt. Return the breaker when it changed, for the other replicas to know."""
        budget = budget_of(effect)
        before = self.breakers.get(budget, Breaker(self._rules))
        if came.well is not None:
            self.ramps[budget] = self.ramps.get(budget, Ramp(self._rules)).end(came.well, came.took.total_seconds())
        says_nothing = came.alive is None and before.state is not BreakerState.PROBING
        after = before if says_nothing else before.end(bool(came.alive), generation, now)
        self.breakers[budget] = after
        if after.generation == before.generation:
            return None
        if after.state is BreakerState.CLOSED:
            self.ramps[budget] = self.ramps.get(budget, Ramp(self._rules)).restart()
        return after

    def retry_after(self, effect: Claimed, now: datetime) -> timedelta:
        """Return how long a retry has to wait at least, so that retries stay a small part of all calls."""
        wait, self._retries[budget_of(effect)] = self._retries[budget_of(effect)].retry(now)
        return wait

    def learn(self, known: Known) -> None:
        """Take over what another replica found out later than this one."""
        for budget, (state, generation, until) in known.items():
            ours = self.breakers.get(budget)
            if ours is None or ours.generation < generation or (ours.state, state) == (OPEN, OPEN):
                self.breakers[budget] = Breaker(self._rules, state, generation, until)
                if state is BreakerState.CLOSED and ours is not None:
                    self.ramps[budget] = self.ramps.get(budget, Ramp(self._rules)).restart()

    def stopped_at(self, neighbour: str) -> dict[str, Breaker]:
        """Return the breakers of a neighbour that stop calls, by budget."""
        of, stops = f"{neighbour} of ", (OPEN, BreakerState.PROBING)
        return {name: one for name, one in self.breakers.items() if one.state in stops and name.startswith(of)}

    def changed(self, budget: str, after: Breaker) -> None:
        """Take over a breaker that was changed here, unless it has changed further meanwhile."""
        if self.breakers[budget].generation < after.generation:
            self.breakers[budget] = after

    def rested(self, now: datetime) -> dict[str, Breaker]:
        """Return the breakers that may be probed, by budget, as they are once this replica has taken that right."""
        return {budget: one.probe(now) for budget, one in self.breakers.items() if one.may_probe(now)}

    def next_at(self, now: datetime) -> datetime | None:
        """Return when a quota that is used up gives again, or a neighbour may be probed; None when nothing waits so."""
        quotas = (bucket.next_at(now) for bucket in self._buckets.values() if bucket.left(now) < 1)
        resting = (one.until for one in self.breakers.values() if one.state is OPEN and one.until is not None)
        return min((*quotas, *resting), default=None)


def neighbour_of(kind: str) -> str:
    """Return whom a kind of effect is sent to: "slack" for "slack.card"."""
    return kind.partition(".")[0]


def budget_of(drawing: Queue | Claimed) -> str:
    """Return what has a breaker of its own: "slack of workspace 1", "webhook of 17"."""
    return f"{neighbour_of(drawing.kind)} of {drawing.budget_key or f'workspace {drawing.workspace_id}'}"


def _pool(drawing: Queue | Claimed, isolated: bool) -> str:
    neighbour = neighbour_of(drawing.kind)
    return f"{neighbour} for workspace {drawing.workspace_id}" if isolated else neighbour


def _quota(drawing: Queue | Claimed) -> str:
    return f"{drawing.kind} of {drawing.workspace_id}"
