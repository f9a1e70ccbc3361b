"""Replicas: the processes that keep promises over one PostgreSQL, and which of them are gone.

A row says that a process was here, an advisory lock of its own that it still is. A row without its lock is what a dead
process leaves behind. SQLite has one process, and no rows.
"""

from datetime import timedelta

from sqlalchemy import bindparam, delete, text
from sqlmodel import Session, SQLModel, col

from store.columns import fact

CLASS = 0x66697273  # "firs": the first half of every replica's lock; the second half is its number

# Shared, because the session that a cut left behind may hold it still.
ANNOUNCE = f"SELECT pg_advisory_lock_shared({CLASS}, %(number)s)"
ENTER = "INSERT INTO replica (number) VALUES (%(number)s) ON CONFLICT DO NOTHING"


class Replica(SQLModel, table=True):
    """One process. ``number`` is its own choice, at random, and begins the token of everything that it claims."""

    number: int = fact(primary_key=True, sa_column_kwargs={"autoincrement": False})


_GONE = text(
    """
    SELECT number FROM replica
    WHERE pg_postmaster_start_time() < now() - :settled
    AND NOT EXISTS (
        SELECT 1 FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND classid = :class AND objid = replica.number
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
    """
)
_LEAVE = delete(Replica).where(col(Replica.number) == bindparam("number"))


def replicas_gone(db: Session, settled: timedelta) -> set[int]:
    """Return the replicas that hold no lock.

    A PostgreSQL that started less than *settled* ago dropped every lock by itself: then nobody is taken to be gone.
    """
    return set(db.connection().execute(_GONE, {"settled": settled, "class": CLASS}).scalars())


def remove_replica(db: Session, number: int) -> None:
    """Forget a replica that ended, or whose claims were taken over."""
    db.connection().execute(_LEAVE, {"number": number})


def claimed_by(number: int) -> str:
    """Return how the token of everything begins that a replica claims."""
    return f"{number:08x}."
