"""Claim a slot of a schedule, so that what is done in it is done once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.slots import Schedule, Slot
from bot.flows.tx import Tx
from store.slots import latest_day, take_slot
from store.types import SlotState


def claim_slot(tx: Tx, job: str, schedule: Schedule, zone: ZoneInfo, worth: timedelta) -> Slot | None:
    """Claim the latest slot of a job that fell due, or return None when there is nothing to do.

    Whatever is done in this transaction is done in that slot, once. After a downtime there is one slot to claim, the
    latest, and none once it is older than it is *worth*. A job that was never seen before begins with its next slot.
    """
    slot = schedule.latest(zone, tx.now)
    had = latest_day(tx.db, job)
    if had is not None and had >= slot.day:
        return None
    state = SlotState.LATE if slot.is_late(tx.now) else SlotState.RUN
    if had is None or tx.now - slot.at > worth:
        state = SlotState.PASSED
    taken = take_slot(tx.db, job, slot.day, slot.at, tx.now, state)
    return slot if taken and state is not SlotState.PASSED else None


def run_slot(tx: Tx, job: str, schedule: Schedule, worth: timedelta, flow: Callable[[Tx, Slot], Any]) -> bool:
    """Run a flow in the slot that is due where the team's days begin; False when none is."""
    slot = claim_slot(tx, job, schedule, tx.rules.zone, worth)
    if slot is not None:
        flow(tx, slot)
    return slot is not None
