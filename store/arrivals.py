"""Arrivals: what senders delivered to us, stored before it is answered, each delivery once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, delete, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact, sealed
from store.db import insert_once


class Arrival(SQLModel, table=True):
    """One delivery. Its ``body`` goes once it was processed; its id stays, so that a repeated one is known."""

    __table_args__ = (Index("arrival_delivery", "sender", "delivery", unique=True),)

    id: int | None = fact(None, primary_key=True)
    sender: str = fact()
    delivery: str = fact()
    received_at: datetime = fact(sa_type=Utc, index=True)
    key_id: int = fact(foreign_key="data_key.id")
    body: bytes | None = sealed(None)


def add_arrival(db: Session, values: dict[str, Any]) -> int | None:
    """Store a delivery and return its number, or None when it arrived before."""
    if not insert_once(db, Arrival, values):
        return None
    mine = (Arrival.sender == values["sender"], Arrival.delivery == values["delivery"])
    return db.exec(select(Arrival.id).where(*mine)).one()


def arrival_by_id(db: Session, number: int) -> Arrival | None:
    """Return a delivery."""
    return db.exec(select(Arrival).where(Arrival.id == number)).first()


def empty_arrival(db: Session, number: int) -> None:
    """Let go of what a delivery said, and keep that it came."""
    db.connection().execute(update(Arrival).where(col(Arrival.id) == number).values(body=None))


def forget_arrivals(db: Session, before: datetime) -> int:
    """Drop deliveries older than *before* that were processed, and return how many."""
    old = (col(Arrival.received_at) < before, col(Arrival.body).is_(None))
    return db.connection().execute(delete(Arrival).where(*old)).rowcount
