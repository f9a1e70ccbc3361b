"""File conflicts: what no policy decides becomes a few action items of an incident, each with all of its rows."""

import json
import os
from collections.abc import Sequence

from bot.core import sealing
from bot.core.conflicts import Bundle, Conflict, conflict_from
from bot.core.roles import COMMANDER
from bot.core.wording import shortened
from bot.flows.add_action import new_action
from bot.flows.asked import incident_asked_for, once
from bot.flows.open_incident import LONGEST_TITLE
from bot.flows.promise import for_incident, tell
from bot.flows.record import open_key, record, sealing_key
from bot.flows.tx import Request, Tx
from store.conflicts import ConflictRow, add_conflict, conflicts_in, item_of_bundle, known_conflicts
from store.incidents import Incident
from store.roles import holders
from store.tickets import ticket_of
from store.types import ActionType, EntryKind, Priority

DONE_WHEN = "every row is decided, and firstfive reconcile finds no difference but what is decided"


def file_conflicts(tx: Tx, request: Request, key: str, bundles: Sequence[Bundle]) -> tuple[int, list[int]]:
    """Add what is not there yet of each bundle to an incident. Return how many rows, and the action items they are on.

    Rows of a cause and customer that somebody still works on join their item. On-call hears of it once.
    """
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    known, rows, numbers = known_conflicts(tx.db, incident.id or 0), 0, list[int]()
    for bundle in bundles:
        new = [conflict for conflict in bundle.conflicts if conflict.id not in known]
        if new:
            numbers.append(_filed(tx, incident, who, bundle, new))
            rows += len(new)
    if numbers:
        facts = {"rows": rows, "items": numbers, "tables": sorted({bundle.table for bundle in bundles})}
        record(tx, incident.id or 0, EntryKind.CONFLICTS, actor=who, facts=facts)
        on_call = holders(tx.db, incident.id or 0).get(COMMANDER, incident.declared_by)
        tell(tx, incident, on_call, "conflicts", rows=rows, items=len(numbers))
    return rows, numbers


def _filed(tx: Tx, incident: Incident, who: str, bundle: Bundle, new: Sequence[Conflict]) -> int:
    incident_id = incident.id or 0
    number = item_of_bundle(tx.db, incident_id, bundle.group)
    if number is None:
        title = shortened(bundle.title, LONGEST_TITLE)
        number = new_action(
            tx, incident, who, title, priority=Priority.P1, type=ActionType.REPAIR, done_when=DONE_WHEN
        ).number
    key_id, key = sealing_key(tx, "", incident_id)
    for conflict in new:
        text = json.dumps(conflict.as_json(), ensure_ascii=False)
        values = {
            "incident_id": incident_id,
            "number": number,
            "fingerprint": conflict.id,
            "bundle": bundle.group,
            "key_id": key_id,
            "body": sealing.seal(key, os.urandom(sealing.NONCE), text, context(incident_id, conflict.id)),
        }
        add_conflict(tx.db, values)
    for_incident(tx, incident, "slack.action_item", args={"number": number}, order="channel")
    if ticket_of(tx.db, incident_id, number) is not None:
        for_incident(tx, incident, "jira.attach", args={"number": number}, order="jira", merge=str(number))
    return number


def read_conflicts(
    tx: Tx, incident_id: int, number: int | None = None, *, undecided: bool = False, limit: int | None = None
) -> list[tuple[ConflictRow, Conflict]]:
    """Return an incident's conflicts, opened; those whose key is gone are left out."""
    rows = conflicts_in(tx.db, incident_id, number, undecided=undecided, limit=limit)
    keys = {key_id: open_key(tx, key_id) for key_id in {row.key_id for row in rows}}
    return [(row, conflict_from(_opened(key, row))) for row in rows if (key := keys[row.key_id]) is not None]


def _opened(key: bytes, row: ConflictRow) -> dict[str, object]:
    text = sealing.unseal(key, row.body, context(row.incident_id, row.fingerprint))
    return dict(json.loads(text))


def context(incident_id: int, fingerprint: str) -> bytes:
    """Return what binds a sealed conflict to its place."""
    return b"conflict %d/%s" % (incident_id, fingerprint.encode())
