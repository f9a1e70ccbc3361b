"""Forget what served its purpose."""

from datetime import timedelta

from bot.flows.tx import Tx
from store.requests import forget_requests

REMEMBERED = timedelta(days=30)  # a delivery may be replayed days later


def forget_old_requests(tx: Tx) -> int:
    """Drop the ids of requests that nobody will deliver again, and return how many."""
    return forget_requests(tx.db, tx.now - REMEMBERED)
