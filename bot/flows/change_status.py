"""Move an incident through its life: status, severity, resolve, close, reopen."""

from datetime import datetime

from bot.core.checklists import Moment
from bot.core.statuses import why_not
from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.promise import for_incident, set_topic, show_incident
from bot.flows.propose_wording import want_wording
from bot.flows.publish import publish
from bot.flows.record import record
from bot.flows.schedule_update import schedule_update
from bot.flows.start_postmortem import start_postmortem
from bot.flows.take_note import optional_text
from bot.flows.tx import Request, Tx
from bot.flows.walk_checklist import start_on
from store.incidents import Incident
from store.types import EntryKind, EventType, Severity, Status


def change_status(
    tx: Tx, request: Request, status: Status, text: str | None = None, key: str | None = None
) -> Incident:
    """Move an incident to a status, with what is known in *text*. A move that its life does not allow is refused."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    refusal = why_not(incident.status, status)
    if refusal:
        raise Refused(refusal)
    move(tx, incident, status, by=who, text=optional_text(text))
    return incident


def move(tx: Tx, incident: Incident, status: Status, *, by: str, text: str | None = None) -> None:
    """Move an incident whose way is clear, and promise what its new status brings."""
    before, incident.status = incident.status, status
    incident.resolved_at = _since(tx, incident.resolved_at, status in (Status.RESOLVED, Status.CLOSED))
    incident.closed_at = _since(tx, incident.closed_at, status is Status.CLOSED)
    if not incident.live or before in (Status.RESOLVED, Status.CLOSED):
        schedule_update(tx, incident)
    if incident.live:
        incident.joined_to_id = incident.link = None  # Work that goes on here does not go on elsewhere.
    tx.db.add(incident)
    record(tx, incident.id or 0, EntryKind.STATUS, actor=by, text=text, facts={"from": before, "to": status})
    resolved = status is Status.RESOLVED
    type = EventType.INCIDENT_RESOLVED if resolved else EventType.INCIDENT_STATUS
    publish(tx, incident, type, **{"from": before, "to": status})
    show_incident(tx, incident)
    set_topic(tx, incident)
    if resolved:
        start_postmortem(tx, incident)
        for_incident(tx, incident, "slack.resolution", order="channel")
        want_wording(tx, incident)
        start_on(tx, incident, Moment.INCIDENT_RESOLVED)


def change_severity(tx: Tx, request: Request, severity: Severity, key: str | None = None) -> Incident:
    """Say how bad it is now. The next update is due as the new severity demands."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    if incident.severity is severity:
        raise Refused(f"It is {severity.upper()} already.")
    before, incident.severity = incident.severity, severity
    schedule_update(tx, incident)
    tx.db.add(incident)
    record(tx, incident.id or 0, EntryKind.SEVERITY, actor=who, facts={"from": before, "to": severity})
    publish(tx, incident, EventType.INCIDENT_SEVERITY, **{"from": before, "to": severity})
    show_incident(tx, incident)
    set_topic(tx, incident)
    return incident


def _since(tx: Tx, before: datetime | None, holds: bool) -> datetime | None:
    """Return since when something holds: since before, since now, or not at all."""
    return (before or tx.now) if holds else None
