"""Capture a message: put it on a timeline with its own time, and bring it up to date there."""

from bot.core.said import Said
from bot.flows.asked import incident_asked_for, once
from bot.flows.meet import meet
from bot.flows.record import read_texts, record
from bot.flows.take_note import LONGEST
from bot.flows.tx import Request, Tx
from store.incidents import Incident
from store.timeline import entry_from, revisions_of
from store.types import EntryKind


def capture_message(tx: Tx, request: Request, said: Said, key: str | None = None) -> tuple[str, int, bool]:
    """Put a message on the timeline at once. Return (incident key, entry number, whether it was new there)."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    seq, new = capture(tx, incident, said, who)
    return incident.key, seq, new


def capture(tx: Tx, incident: Incident, said: Said, by: str) -> tuple[int, bool]:
    """Record a message with its own time, sealed under its author's key; return (entry number, whether it was new).

    The caller holds the incident's row. A message that is there already is not added again; it is brought up to date.
    """
    incident_id = incident.id or 0
    there = entry_from(tx.db, incident_id, said.source, EntryKind.MESSAGE)
    if there is not None:
        revise(tx, incident_id, there, said.text)
        return there, False
    author = meet(tx, incident.workspace_id, said.author)
    facts = {"marked_by": by} if by != author else {}
    text = said.text[:LONGEST]
    message, source = EntryKind.MESSAGE, said.source
    return record(
        tx, incident_id, message, actor=author, text=text, facts=facts, occurred_at=said.at, source=source
    ), True


def revise(tx: Tx, incident_id: int, first: int, text: str | None) -> None:
    """Append what a captured message says now, or that it is gone, unless its latest revision says so already."""
    history = revisions_of(tx.db, incident_id, first)
    (_, _, author), (latest, kind, _) = history[0], history[-1]
    if text is None:
        if kind is not EntryKind.WITHDRAWAL:
            record(tx, incident_id, EntryKind.WITHDRAWAL, actor=author, revises=first)
        return
    text = text[:LONGEST]
    if kind is EntryKind.WITHDRAWAL or read_texts(tx, incident_id, {latest}) != {latest: text}:
        record(tx, incident_id, EntryKind.REVISION, actor=author, text=text, revises=first)
