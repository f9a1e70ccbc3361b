"""Proving that timelines are as they were recorded."""

from dataclasses import dataclass

from bot.flows.record import verify_timeline
from bot.flows.tx import Tx
from store.incidents import incident_by_id, incident_ids


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one timeline. ``broken`` says in one sentence what is wrong, None when nothing is."""

    key: str
    entries: int
    broken: str | None


def prove(tx: Tx, incident_id: int) -> Proof:
    """Verify one timeline. It holds the incident meanwhile: an entry appended half-way would look like a forgery."""
    incident = incident_by_id(tx.db, incident_id, lock=True)
    if incident is None:
        raise LookupError(f"no incident row {incident_id}")
    return Proof(incident.key, incident.entry_count, verify_timeline(tx, incident))


def incident_ids_to_prove(tx: Tx) -> list[int]:
    """Return the row ids of every incident, private ones too: a proof reads no text."""
    return incident_ids(tx.db)
