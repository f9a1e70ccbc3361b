"""Write down what people say: notes, impact, captured messages, and what became of them since."""

from datetime import datetime

from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.meet import meet
from bot.flows.promise import show_incident
from bot.flows.record import read_timeline, record
from bot.flows.tx import Request, Tx
from store.incidents import Incident, incident_by_channel
from store.timeline import entry_from
from store.types import EntryKind

LONGEST = 3000  # characters of one note; a longer text belongs in a document that the note links to


def take_note(tx: Tx, request: Request, text: str, key: str | None = None) -> tuple[str, int]:
    """Add a note to the timeline and return (incident key, entry number)."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    seq = record(tx, incident.id or 0, EntryKind.NOTE, actor=who, text=checked_text(text, "note error rate is 48 %"))
    return incident.key, seq


def state_impact(tx: Tx, request: Request, text: str, key: str | None = None) -> Incident:
    """Say whom it hurts and how. The latest statement stands on the card; all of them on the timeline."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    incident.impact = " ".join(checked_text(text, "impact card payments fail for EU customers").split())
    tx.db.add(incident)
    record(tx, incident.id or 0, EntryKind.IMPACT, actor=who, text=incident.impact)
    show_incident(tx, incident)
    return incident


def capture_message(
    tx: Tx, request: Request, author: str, text: str, said_at: datetime, source: str, key: str | None = None
) -> tuple[str, int, bool]:
    """Put a message on the timeline, stamped with its own time and sealed under its author's key.

    Return (incident key, entry number, whether it was new). A message that is there already is not added again.
    """
    once(tx, request)
    incident, _ = incident_asked_for(tx, request, key)
    incident_id = incident.id or 0
    there = entry_from(tx.db, incident_id, source)
    if there is not None:
        return incident.key, there, False
    person = meet(tx, incident.workspace_id, author)
    seq = record(
        tx, incident_id, EntryKind.MESSAGE, actor=person, text=text[:LONGEST], occurred_at=said_at, source=source
    )
    return incident.key, seq, True


def follow_edit(tx: Tx, request: Request, source: str, text: str | None) -> bool:
    """Record that a captured message was edited, or deleted when *text* is None. True when it was on the timeline."""
    once(tx, request)
    incident = incident_by_channel(tx.db, request.channel_id or "", lock=True)
    if incident is None:
        return False
    incident_id = incident.id or 0
    first = entry_from(tx.db, incident_id, source)
    if first is None:
        return False
    author = next(moment.actor for moment in read_timeline(tx, incident_id) if moment.seq == first)
    kind = EntryKind.WITHDRAWAL if text is None else EntryKind.REVISION
    record(tx, incident_id, kind, actor=author, text=text and text[:LONGEST], revises=first)
    return True


def correct_entry(tx: Tx, request: Request, seq: int, text: str, key: str | None = None) -> tuple[str, int]:
    """Correct what an entry says. The first wording stays on the timeline, as an earlier revision."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    moments = {moment.seq: moment for moment in read_timeline(tx, incident.id or 0)}
    found = moments.get(seq)
    if found is None or found.revises is not None or found.text is None:
        raise Refused(f"Entry {seq} has no text to correct. See the numbers: /incident timeline")
    new = record(tx, incident.id or 0, EntryKind.REVISION, actor=who, text=checked_text(text, "note …"), revises=seq)
    return incident.key, new


def checked_text(text: str, example: str) -> str:
    """Return a text without surrounding space, or refuse an empty or endless one with what to type instead."""
    text = text.strip()
    if not text:
        raise Refused(f"Say it after the word: /incident {example}")
    if len(text) > LONGEST:
        raise Refused(f"That has {len(text)} characters, and {LONGEST} fit. Put it in a document and note its link.")
    return text
