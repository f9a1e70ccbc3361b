"""Start a postmortem: an owner, a due date, and a draft that follows the timeline."""

from bot.core.roles import COMMANDER
from bot.core.teams import team_of
from bot.core.timeline import GONE, folded
from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.meet import meet
from bot.flows.promise import for_incident, tell
from bot.flows.propose_wording import want_wording
from bot.flows.publish import publish
from bot.flows.record import read_timeline, record
from bot.flows.take_note import optional_text
from bot.flows.tx import Request, Tx
from store.incidents import Incident
from store.postmortems import Postmortem, postmortem_of
from store.roles import holders
from store.types import EntryKind, EventType


def start_postmortem(tx: Tx, incident: Incident) -> Postmortem:
    """Return an incident's postmortem, making it when there is none. Its owner is whoever commands now."""
    found = postmortem_of(tx.db, incident.id or 0)
    if found is None:
        hours = tx.rules.demands[incident.severity].postmortem_hours
        owner = holders(tx.db, incident.id or 0).get(COMMANDER) or incident.declared_by
        calendar = team_of(tx.rules.teams, incident).calendar
        due = calendar.hours_after(incident.resolved_at or tx.now, hours) if hours else None
        found = Postmortem(incident_id=incident.id or 0, owner=owner, due_at=due, created_at=tx.now)
        tx.db.add(found)
        tx.db.flush()
        publish(tx, incident, EventType.POSTMORTEM_STARTED, due_at=due.isoformat() if due else None)
    return found


def ask_for_postmortem(tx: Tx, request: Request, key: str | None = None) -> Incident:
    """Promise the draft as a file in the incident's channel, as its timeline stands now."""
    once(tx, request)
    incident, _ = incident_asked_for(tx, request, key)
    start_postmortem(tx, incident)
    want_wording(tx, incident)
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
    publish(tx, incident, EventType.POSTMORTEM_UPDATED, what="owner")
    for_incident(tx, incident, "slack.resolution", order="channel")
    if owner != who:
        tell(tx, incident, owner, "postmortem_given")
    return incident


def write_notes(tx: Tx, request: Request, notes: dict[str, str], key: str | None = None) -> Incident:
    """Record what people wrote for sections of the postmortem. Each note stands in its section of the next draft.

    What was written for a section before is revised by what is written now, and withdrawn when that is nothing.
    """
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    before = written_notes(tx, incident.id or 0)
    now = {section: optional_text(text) for section, text in notes.items()}
    changed = {
        section: text for section, text in now.items() if text != (before[section][1] if section in before else None)
    }
    if not changed:
        raise Refused("Nothing was changed. Write something for at least one section.")
    start_postmortem(tx, incident)
    for section, text in changed.items():
        seq = before[section][0] if section in before else None
        _write(tx, incident, who, section, text, seq)
    publish(tx, incident, EventType.POSTMORTEM_UPDATED, what="notes", sections=sorted(changed))
    return incident


def written_notes(tx: Tx, incident_id: int) -> dict[str, tuple[int, str]]:
    """Map each section that somebody wrote for to (entry number, latest text). What was erased reads as not written."""
    notes = [moment for moment in folded(read_timeline(tx, incident_id)) if moment.kind is EntryKind.POSTMORTEM]
    return {
        str(moment.facts.get("section")): (moment.seq, moment.text)
        for moment in notes
        if moment.text and moment.text != GONE and not moment.withdrawn
    }


def _write(tx: Tx, incident: Incident, who: str, section: str, text: str | None, revised: int | None) -> None:
    kind = EntryKind.POSTMORTEM if revised is None else EntryKind.REVISION if text else EntryKind.WITHDRAWAL
    facts = {"section": section} if revised is None else {}
    record(tx, incident.id or 0, kind, actor=who, text=text, facts=facts, revises=revised)
