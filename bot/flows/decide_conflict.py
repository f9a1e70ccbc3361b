"""Decide conflicts: keep A, keep B, or what a person writes instead. The next reconcile puts it into the patch."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core import sealing
from bot.core.conflicts import Conflict, Decided
from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.change_action import write_change
from bot.flows.file_conflicts import context, read_conflicts
from bot.flows.file_ticket import follow_in_jira
from bot.flows.promise import for_incident
from bot.flows.record import open_key, record
from bot.flows.tx import Request, Tx
from store.actions import action_by_number
from store.conflicts import (
    ConflictRow,
    conflict_by_fingerprint,
    conflicts_in,
    count_conflicts,
    decide_conflict,
    undecided,
)
from store.incidents import Incident
from store.types import ActionState, EntryKind, Keep


def decide(
    tx: Tx,
    request: Request,
    keep: Keep,
    *,
    number: int | None = None,
    row: str = "",
    edited: Mapping[str, str | None] | None = None,
    key: str | None = None,
) -> tuple[int, int]:
    """Decide one *row*, by how its id begins, or every open one of an action item. Return how many, and what is left.

    A decision about a row may be changed until the patch is applied. An item whose rows are all decided is done.
    """
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    incident_id = incident.id or 0
    if row:
        found = conflict_by_fingerprint(tx.db, incident_id, row)
        rows = [found] if found else []
    else:
        rows = list(conflicts_in(tx.db, incident_id, number, undecided=True)) if number else []
    if not rows:
        raise Refused(f"{incident.key} has no such row left to decide. See them: /incident conflicts")
    if keep is Keep.EDIT and (not edited or not row):
        raise Refused("Say which row, and what its columns should hold.")
    write_decision(tx, incident, who, rows, keep, edited or {})
    return len(rows), sum(left for _, left in count_conflicts(tx.db, incident_id).values())


def write_decision(
    tx: Tx, incident: Incident, who: str | None, rows: list[ConflictRow], keep: Keep, edited: Mapping[str, str | None]
) -> None:
    """Write down what was decided about rows of an incident that the caller holds. Their items follow."""
    incident_id = incident.id or 0
    for row in rows:
        values: dict[str, Any] = {"keep": keep, "edited": None, "resolved_at": tx.now, "resolved_by": who}
        if keep is Keep.EDIT:
            values["edited"] = _sealed(tx, row, edited)
        decide_conflict(tx.db, row, values)
    for number in sorted({row.number for row in rows}):
        count = sum(row.number == number for row in rows)
        record(
            tx, incident_id, EntryKind.CONFLICTS, actor=who, facts={"number": number, "keep": keep, "decided": count}
        )
        item = action_by_number(tx.db, incident_id, number)
        if item is not None and item.state is ActionState.OPEN and not undecided(tx.db, incident_id, number):
            item.settled_at = tx.now
            write_change(tx, incident, item, who, {"state": ActionState.DONE})
            follow_in_jira(tx, incident, number)
        else:
            for_incident(tx, incident, "slack.action_item", args={"number": number}, order="channel")


def _sealed(tx: Tx, row: ConflictRow, edited: Mapping[str, str | None]) -> bytes:
    key = open_key(tx, row.key_id)
    if key is None:
        raise Refused("What this row holds cannot be read any more.")
    text = json.dumps(dict(edited), ensure_ascii=False)
    return sealing.seal(key, os.urandom(sealing.NONCE), text, context(row.incident_id, row.fingerprint))


def decisions(tx: Tx, incident_id: int) -> dict[str, Decided]:
    """Return what was decided, by the id of the row."""
    found = {}
    for row in conflicts_in(tx.db, incident_id):
        if row.keep is None:
            continue
        key = open_key(tx, row.key_id) if row.edited else None
        edited = {}
        if row.edited and key:
            edited = json.loads(sealing.unseal(key, row.edited, context(incident_id, row.fingerprint)))
        found[row.fingerprint] = Decided(row.keep, edited)
    return found


@dataclass(frozen=True, slots=True)
class Undecided:
    """How an incident's conflicts stand: by action item (how many, how many left), and rows of them to decide."""

    counts: Mapping[int, tuple[int, int]]
    titles: Mapping[int, str]
    rows: tuple[tuple[ConflictRow, Conflict], ...]

    @property
    def left(self) -> int:
        return sum(left for _, left in self.counts.values())


def undecided_conflicts(tx: Tx, incident_id: int, limit: int | None = 200, number: int | None = None) -> Undecided:
    """Return what is left to decide, at most *limit* rows of it."""
    counts = count_conflicts(tx.db, incident_id)
    items = {each: action_by_number(tx.db, incident_id, each) for each in counts}
    titles = {each: item.title for each, item in items.items() if item is not None}
    return Undecided(counts, titles, tuple(read_conflicts(tx, incident_id, number, undecided=True, limit=limit)))
