"""Write down what people say: notes, impact, corrections."""

from bot.core.wording import kept, on_one_line
from bot.errors import Missing, Unfit
from bot.flows.asked import incident_asked_for, once, timeline_asked_for
from bot.flows.promise import show_incident
from bot.flows.publish import publish
from bot.flows.record import read_timeline, record
from bot.flows.tx import Request, Tx
from store.incidents import Incident
from store.types import EntryKind, EventType

LONGEST = 3000  # characters of one note; a longer text belongs in a document that the note links to


def take_note(tx: Tx, request: Request, text: str, key: str | None = None) -> tuple[str, int]:
    """Add a note to the timeline and return (incident key, entry number)."""
    once(tx, request)
    incident_id, key, who = timeline_asked_for(tx, request, key)
    seq = record(tx, incident_id, EntryKind.NOTE, actor=who, text=checked_text(text, "note error rate is 48 %"))
    return key, seq


def state_impact(tx: Tx, request: Request, text: str, key: str | None = None) -> Incident:
    """Say whom it hurts and how. The latest statement stands on the card; all of them on the timeline."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    incident.impact = on_one_line(checked_text(text, "impact card payments fail for EU customers"))
    tx.db.add(incident)
    record(tx, incident.id or 0, EntryKind.IMPACT, actor=who, text=incident.impact)
    publish(tx, incident, EventType.INCIDENT_UPDATED, what="impact")
    show_incident(tx, incident)
    return incident


def correct_entry(tx: Tx, request: Request, seq: int, text: str, key: str | None = None) -> tuple[str, int]:
    """Correct what an entry says. The first wording stays on the timeline, as an earlier revision."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    moments = {moment.seq: moment for moment in read_timeline(tx, incident.id or 0)}
    found = moments.get(seq)
    if found is None or found.revises is not None or found.text is None:
        raise Missing(f"Entry {seq} has no text to correct. See the numbers: /incident timeline")
    right = checked_text(text, f"correct {seq} error rate was 4.8 %")
    new = record(tx, incident.id or 0, EntryKind.REVISION, actor=who, text=right, revises=seq)
    return incident.key, new


def checked_text(text: str, example: str) -> str:
    """Return a text as it is kept, or refuse an empty or endless one with what to type instead."""
    written = optional_text(text)
    if written is None:
        raise Unfit(f"Say it after the word: /incident {example}")
    return written


def optional_text(text: str | None) -> str | None:
    """Return a text as it is kept, None when there is nothing in it to read, or refuse an endless one."""
    text = kept(text or "")
    if len(text) > LONGEST:
        raise Unfit(f"That has {len(text)} characters, and {LONGEST} fit. Put it in a document and note its link.")
    return text or None
