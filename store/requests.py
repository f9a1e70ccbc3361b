"""Requests already served, so that a command, button or event delivered twice is done once."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col

from store.columns import Utc, fact
from store.db import insert_once


class Request(SQLModel, table=True):
    """One delivery that was acted upon. The id comes from the sender: a trigger id, an event id."""

    id: str = fact(primary_key=True)
    seen_at: datetime = fact(sa_type=Utc, index=True)


def first_time(db: Session, request_id: str, now: datetime) -> bool:
    """Claim a request id for this transaction; False when it was served before."""
    return insert_once(db, Request, {"id": request_id, "seen_at": now})


def forget_requests(db: Session, before: datetime) -> int:
    """Drop ids older than *before* and return how many."""
    return db.connection().execute(delete(Request).where(col(Request.seen_at) < before)).rowcount
