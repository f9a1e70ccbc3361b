"""The timeline as people read it: moments in order, revisions folded in, a chain that proves nothing was altered."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from store.types import EntryKind, Precision

GONE = "[erased: the key to this text was destroyed]"


class ChainRow(Protocol):
    """What the chain covers of a stored entry."""

    seq: int
    kind: EntryKind
    occurred_at: datetime
    recorded_at: datetime
    precision: Precision
    margin_s: int | None
    actor: str | None
    source: str | None
    revises: int | None
    facts: str
    key_id: int | None
    body: bytes | None
    hash: bytes


@dataclass(frozen=True, slots=True)
class Moment:
    """One timeline entry, opened. ``actor`` is a person's reference; ``text`` is None when the entry has none.

    ``text`` is ``GONE`` when its key was destroyed. ``history`` holds earlier texts, oldest first, once ``folded``.
    """

    seq: int
    kind: EntryKind
    occurred_at: datetime
    recorded_at: datetime
    precision: Precision = Precision.SECOND
    margin_s: int | None = None
    actor: str | None = None
    source: str | None = None
    revises: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    text: str | None = None
    history: tuple[str | None, ...] = ()
    withdrawn: bool = False


def canonical(facts: dict[str, Any]) -> str:
    """Return facts as JSON that is the same for the same facts."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def link(previous: bytes, incident_id: int, row: ChainRow) -> bytes:
    """Return the hash of an entry: SHA-256 over the previous hash, all that is readable, and the ciphertext.

    Each field is written as Python's ``ascii`` writes it, so that no two different entries read alike: None is not
    'None', and a line feed inside a text is not one between two.
    """
    occurred = recorded = row.occurred_at.isoformat()
    if row.recorded_at != row.occurred_at:
        recorded = row.recorded_at.isoformat()
    readable = (
        f"{incident_id}\n{row.seq!a}\n{row.kind}\n{occurred}\n{recorded}\n"
        f"{row.precision}\n{row.margin_s!a}\n{row.actor!a}\n{row.source!a}\n{row.revises!a}\n{row.facts!a}\n"
        f"{row.key_id!a}\n{row.body is None}\n"
    )
    digest = hashlib.sha256(previous)
    digest.update(readable.encode())
    digest.update(row.body or b"")
    return digest.digest()


def broken_at(incident_id: int, rows: Iterable[ChainRow], count: int, head: bytes) -> str | None:
    """Return what is wrong with a chain in one sentence, or None when nothing was altered, removed or added."""
    previous, expected = b"", 1
    for row in rows:
        if row.seq != expected:
            return f"entry {expected} is missing"
        if link(previous, incident_id, row) != row.hash:
            return f"entry {row.seq} was altered"
        previous, expected = row.hash, expected + 1
    if expected - 1 != count:
        return f"{expected - 1} entries are there, {count} were recorded"
    return None if previous == head else "the last entry is not the one that was recorded last"


def folded(moments: Sequence[Moment]) -> list[Moment]:
    """Return moments by when they happened, each with its latest text and its earlier ones; revisions fold into it."""
    latest = {moment.seq: moment for moment in moments if moment.revises is None}
    for moment in moments:
        first = latest.get(moment.revises) if moment.revises is not None else None
        if first is None:
            continue
        if moment.kind is EntryKind.WITHDRAWAL:
            latest[first.seq] = replace(first, withdrawn=True)
        else:
            latest[first.seq] = replace(first, text=moment.text, history=(*first.history, first.text), withdrawn=False)
    return sorted(latest.values(), key=lambda moment: (moment.occurred_at, moment.seq))
