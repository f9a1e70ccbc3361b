"""Lifecycles: which state comes after which, as a partial order. Parallel ends are never put in order."""

from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter


class CircleError(ValueError):
    """States that come after one another in a circle; the message names them in order."""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A partial order of states. ``before`` holds every (earlier, later) pair, also those that follow from others."""

    states: frozenset[str]
    before: frozenset[tuple[str, str]]

    def later(self, one: str, other: str) -> str | None:
        """Return the later of two states, or None when neither comes after the other."""
        if one == other or (other, one) in self.before:
            return one
        return other if (one, other) in self.before else None


def lifecycle(chains: Iterable[Iterable[str]]) -> Lifecycle:
    """Return the order that *chains* such as (pending, paid, shipped) make together; raise CircleError for none."""
    earlier: dict[str, set[str]] = {}
    for chain in chains:
        previous: str | None = None
        for state in chain:
            earlier.setdefault(state, set()).update({previous} if previous is not None else ())
            previous = state
    try:
        order = list(TopologicalSorter(earlier).static_order())
    except CycleError as error:
        raise CircleError(" < ".join(reversed(error.args[1]))) from None
    ancestors: dict[str, set[str]] = {}
    for state in order:
        ancestors[state] = earlier[state].union(*(ancestors[parent] for parent in earlier[state]))
    return Lifecycle(frozenset(order), frozenset((parent, state) for state in order for parent in ancestors[state]))
