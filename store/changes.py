"""Changes: what was deployed, configured or switched lately, whether or not anything was wrong then."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, delete, insert
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact, sealed


class ChangeRow(SQLModel, table=True):
    """One change that a pipeline told of. ``body`` is what it says, sealed: it may name who did it."""

    __tablename__ = "change"
    __table_args__ = (Index("change_when", "workspace_id", "at"),)

    id: int | None = fact(None, primary_key=True)
    workspace_id: int = fact(foreign_key="workspace.id")
    sender: str = fact()
    kind: str = fact()
    at: datetime = fact(sa_type=Utc)
    key_id: int = fact(foreign_key="data_key.id")
    body: bytes = sealed()


def add_change(db: Session, values: dict[str, Any]) -> None:
    """Keep a change."""
    db.connection().execute(insert(ChangeRow), values)


def changes_between(
    db: Session, workspace_id: int, since: datetime, until: datetime, limit: int
) -> Sequence[ChangeRow]:
    """Return the changes of a time, the newest first."""
    mine = (ChangeRow.workspace_id == workspace_id, ChangeRow.at >= since, ChangeRow.at <= until)
    newest = select(ChangeRow).where(*mine).order_by(col(ChangeRow.at).desc(), col(ChangeRow.id).desc())
    return db.exec(newest.limit(limit)).all()


def forget_changes(db: Session, before: datetime) -> int:
    """Drop changes older than *before*, and return how many. What timelines tell of them stays."""
    return db.connection().execute(delete(ChangeRow).where(col(ChangeRow.at) < before)).rowcount
