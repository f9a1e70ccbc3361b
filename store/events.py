"""Events: what happened, as partners hear of it. One for each thing, written in the transaction that made it true.

An event holds ids, words and numbers. What people wrote is read from the incident when the event is sent, so that it is
not copied into a queue; see docs/decisions.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, bindparam, func, insert
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact
from store.types import EventType


class Event(SQLModel, table=True):
    """One thing that happened.

    ``id``        what partners see as ``webhook-id``, the same in every attempt and replay;
    ``sequence``  counts the events of one incident from 1; a ping has none and is 0;
    ``change``    what it changed from and to.
    """

    __table_args__ = (Index("event_sequence", "incident_id", "sequence", unique=True),)

    id: str = fact(primary_key=True)
    workspace_id: int = fact(foreign_key="workspace.id")
    incident_id: int | None = fact(None, foreign_key="incident.id")
    type: EventType = fact(sa_type=Word(EventType))
    sequence: int = fact()
    occurred_at: datetime = fact(sa_type=Utc)
    change: dict[str, Any] = fact(sa_type=JSON)


_LAST = (
    select(func.coalesce(func.max(Event.sequence), 0))
    .where(col(Event.incident_id) == bindparam("about"))
    .scalar_subquery()
)
_ADD = insert(Event).values(
    id=bindparam("new_id"),
    workspace_id=bindparam("workspace"),
    incident_id=bindparam("about"),
    type=bindparam("what", type_=Word(EventType)),
    sequence=_LAST + bindparam("step"),
    occurred_at=bindparam("at", type_=Utc()),
    change=bindparam("changed", type_=JSON()),
)
_BY_ID = select(Event).where(col(Event.id).in_(bindparam("ids", expanding=True)))


def add_event(
    db: Session,
    event_id: str,
    workspace_id: int,
    incident_id: int | None,
    type: EventType,
    at: datetime,
    change: dict[str, Any],
) -> None:
    """Write down an event. Its incident is locked by the caller, or two events would ask for one number."""
    values = {"new_id": event_id, "workspace": workspace_id, "about": incident_id, "what": type, "at": at}
    db.connection().execute(_ADD, values | {"changed": change, "step": 0 if incident_id is None else 1})


def events_by_id(db: Session, ids: Collection[str]) -> dict[str, Event]:
    """Map ids to events."""
    return {event.id: event for event in db.scalars(_BY_ID, {"ids": list(ids)})}
