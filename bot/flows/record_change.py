"""Keep what was changed, and record it on the timelines of the incidents that it may have to do with."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core import sealing
from bot.core.changes import Change
from bot.flows.record import open_key, record, sealing_key
from bot.flows.tx import Tx
from bot.flows.views import incident_id_of
from store.arrivals import empty_arrival
from store.changes import ChangeRow, add_change, changes_between
from store.incidents import Incident, ids_going_on
from store.types import EntryKind
from store.workspaces import home_workspace

BEFORE = timedelta(hours=1)  # what changed within it goes on the timeline of an incident that is opened
RECALLED = 10  # changes, the latest


def record_changes(arrival: int, sender: str, changes: Sequence[Change], tx: Tx) -> None:
    """Keep each change, and write it down in the incident that it names, or in every one that is going on.

    A name that is nobody's counts as none: a change must not be lost to a slip in a pipeline.
    """
    workspace_id = home_workspace(tx.db)
    for change in changes:
        at = min(change.at or tx.now, tx.now)
        _keep(tx, workspace_id, sender, change, at)
        named = incident_id_of(tx, change.key) if change.key else None
        concerned = [named] if named is not None else ids_going_on(tx.db, workspace_id)
        for incident_id in concerned:
            facts = {"what": change.kind, "sender": sender}
            record(tx, incident_id, EntryKind.CHANGE, text=change.told, facts=facts, occurred_at=at)
    empty_arrival(tx.db, arrival)


def recall_changes(tx: Tx, incident: Incident) -> None:
    """Write down what changed shortly before an incident was opened. A test is none that anything caused."""
    if incident.test:
        return
    latest = changes_between(tx.db, incident.workspace_id, tx.now - BEFORE, tx.now, RECALLED)
    for row in reversed(latest):
        facts = {"what": row.kind, "sender": row.sender}
        record(tx, incident.id or 0, EntryKind.CHANGE, text=told_of(tx, row), facts=facts, occurred_at=row.at)


def told_of(tx: Tx, row: ChangeRow) -> str:
    """Return what a change says; "" when its key is gone."""
    key = open_key(tx, row.key_id)
    try:
        return sealing.unseal(key, row.body, _context(row.sender, row.at)) if key else ""
    except sealing.CannotOpen:
        return ""


def _keep(tx: Tx, workspace_id: int, sender: str, change: Change, at: datetime) -> None:
    key_id, key = sealing_key(tx, "", 0)
    body = sealing.seal(key, os.urandom(sealing.NONCE), change.told, _context(sender, at))
    values = {"workspace_id": workspace_id, "sender": sender, "kind": change.kind, "at": at}
    add_change(tx.db, values | {"key_id": key_id, "body": body})


def _context(sender: str, at: datetime) -> bytes:
    return f"change {sender} {at.timestamp():.6f}".encode()
