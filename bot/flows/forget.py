"""Forget what served its purpose."""

from datetime import timedelta

from bot.flows.tx import Tx
from store.attempts import forget_attempts
from store.requests import forget_requests

REMEMBERED = timedelta(days=30)  # a delivery may be replayed, or asked about, days later


def forget_old_requests(tx: Tx) -> int:
    """Drop the ids of requests that nobody will deliver again, and return how many."""
    return forget_requests(tx.db, tx.now - REMEMBERED)


def forget_old_attempts(tx: Tx) -> int:
    """Drop how attempts went that nobody asks about any more, and return how many. Their effects stay."""
    return forget_attempts(tx.db, tx.now - REMEMBERED)
