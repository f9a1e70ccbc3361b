"""Watermarks: up to where we have read what a neighbour changed, by the neighbour's own clock."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Session, SQLModel, select

from store.columns import Utc, fact
from store.db import insert_once


class Watermark(SQLModel, table=True):
    """How far one neighbour was read.

    ``mark``      in the neighbour's own time, milliseconds since 1970; None before anything was read;
    ``asked_at``  when it was promised last to read on, ``read_at`` when that was last done.
    """

    name: str = fact(primary_key=True)
    mark: int | None = fact(None, sa_type=BigInteger)
    asked_at: datetime | None = fact(None, sa_type=Utc)
    read_at: datetime | None = fact(None, sa_type=Utc)


def watermark(db: Session, name: str) -> Watermark:
    """Return how far a neighbour was read, locked."""
    insert_once(db, Watermark, {"name": name})
    return db.exec(select(Watermark).where(Watermark.name == name).with_for_update()).one()


def mark_of(db: Session, name: str) -> int | None:
    """Return up to where a neighbour was read, or None."""
    return db.exec(select(Watermark.mark).where(Watermark.name == name)).first()
