"""Record a change on the timelines of the incidents that it may have to do with."""

from bot.core.changes import Change
from bot.flows.record import record
from bot.flows.tx import Tx
from bot.flows.views import incident_id_of
from store.arrivals import empty_arrival
from store.incidents import ids_going_on
from store.types import EntryKind
from store.workspaces import home_workspace


def record_change(arrival: int, sender: str, change: Change, tx: Tx) -> None:
    """Write a change down in the incident that it names, or in every one that is going on, at its own time.

    A name that is nobody's counts as none: a change must not be lost to a slip in a pipeline.
    """
    named = incident_id_of(tx, change.key) if change.key else None
    concerned = [named] if named is not None else ids_going_on(tx.db, home_workspace(tx.db))
    for incident_id in concerned:
        facts = {"what": change.kind, "sender": sender}
        at = change.at or tx.now
        record(tx, incident_id, EntryKind.CHANGE, text=change.told, facts=facts, occurred_at=min(at, tx.now))
    empty_arrival(tx.db, arrival)
