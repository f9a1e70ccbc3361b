"""Dead letters: the effects that failed for good, found by what failed, why, where and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, text
from sqlmodel import Session, col, select

from store.effects import IS_DEAD, Effect
from store.types import Cause


@dataclass(frozen=True, slots=True)
class Selection:
    """Which dead letters are meant; what is None is not asked about.

    ``kind``   one kind, such as "slack.card", or all kinds for one neighbour, such as "slack";
    ``since``  and ``until``: when it failed for good.
    """

    kind: str | None = None
    cause: Cause | None = None
    workspace_id: int | None = None
    incident_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[Any]:
        """Return what holds for each dead letter that is meant."""
        # Written out, or neither database would see that this is the condition of its partial index.
        holds: list[Any] = [IS_DEAD]
        if self.kind is not None:
            of_neighbour = col(Effect.kind).startswith(f"{self.kind}.", autoescape=True)
            holds.append(or_(col(Effect.kind) == self.kind, of_neighbour))
        if self.cause is not None:
            holds.append(col(Effect.cause) == self.cause)
        if self.workspace_id is not None:
            holds.append(col(Effect.workspace_id) == self.workspace_id)
        if self.incident_id is not None:
            holds.append(col(Effect.incident_id) == self.incident_id)
        if self.since is not None:
            holds.append(col(Effect.settled_at) >= self.since)
        if self.until is not None:
            holds.append(col(Effect.settled_at) <= self.until)
        return holds


def dead_letters(db: Session, meant: Selection, limit: int, *, after: int = 0, lock: bool = False) -> Sequence[Effect]:
    """Return dead letters by number, from behind *after* on; *lock* keeps others from reviving them meanwhile."""
    found = select(Effect).where(*meant.conditions(), col(Effect.id) > after).order_by(col(Effect.id)).limit(limit)
    return db.exec(found.with_for_update() if lock else found).all()


def count_dead_letters(db: Session, meant: Selection) -> int:
    """Return how many dead letters are meant."""
    return db.exec(select(func.count()).select_from(Effect).where(*meant.conditions())).one()


def dead_by_cause(db: Session, meant: Selection) -> dict[tuple[str, Cause], int]:
    """Return how many dead letters there are of each kind and cause."""
    counted = select(Effect.kind, Effect.cause, func.count()).where(*meant.conditions())
    rows = db.exec(counted.group_by(col(Effect.kind), col(Effect.cause)).order_by(text("1, 2")))
    return {(kind, Cause(cause)): count for kind, cause, count in rows if cause}
