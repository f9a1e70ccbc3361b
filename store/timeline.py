"""The timeline: what was said and done, append-only, numbered and chained per incident.

Rows are written with Core inserts: this is the hottest table, and an ORM insert costs ten times as much.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, bindparam, insert, or_, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, reference, sealed
from store.incidents import Incident
from store.keys import DataKey, StoredKey
from store.types import EntryKind, Precision


class Entry(SQLModel, table=True):
    """One timeline entry, never changed once written.

    ``facts`` is canonical JSON and holds nothing personal; what a person wrote is in ``body``, sealed under the key
    ``key_id``. A correction, an edit in Slack or a deletion is a new entry whose ``revises`` names the first one.
    ``hash`` is SHA-256 over the previous entry's hash, everything readable here, and the ciphertext.
    """

    __table_args__ = (Index("entry_source", "source"),)

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    seq: int = fact(primary_key=True)
    kind: EntryKind = fact(sa_type=Word(EntryKind))
    occurred_at: datetime = fact(sa_type=Utc)
    recorded_at: datetime = fact(sa_type=Utc)
    precision: Precision = fact(Precision.SECOND, sa_type=Word(Precision))
    margin_s: int | None = fact(None)
    actor: str | None = reference(None)
    source: str | None = fact(None)
    revises: int | None = fact(None)
    facts: str = fact("{}")
    key_id: int | None = fact(None)
    body: bytes | None = sealed(None)
    hash: bytes = fact()


_COLUMNS: tuple[Any, ...] = (
    col(Entry.seq),
    col(Entry.kind),
    col(Entry.occurred_at),
    col(Entry.recorded_at),
    col(Entry.precision),
    col(Entry.margin_s),
    col(Entry.actor),
    col(Entry.source),
    col(Entry.revises),
    col(Entry.facts),
    col(Entry.key_id),
    col(Entry.body),
    col(Entry.hash),
)


# Built once: on this path, building a statement costs six times as much as running it.
_APPEND = insert(Entry)
_MOVE_HEAD = (
    update(Incident)
    .where(col(Incident.id) == bindparam("incident"))
    .values(entry_count=bindparam("count"), head=bindparam("newest"))
)
_KEY_COLUMNS: tuple[Any, ...] = (col(DataKey.id), col(DataKey.wrapped), col(DataKey.kek_id))
_HEAD = (
    select(col(Incident.entry_count), col(Incident.head), *_KEY_COLUMNS)
    .join(DataKey, (col(DataKey.incident_id) == Incident.id) & (col(DataKey.owner) == bindparam("owner")), isouter=True)
    .where(col(Incident.id) == bindparam("incident"))
    .with_for_update(of=Incident)
)


def append_entry(db: Session, values: dict[str, Any]) -> None:
    """Insert one entry and move the incident's head to it. The caller holds the incident's row."""
    connection = db.connection()
    connection.execute(_APPEND, values)
    head = {"incident": values["incident_id"], "count": values["seq"], "newest": values["hash"]}
    connection.execute(_MOVE_HEAD, head)


def chain_head(db: Session, incident_id: int, owner: str) -> tuple[int, bytes, StoredKey | None]:
    """Return (number of entries, hash of the last one, an owner's key there) and lock the incident.

    So appends take turns. One question is asked for the three, because every note asks it.
    """
    found = db.connection().execute(_HEAD, {"incident": incident_id, "owner": owner}).one()
    return found.entry_count, found.head, (found.id, found.wrapped, found.kek_id) if found.id else None


def entries(db: Session, incident_id: int, seqs: Collection[int] | None = None) -> Sequence[Any]:
    """Return entries as plain rows in the order they were recorded: all of an incident, or those numbered *seqs*."""
    statement = select(*_COLUMNS).where(col(Entry.incident_id) == incident_id).order_by(col(Entry.seq))
    return db.connection().execute(statement if seqs is None else statement.where(col(Entry.seq).in_(seqs))).all()


def entry_from(db: Session, incident_id: int, source: str, kind: EntryKind) -> int | None:
    """Return the number of the entry of this kind that came from *source*, or None."""
    statement = select(Entry.seq).where(Entry.incident_id == incident_id, Entry.source == source, Entry.kind == kind)
    return db.exec(statement.order_by(col(Entry.seq))).first()


def captured_from(db: Session, source: str) -> list[tuple[int, int]]:
    """Return (incident id, entry number) of every message captured from *source*; incidents may share one."""
    statement = select(Entry.incident_id, Entry.seq).where(Entry.source == source, Entry.kind == EntryKind.MESSAGE)
    return list(db.exec(statement.order_by(col(Entry.incident_id))))


def revisions_of(db: Session, incident_id: int, seq: int) -> list[tuple[int, EntryKind, str | None]]:
    """Return (number, kind, actor) of an entry and of all that revises it, in the order they were recorded."""
    columns = (col(Entry.seq), col(Entry.kind), col(Entry.actor))
    mine = or_(col(Entry.seq) == seq, col(Entry.revises) == seq)
    statement = select(*columns).where(col(Entry.incident_id) == incident_id, mine).order_by(col(Entry.seq))
    return [(row.seq, row.kind, row.actor) for row in db.execute(statement)]


def latest_facts(db: Session, incident_id: int, kind: EntryKind) -> str:
    """Return the facts of an incident's latest entry of a kind, as they are stored; empty when there is none."""
    statement = select(Entry.facts).where(Entry.incident_id == incident_id, Entry.kind == kind)
    return db.exec(statement.order_by(col(Entry.seq).desc())).first() or "{}"
