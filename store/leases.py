"""Leases: who leads, until when by the database's own clock, under a token that rises with every change of hands.

A holder may be frozen past its lease and never notice. So its token is asked for in the transaction of whatever it
writes, and the row stays locked until that ends: nobody takes over in the middle of it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Update, bindparam, text, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact
from store.db import insert_once

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Lease(SQLModel, table=True):
    """What at most one process does at a time. ``holder`` says which, for people; ``token`` is what counts."""

    name: str = fact(primary_key=True)
    token: int = fact(0)
    holder: str = fact("")
    until: datetime = fact(NEVER, sa_type=Utc)


@dataclass(frozen=True, slots=True)
class Held:
    """A lease in one process's hands, for *span* from when it was taken or kept last."""

    name: str
    token: int
    span: timedelta


def take_lease(db: Session, name: str, holder: str, span: timedelta) -> Held | None:
    """Take a lease that nobody holds for *span* from now, under the next token; None when somebody holds it."""
    connection = db.connection()
    asked = {"lease": name, "whose": holder, "seconds": span.total_seconds()}
    take = _take(connection.dialect.name)
    token = connection.execute(take, asked).scalar()
    if token is None and insert_once(db, Lease, {"name": name, "token": 0, "holder": "", "until": NEVER}):
        token = connection.execute(take, asked).scalar()
    return None if token is None else Held(name, token, span)


def keep_lease(db: Session, held: Held) -> bool:
    """Hold on to a lease for its span from now; False when it is lost."""
    connection = db.connection()
    mine = {"lease": held.name, "mine": held.token, "seconds": held.span.total_seconds()}
    return connection.execute(_keep(connection.dialect.name), mine).rowcount == 1


def leave_lease(db: Session, held: Held) -> None:
    """Give a lease back, for anybody to take at once."""
    mine = (col(Lease.name) == held.name, col(Lease.token) == held.token)
    db.connection().execute(update(Lease).where(*mine).values(until=NEVER))


def holds_lease(db: Session, held: Held) -> bool:
    """Tell whether a lease is still held, and keep it from changing hands until this transaction ends.

    PostgreSQL ends a transaction that stands still, so a frozen process does not lock others out for long. On SQLite a
    frozen writer does; whoever waits there finds the lease unchanged afterwards.
    """
    connection = db.connection()
    mine = {"lease": held.name, "mine": held.token}
    return connection.execute(_holds(connection.dialect.name), mine).first() is not None


_NOW = {
    "postgresql": text("clock_timestamp()"),
    "sqlite": text("strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now')"),
}
_AHEAD = {
    "postgresql": text("clock_timestamp() + :seconds * interval '1 second'"),
    "sqlite": text("strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now', :seconds || ' seconds')"),
}


@lru_cache
def _take(dialect: str) -> Update:
    return (
        update(Lease)
        .where(col(Lease.name) == bindparam("lease"), col(Lease.until) <= _NOW[dialect])
        .values(token=Lease.token + 1, holder=bindparam("whose"), until=_AHEAD[dialect])
        .returning(col(Lease.token))
    )


@lru_cache
def _keep(dialect: str) -> Update:
    return update(Lease).where(*_is_mine(dialect)).values(until=_AHEAD[dialect])


@lru_cache
def _holds(dialect: str) -> Select[Any]:
    return select(Lease.token).where(*_is_mine(dialect)).with_for_update(read=True)


def _is_mine(dialect: str) -> tuple[Any, ...]:
    held = col(Lease.until) > _NOW[dialect]
    return col(Lease.name) == bindparam("lease"), col(Lease.token) == bindparam("mine"), held
