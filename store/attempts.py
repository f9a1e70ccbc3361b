"""Attempts: how each try at an effect went, for whoever asks why it did not arrive."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, personal
from store.types import Outcome

KEPT = 50  # of one effect, the latest: one that is tried all day must not fill the disk
FORGOTTEN_AT_ONCE = 5_000  # in one transaction, so that nobody waits behind it


class Attempt(SQLModel, table=True):
    """One attempt at an effect. A number that is missing is of a try that nobody lived to settle, or that is not kept.

    ``status``  the HTTP status, if there was an answer;
    ``reason``  why it did not work, in the neighbour's words, free of personal text;
    ``answer``  the beginning of what the neighbour answered, secrets masked. It may quote what people wrote.
    """

    effect_id: int = fact(primary_key=True, foreign_key="effect.id", sa_column_kwargs={"autoincrement": False})
    number: int = fact(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = fact(sa_type=Utc, index=True)
    duration_ms: int = fact()
    outcome: Outcome = fact(sa_type=Word(Outcome))
    status: int | None = fact(None)
    reason: str | None = fact(None)
    answer: str | None = personal(None)


_ADD = insert(Attempt)
_DROP_EARLIER = delete(Attempt).where(
    col(Attempt.effect_id) == bindparam("effect"), col(Attempt.number) <= bindparam("last")
)


def add_attempts(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep attempts, and let go of what is too far behind them."""
    if rows:
        db.connection().execute(_ADD, rows)
    behind = [{"effect": row["effect_id"], "last": row["number"] - KEPT} for row in rows if row["number"] > KEPT]
    if behind:
        db.connection().execute(_DROP_EARLIER, behind)


def attempts_at(db: Session, effect_id: int) -> Sequence[Attempt]:
    """Return the attempts that are kept of an effect, the first one first."""
    return db.exec(select(Attempt).where(Attempt.effect_id == effect_id).order_by(col(Attempt.number))).all()


def forget_attempts(db: Session, before: datetime) -> int:
    """Drop attempts older than *before*, the oldest first, not all at once, and return how many."""
    old = select(Attempt.at).where(Attempt.at < before).order_by(col(Attempt.at))
    until = db.exec(old.offset(FORGOTTEN_AT_ONCE).limit(1)).first() or before
    return db.connection().execute(delete(Attempt).where(col(Attempt.at) < until)).rowcount
