"""Public updates, and the promise of the next one."""

from datetime import timedelta

from bot.core.roles import COMMANDER
from bot.core.statuses import why_not
from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.change_status import move
from bot.flows.promise import for_incident, show_incident, tell
from bot.flows.publish import publish
from bot.flows.record import record
from bot.flows.schedule_update import schedule_update
from bot.flows.take_note import checked_text
from bot.flows.tx import Request, Tx
from store.incidents import Incident, updates_due
from store.roles import holders
from store.types import EntryKind, EventType, Status

SNOOZE = timedelta(minutes=10)
PATIENCE = timedelta(minutes=5)  # between the first nudge and the second
NUDGES = 3  # the commander twice, then the deputy
DEPUTIES = ("communications", "operations", "scribe")


def post_update(
    tx: Tx,
    request: Request,
    text: str,
    next_in_minutes: int | None = None,
    *,
    status: Status | None = None,
    key: str | None = None,
) -> Incident:
    """Tell everybody where it stands, and promise the next update in so many minutes or as the severity demands.

    With *status*, the incident moves there first.
    """
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    if not incident.live:
        raise Refused(f"{incident.key} is {incident.status}. Open it again first: /incident reopen")
    text = checked_text(text, "update we are rolling back, card payments return in 10 minutes")
    if status not in (None, incident.status):
        if refusal := why_not(incident.status, status):
            raise Refused(refusal)
        move(tx, incident, status, by=who)
    schedule_update(tx, incident, next_in_minutes)
    tx.db.add(incident)
    due = incident.update_due_at
    facts = {"next_in_minutes": int((due - tx.now).total_seconds()) // 60 if due else None}
    seq = record(tx, incident.id or 0, EntryKind.UPDATE, actor=who, text=text, facts=facts)
    publish(tx, incident, EventType.INCIDENT_UPDATED, what="update", entry=seq)
    for_incident(tx, incident, "slack.update", args={"entry": seq}, order="channel")
    show_incident(tx, incident)  # before the thread: it has to have an announcement to hang from
    for_incident(tx, incident, "slack.update_thread", args={"entry": seq}, order="announcements")
    return incident


def snooze_update(tx: Tx, request: Request, key: str | None = None) -> Incident:
    """Promise the update ten minutes from now instead."""
    once(tx, request)
    incident, _ = incident_asked_for(tx, request, key)
    if not incident.live:
        raise Refused(f"{incident.key} is {incident.status}, so no update is due.")
    incident.update_due_at = incident.update_nudge_at = tx.now + SNOOZE
    incident.update_nudges = 0
    tx.db.add(incident)
    show_incident(tx, incident)
    return incident


def dismiss_update(tx: Tx, request: Request, key: str | None = None) -> Incident:
    """Withdraw the promise of a next update. The next one that is posted makes a new promise."""
    once(tx, request)
    incident, _ = incident_asked_for(tx, request, key)
    incident.update_due_at = incident.update_nudge_at = None
    tx.db.add(incident)
    show_incident(tx, incident)
    return incident


def nudge_about_updates(tx: Tx) -> int:
    """Tell whoever can act that a promised update is late: the commander, again, then a deputy. Return how many."""
    due = updates_due(tx.db, tx.now)
    for incident in due:
        held = holders(tx.db, incident.id or 0)
        who = held.get(COMMANDER) or incident.declared_by
        if incident.update_nudges == 0:
            facts = {"due_at": incident.update_due_at.isoformat() if incident.update_due_at else None}
            record(tx, incident.id or 0, EntryKind.UPDATE_MISSED, facts=facts)
            show_incident(tx, incident)
        elif incident.update_nudges >= NUDGES - 1:
            who = next((held[role] for role in DEPUTIES if held.get(role, who) != who), who)
        incident.update_nudges += 1
        incident.update_nudge_at = tx.now + PATIENCE if incident.update_nudges < NUDGES else None
        tx.db.add(incident)
        tell(tx, incident, who, "update_missed", due=incident.update_due_at and incident.update_due_at.isoformat())
    return len(due)
