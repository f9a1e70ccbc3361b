"""Leave a neighbour alone that fails, and tell the other replicas."""

from collections.abc import Mapping
from datetime import datetime

from bot.flows.tx import Tx
from store.breakers import breakers, change_breaker, take_probe
from store.types import BreakerState

Known = Mapping[str, tuple[BreakerState, int, datetime | None]]
"""What is known of the breakers, by budget: state, generation, and until when an open one rests."""


def known_breakers(tx: Tx) -> Known:
    """Return every breaker that ever opened."""
    return breakers(tx.db)


def write_breaker(tx: Tx, budget: str, state: BreakerState, generation: int, until: datetime | None) -> bool:
    """Write down that a breaker opened or closed; False when another replica knows something newer."""
    changed = change_breaker(tx.db, budget, state, generation, until)
    tx.promised = tx.promised or (changed and state is BreakerState.CLOSED)
    return changed


def may_probe(tx: Tx, budget: str, generation: int, until: datetime | None) -> bool:
    """Take the right to probe a neighbour until *until*; False when another replica has it."""
    return take_probe(tx.db, budget, generation, tx.now, until)
