"""Hold a lease: take it, keep it, and write nothing once it is lost."""

from datetime import timedelta

from bot.errors import Fenced
from bot.flows.tx import Tx
from store.leases import Held, holds_lease, keep_lease, leave_lease, take_lease


def take(tx: Tx, name: str, holder: str, span: timedelta) -> Held | None:
    """Take a lease that nobody holds; None when somebody does."""
    return take_lease(tx.db, name, holder, span)


def keep(tx: Tx, held: Held) -> None:
    """Hold on to a lease for another span; raise Fenced when it is lost."""
    if not keep_lease(tx.db, held):
        raise Fenced(held.name, held.token)


def leave(tx: Tx, held: Held) -> None:
    """Give a lease back, for the next to take it at once."""
    leave_lease(tx.db, held)


def fence(tx: Tx, held: Held) -> None:
    """Raise Fenced when a lease is lost; otherwise it stays held until this transaction ends."""
    if not holds_lease(tx.db, held):
        raise Fenced(held.name, held.token)
