"""Answers: what programs were told under a key of theirs, so that asking again does nothing and is told the same."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact, sealed
from store.db import insert_once


class Answer(SQLModel, table=True):
    """One answer. It is written in the transaction that did what was asked for, so that neither is without the other.

    ``id``     a digest of who asked and their key;
    ``asked``  a digest of what they asked for;
    ``body``   what they were told, sealed under their own key. It may hold a secret that is shown this once.
    """

    id: str = fact(primary_key=True)
    asked: str = fact()
    made_at: datetime = fact(sa_type=Utc, index=True)
    status: int = fact(0)
    location: str | None = fact(None)
    key_id: int | None = fact(None)
    body: bytes | None = sealed(None)


def first_asked(db: Session, answer_id: str, asked: str, now: datetime, kept_since: datetime) -> Answer | None:
    """Return the answer that was given before; None for the first to ask, and for the first after it was too old.

    Of two at once, the second waits here until the first is committed.
    """
    db.connection().execute(delete(Answer).where(col(Answer.id) == answer_id, col(Answer.made_at) < kept_since))
    if insert_once(db, Answer, {"id": answer_id, "asked": asked, "made_at": now, "status": 0}):
        return None
    return db.exec(select(Answer).where(Answer.id == answer_id)).one()


def answer_made(db: Session, answer_id: str) -> Answer:
    """Return the answer that this transaction makes."""
    return db.exec(select(Answer).where(Answer.id == answer_id)).one()


def forget_answers(db: Session, before: datetime) -> int:
    """Drop answers from before a time, and return how many."""
    return db.connection().execute(delete(Answer).where(col(Answer.made_at) < before)).rowcount
