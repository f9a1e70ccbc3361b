"""Rules: how a value is decided that both sides changed differently. What a rule cannot decide, a person reviews."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Protocol

from bot.core.lifecycles import Lifecycle
from bot.core.values import Row, moment, same


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values of one column, the rows they stand in, and the last common value if one is known."""

    a: Any
    b: Any
    base: Any
    has_base: bool
    row_a: Row
    row_b: Row


@dataclass(frozen=True, slots=True)
class Settled:
    """A value that a rule decided on."""

    value: Any
    why: str


@dataclass(frozen=True, slots=True)
class Open:
    """A rule's reason for leaving the decision to a person."""

    why: str


class Rule(Protocol):
    """Decides about one column. ``name`` is the word that a policy file uses."""

    @property
    def name(self) -> str: ...

    def settle(self, conflict: Conflict) -> Settled | Open:
        """Return the value to keep on both sides, or why a person must choose it."""
        ...


@dataclass(frozen=True, slots=True)
class FollowsLifecycle:
    """Keeps the later of two states. States that are not in order, or not in the lifecycle, are for a person."""

    lifecycle: Lifecycle
    name: str = "lifecycle"

    def settle(self, conflict: Conflict) -> Settled | Open:
        for state in (conflict.a, conflict.b):
            if state not in self.lifecycle.states:
                return Open(f"{state!r} is not a state of the lifecycle")
        later = self.lifecycle.later(conflict.a, conflict.b)
        if later is None:
            return Open(f"neither of {' and '.join(sorted((conflict.a, conflict.b)))} comes after the other")
        return Settled(later, f"{later} comes later")


@dataclass(frozen=True, slots=True)
class Counts:
    """Keeps what both sides counted: a + b − base. Without a base a counter cannot be merged."""

    name: str = "counter"

    def settle(self, conflict: Conflict) -> Settled | Open:
        if not conflict.has_base:
            return Open("a counter cannot be merged without the last common value")
        if conflict.a is None or conflict.b is None or conflict.base is None:
            return Open("a counter that is Null cannot be added up")
        total = conflict.a + conflict.b - conflict.base
        return Settled(total, f"{conflict.a} + {conflict.b} − {conflict.base}")


@dataclass(frozen=True, slots=True)
class LastWriteWins:
    """Keeps the value of the row that was written later, by the column *clock*.

    Writes less than *min_gap* apart are for a person: clocks of two nodes are never quite together.
    """

    clock: str
    min_gap: timedelta = timedelta()
    name: str = "last_write_wins"

    def winner(self, row_a: Row, row_b: Row) -> Literal["a", "b"] | Open:
        """Return which of two rows was written later, or why nobody can know."""
        at_a, at_b = moment(row_a.get(self.clock)), moment(row_b.get(self.clock))
        if at_a is None or at_b is None:
            return Open(f"{self.clock} is not a time on both sides")
        gap = abs(at_a - at_b)
        if not gap:
            return Open(f"{self.clock} is the same on both sides")
        if gap < self.min_gap:
            return Open(f"{self.clock} is {gap} apart, and clocks may be {self.min_gap} apart")
        return "a" if at_a > at_b else "b"

    def settle(self, conflict: Conflict) -> Settled | Open:
        winner = self.winner(conflict.row_a, conflict.row_b)
        if isinstance(winner, Open):
            return winner
        return Settled(conflict.a if winner == "a" else conflict.b, f"{self.clock} is later on {winner.upper()}")


@dataclass(frozen=True, slots=True)
class Union:
    """Keeps every item of both lists, each once, sorted. Text is a list when *separator* says what parts its items."""

    separator: str | None = None
    name: str = "union"

    def settle(self, conflict: Conflict) -> Settled | Open:
        lists = [self._items(value) for value in (conflict.a, conflict.b)]
        items: list[Any] = []
        for item in (item for found in lists for item in found or ()):
            if not any(same(item, other) for other in items):
                items.append(item)
        if any(found is None for found in lists) or any(item is None for item in items):
            return Open("a union takes two lists without Null in them")
        ordered = sorted(items)
        return Settled(ordered if self.separator is None else self.separator.join(ordered), "every item of both")

    def _items(self, value: Any) -> list[Any] | None:
        if self.separator is not None and isinstance(value, str):
            return [item for item in value.split(self.separator) if item]
        return value if self.separator is None and isinstance(value, list) else None


@dataclass(frozen=True, slots=True)
class Extreme:
    """Keeps the larger or the smaller value. Null and NaN have no order and are for a person."""

    name: Literal["max", "min"]

    def settle(self, conflict: Conflict) -> Settled | Open:
        values = (conflict.a, conflict.b)
        if any(value is None or value != value for value in values):
            return Open("Null and NaN have no order")
        choose: Callable[[tuple[Any, Any]], Any] = max if self.name == "max" else min
        return Settled(choose(values), "the larger" if self.name == "max" else "the smaller")


@dataclass(frozen=True, slots=True)
class Prefers:
    """Keeps the value of one side, always."""

    side: Literal["A", "B"]
    name: str = "prefer"

    def settle(self, conflict: Conflict) -> Settled | Open:
        return Settled(conflict.a if self.side == "A" else conflict.b, f"{self.side} is preferred")


@dataclass(frozen=True, slots=True)
class Asks:
    """Leaves the decision to a person, and says why."""

    name: Literal["manual", "immutable", "no policy"]

    def settle(self, conflict: Conflict) -> Settled | Open:  # noqa: ARG002 - every rule is asked alike
        return Open(
            {
                "manual": "the policy leaves this column to a person",
                "immutable": "this column must never change",
                "no policy": "no policy names this column",
            }[self.name]
        )


NO_POLICY = Asks("no policy")
