"""Start a postmortem: an owner, a due date, and a draft that follows the timeline."""

from datetime import timedelta

from bot.core.roles import COMMANDER
from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.meet import meet
from bot.flows.promise import for_incident
from bot.flows.record import record
from bot.flows.tx import Request, Tx
from store.incidents import Incident
from store.postmortems import Postmortem, postmortem_of
from store.roles import holders
from store.types import EntryKind


def start_postmortem(tx: Tx, incident: Incident) -> Postmortem:
    """Return an incident's postmortem, making it when there is none. Its owner is whoever commands now."""
    found = postmortem_of(tx.db, incident.id or 0)
    if found is None:
        hours = tx.rules.demands[incident.severity].postmortem_hours
        owner = holders(tx.db, incident.id or 0).get(COMMANDER) or incident.declared_by
        due = (incident.resolved_at or tx.now) + timedelta(hours=hours) if hours else None
        found = Postmortem(incident_id=incident.id or 0, owner=owner, due_at=due, created_at=tx.now)
        tx.db.add(found)
        tx.db.flush()
    return found


def ask_for_postmortem(tx: Tx, request: Request, key: str | None = None) -> Incident:
    """Promise the draft as a file in the incident's channel, as its timeline stands now."""
    once(tx, request)
    incident, _ = incident_asked_for(tx, request, key)
    start_postmortem(tx, incident)
    if incident.channel_id is not None:
        for_incident(tx, incident, "slack.postmortem", order="channel", merge="refresh")
    return incident


def change_owner(tx: Tx, request: Request, account: str, key: str | None = None) -> Incident:
    """Give the postmortem to somebody."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    owner = meet(tx, incident.workspace_id, account)
    postmortem = start_postmortem(tx, incident)
    postmortem.owner = owner
    tx.db.add(postmortem)
    facts = {"role": "postmortem_owner", "person": owner}
    record(tx, incident.id or 0, EntryKind.ROLE, actor=who, facts=facts)
    return incident


def write_notes(tx: Tx, request: Request, notes: dict[str, str], key: str | None = None) -> Incident:
    """Record what people wrote for sections of the postmortem. Each note stands in its section of the next draft."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    written = {section: text.strip() for section, text in notes.items() if text and text.strip()}
    if not written:
        raise Refused("Nothing was written. Fill in at least one section.")
    start_postmortem(tx, incident)
    for section, text in written.items():
        record(tx, incident.id or 0, EntryKind.POSTMORTEM, actor=who, text=text, facts={"section": section})
    return incident
