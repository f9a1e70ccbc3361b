"""Secrets: the versions of each, sealed under a key-encryption key that never enters the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, bindparam, delete, func, insert, or_, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact
from store.db import take_turns


class SecretVersion(SQLModel, table=True):
    """One version of one secret. ``change`` rises with everything that is altered, so that processes can follow."""

    __tablename__ = "secret_version"
    __table_args__ = (
        Index("secret_version_name", "name", "number", unique=True),
        Index("secret_version_kek", "kek_id"),
    )

    id: int | None = fact(None, primary_key=True)
    name: str = fact()
    number: int = fact()
    sealed: bytes = fact(sa_type=LargeBinary)
    kek_id: str = fact()
    made_at: datetime = fact(sa_type=Utc)
    ends_at: datetime | None = fact(None, sa_type=Utc, index=True)
    has_ended: bool = fact(False)
    used_at: datetime | None = fact(None, sa_type=Utc)
    change: int = fact(0)


_NAMED = (
    select(SecretVersion)
    .where(col(SecretVersion.name).in_(bindparam("names", expanding=True)))
    .order_by(col(SecretVersion.name), col(SecretVersion.number).desc())
    .execution_options(populate_existing=True)  # a flow reads again what it has just altered
)
_LAST_CHANGE = select(func.coalesce(func.max(SecretVersion.change), 0)).where(
    col(SecretVersion.name).in_(bindparam("names", expanding=True))
)
_USED = (
    update(SecretVersion)
    .where(col(SecretVersion.name) == bindparam("of"), col(SecretVersion.number) == bindparam("version"))
    .where(or_(col(SecretVersion.used_at).is_(None), col(SecretVersion.used_at) < bindparam("at")))
    .values(used_at=bindparam("at"))
)


def lock_secrets(db: Session) -> None:
    """Keep others from changing versions until this transaction ends."""
    take_turns(db, SecretVersion)


def versions_of(db: Session, names: Sequence[str]) -> list[SecretVersion]:
    """Return every version of some secrets, by name, the newest first."""
    return list(db.exec(_NAMED, params={"names": names}))


def all_versions(db: Session) -> list[SecretVersion]:
    """Return every version of every secret, by name, the newest first."""
    return list(db.exec(select(SecretVersion).order_by(SecretVersion.name, col(SecretVersion.number).desc())))


def last_change(db: Session, names: Sequence[str]) -> int:
    """Return a number that rises whenever one of these secrets changes."""
    return int(db.connection().execute(_LAST_CHANGE, {"names": names}).scalar_one())


def add_version(db: Session, values: Mapping[str, Any]) -> None:
    """Store a version. Its secret is locked, see ``lock_secrets``."""
    db.connection().execute(insert(SecretVersion).values(has_ended=False, change=_next_change(), **values))


def alter_version(db: Session, name: str, number: int, **values: Any) -> None:
    """Change a version, and tell those who follow."""
    where = (col(SecretVersion.name) == name, col(SecretVersion.number) == number)
    db.connection().execute(update(SecretVersion).where(*where).values(change=_next_change(), **values))


def forget_versions(db: Session, name: str) -> None:
    """Delete every version of a secret that nothing needs any more, such as that of a removed endpoint."""
    db.connection().execute(delete(SecretVersion).where(col(SecretVersion.name) == name))


def note_used(db: Session, name: str, number: int, at: datetime) -> None:
    """Remember that a version was used; an earlier time than the known one changes nothing."""
    db.connection().execute(_USED, {"of": name, "version": number, "at": at})


def overdue_versions(db: Session, now: datetime) -> list[SecretVersion]:
    """Return the versions whose time is over and whose text is still there."""
    due = (col(SecretVersion.ends_at) <= now, col(SecretVersion.has_ended).is_(False))
    return list(db.exec(select(SecretVersion).where(*due)))


def versions_wrapped_under(db: Session, kek_ids: Sequence[str], most: int) -> list[SecretVersion]:
    """Return at most so many versions that are sealed under one of these key-encryption keys."""
    return list(db.exec(select(SecretVersion).where(col(SecretVersion.kek_id).in_(kek_ids)).limit(most)))


def rewrap_version(db: Session, version: SecretVersion, values: Mapping[str, Any]) -> None:
    """Store a version as it is sealed now. Its text is the same, so nobody need be told."""
    db.connection().execute(update(SecretVersion).where(col(SecretVersion.id) == version.id).values(**values))


def _next_change() -> Any:
    return select(func.coalesce(func.max(SecretVersion.change), 0) + 1).scalar_subquery()
