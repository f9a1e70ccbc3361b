"""Breakers: which neighbours are left alone, known to every replica."""

from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact
from store.db import insert_once
from store.types import BreakerState


class BreakerRow(SQLModel, table=True):
    """One budget's breaker, once it has opened. ``until``: when the next replica may probe; taking that moves it on."""

    __tablename__ = "breaker"

    budget: str = fact(primary_key=True)
    state: BreakerState = fact(sa_type=Word(BreakerState))
    generation: int = fact()
    until: datetime | None = fact(None, sa_type=Utc)


_ALL = select(BreakerRow.budget, BreakerRow.state, BreakerRow.generation, BreakerRow.until)
_CHANGE = (
    update(BreakerRow)
    .where(col(BreakerRow.budget) == bindparam("of"), col(BreakerRow.generation) < bindparam("newer"))
    .values(state=bindparam("becomes"), generation=bindparam("newer"), until=bindparam("rests_until", type_=Utc()))
)
_TAKE = (
    update(BreakerRow)
    .where(
        col(BreakerRow.budget) == bindparam("of"),
        col(BreakerRow.state) == BreakerState.OPEN,
        col(BreakerRow.generation) == bindparam("same"),
        col(BreakerRow.until) <= bindparam("now", type_=Utc()),
    )
    .values(until=bindparam("rests_until", type_=Utc()))
)


def breakers(db: Session) -> dict[str, tuple[BreakerState, int, datetime | None]]:
    """Return the state, generation and rest of every breaker that ever opened."""
    return {budget: (state, generation, until) for budget, state, generation, until in db.connection().execute(_ALL)}


def change_breaker(db: Session, budget: str, state: BreakerState, generation: int, until: datetime | None) -> bool:
    """Write a breaker down; False when another replica already knows something newer."""
    values = {"budget": budget, "state": state, "generation": generation, "until": until}
    if insert_once(db, BreakerRow, values):
        return True
    changed = {"of": budget, "newer": generation, "becomes": state, "rests_until": until}
    return db.connection().execute(_CHANGE, changed).rowcount == 1


def take_probe(db: Session, budget: str, generation: int, now: datetime, until: datetime | None) -> bool:
    """Take the right to probe, for this replica alone until *until*; False when another has it."""
    taken = {"of": budget, "same": generation, "now": now, "rests_until": until}
    return db.connection().execute(_TAKE, taken).rowcount == 1
