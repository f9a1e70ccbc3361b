"""Spread: what may be said of a handful of numbers. Of fewer than five, nothing but the numbers themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 5  # values; a median of fewer says more about chance than about the thing


@dataclass(frozen=True, slots=True)
class Spread:
    """Where values lie: half of them between ``q1`` and ``q3``, nine tenths up to ``p90``."""

    n: int
    low: float
    q1: float
    median: float
    q3: float
    p90: float
    high: float


def spread(values: Sequence[float]) -> Spread | None:
    """Return where values lie, or None when there are too few to say."""
    if len(values) < LEAST:
        return None
    ordered = sorted(values)
    q1, median, q3, p90 = (quantile(ordered, share) for share in (0.25, 0.5, 0.75, 0.9))
    return Spread(len(ordered), ordered[0], q1, median, q3, p90, ordered[-1])


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which a *share* of sorted values lies, between two of them in proportion.

    It is what ``statistics.quantiles`` calls inclusive: the smallest value is at 0, the largest at 1.
    """
    place = (len(ordered) - 1) * share
    below = int(place)
    if below + 1 == len(ordered):
        return ordered[below]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * (place - below)
