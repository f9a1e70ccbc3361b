"""Forget what served its purpose."""

from datetime import timedelta

from bot.core.slots import Slot
from bot.flows.answer_once import KEPT
from bot.flows.tx import Tx
from store.alerts import forget_alerts
from store.answers import forget_answers
from store.arrivals import forget_arrivals
from store.attempts import forget_attempts
from store.changes import forget_changes
from store.edits import forget_editors
from store.requests import forget_requests
from store.sessions import forget_sessions
from store.slots import forget_slots

REMEMBERED = timedelta(days=30)  # a delivery may be replayed, or asked about, days later
SLOTS_REMEMBERED = timedelta(days=400)  # longer than any schedule pauses


def forget_old(tx: Tx, slot: Slot) -> None:
    """Drop what nobody will ask about again: ids of requests and deliveries, pages of editors, sessions, slots."""
    forget_requests(tx.db, slot.at - REMEMBERED)
    forget_answers(tx.db, slot.at - KEPT)
    forget_arrivals(tx.db, slot.at - REMEMBERED)
    forget_editors(tx.db, slot.at - REMEMBERED)
    forget_sessions(tx.db, slot.at - REMEMBERED)
    forget_alerts(tx.db, slot.at - REMEMBERED)
    forget_changes(tx.db, slot.at - REMEMBERED)
    forget_slots(tx.db, slot.at - SLOTS_REMEMBERED)


def forget_old_attempts(tx: Tx) -> int:
    """Drop how attempts went that nobody asks about any more, and return how many. Their effects stay."""
    return forget_attempts(tx.db, tx.now - REMEMBERED)
