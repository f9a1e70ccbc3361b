"""Promise the next public update: when it is due, and when its commander is nudged about it."""

from datetime import timedelta

from bot.flows.tx import Tx
from store.incidents import Incident


def schedule_update(tx: Tx, incident: Incident, minutes: int | None = None) -> None:
    """Set when the next public update is due: in *minutes*, or as the severity demands. Never for a resolved one."""
    minutes = minutes or tx.rules.demands[incident.severity].update_minutes
    due = tx.now + timedelta(minutes=minutes) if minutes and incident.live else None
    incident.update_due_at = incident.update_nudge_at = due
    incident.update_nudges = 0
