"""Conflicts: rows of diverged tables that people decide, each belonging to an action item of an incident."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, and_, func, update
from sqlmodel import Session, SQLModel, col, select

from store.actions import ActionItem
from store.columns import Utc, Word, fact, reference, sealed
from store.db import insert_once
from store.types import ActionState, Keep


class ConflictRow(SQLModel, table=True):
    """One row that no policy decides.

    ``number``       of the action item whose ticket it is on;
    ``fingerprint``  the same for the same table, key and versions, so that another run adds nothing;
    ``bundle``       the same for the same cause and customer;
    ``body``         the row as both sides and the base have it; ``edited`` what a person wrote instead.
    """

    __tablename__ = "conflict"
    __table_args__ = (
        Index("conflict_fingerprint", "incident_id", "fingerprint", unique=True),
        Index("conflict_item", "incident_id", "number"),
    )

    id: int | None = fact(None, primary_key=True)
    incident_id: int = fact(foreign_key="incident.id")
    number: int = fact()
    fingerprint: str = fact()
    bundle: str = fact()
    key_id: int = fact(foreign_key="data_key.id")
    body: bytes = sealed()
    keep: Keep | None = fact(None, sa_type=Word(Keep))
    edited: bytes | None = sealed(None)
    resolved_at: datetime | None = fact(None, sa_type=Utc)
    resolved_by: str | None = reference(None)


def add_conflict(db: Session, values: dict[str, Any]) -> bool:
    """Add a conflict; False when it was there before."""
    return insert_once(db, ConflictRow, values)


def known_conflicts(db: Session, incident_id: int) -> set[str]:
    """Return the fingerprints of an incident's conflicts."""
    return set(db.exec(select(ConflictRow.fingerprint).where(ConflictRow.incident_id == incident_id)))


def item_of_bundle(db: Session, incident_id: int, bundle: str) -> int | None:
    """Return the number of the open action item that conflicts of a bundle are on, or None."""
    mine = and_(
        col(ActionItem.incident_id) == col(ConflictRow.incident_id), col(ActionItem.number) == col(ConflictRow.number)
    )
    statement = (
        select(ConflictRow.number)
        .join(ActionItem, mine)
        .where(ConflictRow.incident_id == incident_id, ConflictRow.bundle == bundle)
        .where(ActionItem.state == ActionState.OPEN)
        .order_by(col(ConflictRow.number).desc())
    )
    return db.exec(statement).first()


def conflicts_in(
    db: Session, incident_id: int, number: int | None = None, *, undecided: bool = False, limit: int | None = None
) -> Sequence[ConflictRow]:
    """Return an incident's conflicts by their action items, of one item or of all."""
    statement = select(ConflictRow).where(ConflictRow.incident_id == incident_id).limit(limit)
    if number is not None:
        statement = statement.where(ConflictRow.number == number)
    if undecided:
        statement = statement.where(col(ConflictRow.keep).is_(None))
    return db.exec(statement.order_by(col(ConflictRow.number), col(ConflictRow.id))).all()


def conflict_by_fingerprint(db: Session, incident_id: int, begins: str) -> ConflictRow | None:
    """Return the conflict whose fingerprint *begins* so; None when there is none, or more than one."""
    mine = (ConflictRow.incident_id == incident_id, col(ConflictRow.fingerprint).startswith(begins, autoescape=True))
    found = db.exec(select(ConflictRow).where(*mine).limit(2)).all()
    return found[0] if len(found) == 1 else None


def count_conflicts(db: Session, incident_id: int) -> dict[int, tuple[int, int]]:
    """Return by action item how many conflicts it has, and how many of them are not decided."""
    counted = (
        select(ConflictRow.number, func.count(), func.count(col(ConflictRow.keep)))
        .where(ConflictRow.incident_id == incident_id)
        .group_by(col(ConflictRow.number))
        .order_by(col(ConflictRow.number))
    )
    return {number: (count, count - decided) for number, count, decided in db.exec(counted)}


def undecided(db: Session, incident_id: int, number: int) -> int:
    """Return how many conflicts of an action item are not decided."""
    return count_conflicts(db, incident_id).get(number, (0, 0))[1]


def decide_conflict(db: Session, conflict: ConflictRow, values: dict[str, Any]) -> None:
    """Write down what somebody decided."""
    db.connection().execute(update(ConflictRow).where(col(ConflictRow.id) == conflict.id).values(**values))
