"""Alerts: what monitors told us, in groups that people hear of together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, delete, func, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact, sealed


class AlertGroup(SQLModel, table=True):
    """Alerts that came one soon after the other, or that belong to one incident.

    ``last_at``    when the latest of them arrived; ``closed_at`` when none had come for a while, and the sum was told;
    ``alerts``     how many different ones it has; ``summed`` how many the last sum on the timeline told of;
    ``entries``    how many entries it has on the incident's timeline;
    ``channel_id`` and ``ts``: where the announce channel tells of it, while it has no incident.
    """

    __tablename__ = "alert_group"
    __table_args__ = (Index("alert_group_open", "workspace_id", "closed_at"),)

    id: int | None = fact(None, primary_key=True)
    workspace_id: int = fact(foreign_key="workspace.id")
    incident_id: int | None = fact(None, foreign_key="incident.id", index=True)
    opened_at: datetime = fact(sa_type=Utc)
    last_at: datetime = fact(sa_type=Utc, index=True)
    closed_at: datetime | None = fact(None, sa_type=Utc)
    alerts: int = fact(0)
    entries: int = fact(0)
    summed: int = fact(0)
    channel_id: str | None = fact(None)
    ts: str | None = fact(None)


class AlertRow(SQLModel, table=True):
    """One alert in a group, however often it came. ``key`` is a digest of who sent it and what they know it by.

    ``changed_at`` is the time of its latest news by its sender's clock, where that told it: older news change nothing.
    ``title`` is kept of the first alerts of a group, which are told one by one; ``entry`` is where that stands.
    """

    __tablename__ = "alert"
    __table_args__ = (Index("alert_known", "key", "group_id", unique=True), Index("alert_in_group", "group_id"))

    id: int | None = fact(None, primary_key=True)
    group_id: int = fact(foreign_key="alert_group.id")
    key: str = fact()
    sender: str = fact()
    service: str = fact("")
    firing: bool = fact(True)
    started_at: datetime = fact(sa_type=Utc)
    changed_at: datetime | None = fact(None, sa_type=Utc)
    entry: int | None = fact(None)
    key_id: int | None = fact(None)
    title: bytes | None = sealed(None)


def group_by_id(db: Session, group_id: int) -> AlertGroup | None:
    """Return a group."""
    return db.get(AlertGroup, group_id)


def known_alert(db: Session, key: str) -> tuple[AlertRow, AlertGroup] | None:
    """Return an alert, as it came last, with its group."""
    both = select(AlertRow, AlertGroup).join(AlertGroup, col(AlertGroup.id) == col(AlertRow.group_id))
    return db.exec(both.where(AlertRow.key == key).order_by(col(AlertRow.id).desc()).limit(1)).first()


def group_of(db: Session, incident_id: int) -> AlertGroup | None:
    """Return the latest group of an incident."""
    mine = select(AlertGroup).where(AlertGroup.incident_id == incident_id)
    return db.exec(mine.order_by(col(AlertGroup.id).desc()).limit(1)).first()


def open_groups(db: Session, workspace_id: int, since: datetime) -> list[AlertGroup]:
    """Return the groups that are open and had an alert since then, the one that had the latest first."""
    mine = (AlertGroup.workspace_id == workspace_id, col(AlertGroup.closed_at).is_(None), AlertGroup.last_at >= since)
    return list(db.exec(select(AlertGroup).where(*mine).order_by(col(AlertGroup.last_at).desc())))


def quiet_groups(db: Session, before: datetime, limit: int = 100) -> list[AlertGroup]:
    """Return open groups that had no alert since then."""
    quiet = (col(AlertGroup.closed_at).is_(None), AlertGroup.last_at < before)
    return list(db.exec(select(AlertGroup).where(*quiet).order_by(col(AlertGroup.id)).limit(limit)))


def first_alerts(db: Session, group_id: int, limit: int) -> Sequence[AlertRow]:
    """Return the first alerts of a group, in the order in which they came."""
    return db.exec(select(AlertRow).where(AlertRow.group_id == group_id).order_by(col(AlertRow.id)).limit(limit)).all()


_COUNTED: tuple[Any, ...] = (
    func.count(),
    func.count(func.distinct(col(AlertRow.service))),
    func.count().filter(col(AlertRow.firing)),
    func.min(col(AlertRow.started_at)),
)


def count_alerts(db: Session, group_id: int) -> tuple[int, int, int, datetime | None]:
    """Return how many alerts a group has, of how many services, how many fire, and when the first began."""
    alerts, services, firing, began = db.execute(select(*_COUNTED).where(AlertRow.group_id == group_id)).one()
    return alerts, services, firing, began


def firing_by_sender(db: Session) -> dict[str, int]:
    """Return how many alerts of each sender fire."""
    counted = select(AlertRow.sender, func.count()).where(col(AlertRow.firing)).group_by(col(AlertRow.sender))
    return {sender: count for sender, count in db.execute(counted)}


def forget_alerts(db: Session, before: datetime) -> None:
    """Drop groups that had no alert since then, with their alerts. What timelines tell of them stays."""
    old = select(AlertGroup.id).where(AlertGroup.last_at < before, col(AlertGroup.closed_at).is_not(None))
    connection = db.connection()
    connection.execute(delete(AlertRow).where(col(AlertRow.group_id).in_(old)))
    connection.execute(delete(AlertGroup).where(col(AlertGroup.id).in_(old)))


def place_group(db: Session, group_id: int, channel_id: str, ts: str) -> None:
    """Remember where a group's message stands."""
    values = {"channel_id": channel_id, "ts": ts}
    db.connection().execute(update(AlertGroup).where(col(AlertGroup.id) == group_id).values(values))
