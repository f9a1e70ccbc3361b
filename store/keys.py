"""Data keys: one per person and incident, wrapped by a key-encryption key that never enters the database.

Destroying a key row makes everything sealed under it unreadable for good, and nothing else.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, bindparam, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact, reference, sealed
from store.db import insert_once
from store.secrets import SecretVersion


class DataKey(SQLModel, table=True):
    """A wrapped AES-256 key. ``owner`` is a person's reference, or "" for what no person wrote; incident 0 is none."""

    __tablename__ = "data_key"
    __table_args__ = (Index("data_key_owner", "owner", "incident_id", unique=True), Index("data_key_kek", "kek_id"))

    id: int | None = fact(None, primary_key=True)
    owner: str = reference()
    incident_id: int = fact()
    wrapped: bytes = sealed()
    kek_id: str = fact()
    created_at: datetime = fact(sa_type=Utc)


StoredKey = tuple[int, bytes, str]  # id, wrapped key, id of the wrapping key

_BY_OWNER = select(DataKey.id, DataKey.wrapped, DataKey.kek_id).where(
    DataKey.owner == bindparam("owner"), DataKey.incident_id == bindparam("incident")
)


def key_of(db: Session, owner: str, incident_id: int) -> StoredKey | None:
    """Return an owner's key in an incident, or None."""
    found = db.connection().execute(_BY_OWNER, {"owner": owner, "incident": incident_id}).first()
    return (found.id, found.wrapped, found.kek_id) if found else None


def add_key(db: Session, values: dict[str, Any]) -> bool:
    """Store a wrapped key; False when its owner just got one from somebody else."""
    return insert_once(db, DataKey, values)


def keys_by_id(db: Session, ids: set[int]) -> dict[int, tuple[bytes, str, str, int]]:
    """Map key ids to (wrapped key, wrapping key's id, owner, incident); destroyed keys are left out."""
    statement = select(DataKey).where(col(DataKey.id).in_(ids))
    return {key.id or 0: (key.wrapped, key.kek_id, key.owner, key.incident_id) for key in db.exec(statement)}


def wrapping_keys(db: Session) -> set[str]:
    """Return the ids of every key-encryption key that something in this database still needs."""
    return {*db.exec(select(DataKey.kek_id).distinct()), *db.exec(select(SecretVersion.kek_id).distinct())}


def keys_wrapped_under(db: Session, kek_ids: Sequence[str], most: int) -> list[DataKey]:
    """Return at most so many keys that one of these key-encryption keys wraps."""
    return list(db.exec(select(DataKey).where(col(DataKey.kek_id).in_(kek_ids)).limit(most)))


def rewrap_key(db: Session, key: DataKey, wrapped: bytes, kek_id: str) -> None:
    """Store a key as it is wrapped now, unless it was destroyed or rewrapped meanwhile."""
    where = (col(DataKey.id) == key.id, col(DataKey.kek_id) == key.kek_id)
    db.connection().execute(update(DataKey).where(*where).values(wrapped=wrapped, kek_id=kek_id))


def is_wrapped_under(db: Session, kek_id: str) -> bool:
    """Whether a key-encryption key still wraps anything."""
    keys = select(DataKey.id).where(DataKey.kek_id == kek_id).limit(1)
    versions = select(SecretVersion.id).where(SecretVersion.kek_id == kek_id).limit(1)
    return db.exec(keys).first() is not None or db.exec(versions).first() is not None
