"""Recoveries: jobs that make dead letters due again, a batch at a time, and remember how far they came."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, reference
from store.dead_letters import Selection
from store.types import Cause


class Recovery(SQLModel, table=True):
    """One recovery: which dead letters are meant, and the number of the last one that it has dealt with.

    ``until`` is never later than its beginning: what fails again while it runs is not tried in a circle.
    """

    id: int | None = fact(None, primary_key=True)
    asked_by: str = reference()
    created_at: datetime = fact(sa_type=Utc)
    finished_at: datetime | None = fact(None, sa_type=Utc, index=True)
    kind: str | None = fact(None)
    cause: Cause | None = fact(None, sa_type=Word(Cause))
    workspace_id: int | None = fact(None, foreign_key="workspace.id")
    incident_id: int | None = fact(None, foreign_key="incident.id")
    since: datetime | None = fact(None, sa_type=Utc)
    until: datetime = fact(sa_type=Utc)
    total: int = fact()
    done_up_to: int = fact(0)
    revived: int = fact(0)

    @property
    def meant(self) -> Selection:
        """The dead letters that it is about."""
        return Selection(self.kind, self.cause, self.workspace_id, self.incident_id, self.since, self.until)


def add_recovery(db: Session, recovery: Recovery) -> int:
    """Begin a recovery and return its number."""
    db.add(recovery)
    db.flush()
    return recovery.id or 0


def recovery_by_id(db: Session, recovery_id: int) -> Recovery | None:
    """Return a recovery, locked: whoever else runs it waits for this batch, and goes on behind it."""
    wanted = select(Recovery).where(Recovery.id == recovery_id).with_for_update()
    return db.exec(wanted.execution_options(populate_existing=True)).first()


def unfinished_recovery(db: Session) -> Recovery | None:
    """Return the oldest recovery that is not finished, locked; one that somebody runs at this moment is left alone."""
    wanted = select(Recovery).where(col(Recovery.finished_at).is_(None)).order_by(col(Recovery.id)).limit(1)
    return db.exec(wanted.with_for_update(skip_locked=True)).first()


def recoveries(db: Session, limit: int = 20) -> Sequence[Recovery]:
    """Return the latest recoveries, the newest first."""
    return db.exec(select(Recovery).order_by(col(Recovery.id).desc()).limit(limit)).all()
