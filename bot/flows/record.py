"""Writing the timeline and reading it back."""

import json
import os
from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from bot.core import sealing
from bot.core.keyring import KeyMissing
from bot.core.timeline import GONE, Moment, broken_at, canonical, link
from bot.flows.tx import Tx
from store.columns import in_utc
from store.incidents import Incident
from store.keys import StoredKey, add_key, key_of, keys_by_id
from store.timeline import append_entry, chain_head, entries
from store.types import EntryKind, Precision

UNREADABLE = (ValueError, TypeError)  # what the columns raise for a value that is none of theirs


def record(
    tx: Tx,
    incident_id: int,
    kind: EntryKind,
    *,
    actor: str | None = None,
    text: str | None = None,
    facts: dict[str, Any] | None = None,
    occurred_at: datetime | None = None,
    precision: Precision = Precision.SECOND,
    margin_s: int | None = None,
    source: str | None = None,
    revises: int | None = None,
) -> int:
    """Append one timeline entry and return its number. *text* is sealed under its actor's key in this incident.

    ``facts`` are stored readable: words, numbers, times and references, never what a person wrote.
    """
    owner = actor or ""
    count, head, stored = chain_head(tx.db, incident_id, owner)
    seq, key_id, body = count + 1, None, None
    if text is not None:
        key_id, key = _unwrapped(tx, owner, incident_id, stored or _new_key(tx, owner, incident_id))
        body = sealing.seal(key, os.urandom(sealing.NONCE), text, _context(incident_id, seq))
    values: dict[str, Any] = {
        "incident_id": incident_id,
        "seq": seq,
        "kind": kind,
        "occurred_at": in_utc(occurred_at or tx.now),
        "recorded_at": in_utc(tx.now),
        "precision": precision,
        "margin_s": margin_s,
        "actor": actor,
        "source": source,
        "revises": revises,
        "facts": canonical(facts or {}),
        "key_id": key_id,
        "body": body,
    }
    values["hash"] = link(head, incident_id, SimpleNamespace(**values, hash=b""))
    append_entry(tx.db, values)
    return seq


def read_timeline(tx: Tx, incident_id: int) -> list[Moment]:
    """Return every entry, opened, in the order they were recorded. What cannot be opened any more reads ``GONE``."""
    return _opened(tx, incident_id, entries(tx.db, incident_id))


def proven_timeline(tx: Tx, incident: Incident) -> tuple[list[Moment], str | None]:
    """Return every entry as ``read_timeline`` does, and what ``verify_timeline`` says of them, from one read."""
    incident_id = incident.id or 0
    rows = entries(tx.db, incident_id)
    return _opened(tx, incident_id, rows), broken_at(incident_id, rows, incident.entry_count, incident.head)


def read_texts(tx: Tx, incident_id: int, seqs: set[int]) -> dict[int, str]:
    """Return the texts of some entries by their numbers, opened; entries without a text are left out."""
    rows = entries(tx.db, incident_id, seqs)
    keys = open_keys(tx, {row.key_id for row in rows if row.key_id is not None})
    texts = ((row.seq, _text(incident_id, row, keys)) for row in rows)
    return {seq: text for seq, text in texts if text is not None}


def verify_timeline(tx: Tx, incident: Incident) -> str | None:
    """Return what is wrong with an incident's chain in one sentence, or None when nothing was altered."""
    incident_id = incident.id or 0
    try:
        rows = entries(tx.db, incident_id)
    except UNREADABLE:
        return f"entry {_first_unreadable(tx, incident)} was altered"
    return broken_at(incident_id, rows, incident.entry_count, incident.head)


def _first_unreadable(tx: Tx, incident: Incident) -> int:
    """Return the number of the first entry that holds what was never written there, such as a word that is none."""
    for seq in range(1, incident.entry_count + 1):
        try:
            entries(tx.db, incident.id or 0, [seq])
        except UNREADABLE:
            return seq
    return incident.entry_count + 1


def _opened(tx: Tx, incident_id: int, rows: Sequence[Any]) -> list[Moment]:
    keys = open_keys(tx, {row.key_id for row in rows if row.key_id is not None})
    return [_moment(incident_id, row, keys) for row in rows]


def sealing_key(tx: Tx, owner: str, incident_id: int) -> tuple[int, bytes]:
    """Return (id, key) of an owner's data key in an incident, making it the first time. Incident 0 is none."""
    return _unwrapped(tx, owner, incident_id, key_of(tx.db, owner, incident_id) or _new_key(tx, owner, incident_id))


def _unwrapped(tx: Tx, owner: str, incident_id: int, stored: StoredKey) -> tuple[int, bytes]:
    key_id, wrapped, kek_id = stored
    return key_id, sealing.unwrap(tx.keyring.key(kek_id), wrapped, owner_context(owner, incident_id))


def open_key(tx: Tx, key_id: int) -> bytes | None:
    """Return a data key by its id, or None when it was destroyed or cannot be opened."""
    return open_keys(tx, {key_id}).get(key_id)


def _new_key(tx: Tx, owner: str, incident_id: int) -> StoredKey:
    """Make an owner's key, unless another transaction just did, and return it as it is stored."""
    key, kek_id = os.urandom(sealing.KEY), tx.keyring.current
    wrapped = sealing.wrap(tx.keyring.key(kek_id), os.urandom(sealing.NONCE), key, owner_context(owner, incident_id))
    values = {"owner": owner, "incident_id": incident_id, "wrapped": wrapped, "kek_id": kek_id, "created_at": tx.now}
    add_key(tx.db, values)
    stored = key_of(tx.db, owner, incident_id)
    assert stored is not None
    return stored


def open_keys(tx: Tx, ids: set[int]) -> dict[int, bytes]:
    """Map ids to data keys; what was destroyed or cannot be opened is left out."""
    opened = {}
    for key_id, (wrapped, kek_id, owner, incident_id) in keys_by_id(tx.db, ids).items():
        try:
            opened[key_id] = sealing.unwrap(tx.keyring.key(kek_id), wrapped, owner_context(owner, incident_id))
        except (KeyMissing, sealing.CannotOpen):
            continue  # Read as erased: one lost key must not hide the rest of the timeline.
    return opened


def _moment(incident_id: int, row: Any, keys: dict[int, bytes]) -> Moment:
    facts = json.loads(row.facts) if row.facts != "{}" else {}
    when = row.occurred_at, row.recorded_at, row.precision, row.margin_s
    text = _text(incident_id, row, keys)
    return Moment(row.seq, row.kind, *when, row.actor, row.source, row.revises, facts, text)


def _text(incident_id: int, row: Any, keys: dict[int, bytes]) -> str | None:
    if row.body is None:
        return None
    key = keys.get(row.key_id)
    try:
        return GONE if key is None else sealing.unseal(key, row.body, _context(incident_id, row.seq))
    except sealing.CannotOpen:
        return GONE


def _context(incident_id: int, seq: int) -> bytes:
    return b"entry %d/%d" % (incident_id, seq)


def owner_context(owner: str, incident_id: int) -> bytes:
    """Return what binds a wrapped data key to its owner and incident."""
    return b"key %s/%d" % (owner.encode(), incident_id)
