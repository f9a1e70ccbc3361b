"""Action items: what is to be done so that it does not happen again."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, and_, bindparam, func, or_
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, personal, reference
from store.incidents import Incident, visible_to
from store.types import ActionState, ActionType, Priority


class ActionItem(SQLModel, table=True):
    """One promise to change something. ``number`` counts from 1 within its incident.

    ``done_when`` is how anyone can see that it is done.
    """

    __tablename__ = "action_item"
    __table_args__ = (Index("action_item_number", "incident_id", "number", unique=True),)

    id: int | None = fact(None, primary_key=True)
    incident_id: int = fact(foreign_key="incident.id")
    number: int = fact()
    title: str = personal()
    owner: str | None = reference(None)
    priority: Priority = fact(sa_type=Word(Priority))
    type: ActionType = fact(sa_type=Word(ActionType))
    due_on: date = fact()
    state: ActionState = fact(ActionState.OPEN, sa_type=Word(ActionState))
    created_at: datetime = fact(sa_type=Utc)
    settled_at: datetime | None = fact(None, sa_type=Utc)
    done_when: str | None = personal(None)


def next_action_number(db: Session, incident_id: int) -> int:
    """Return the number of the next item. The caller holds the incident's row."""
    highest = db.exec(select(func.max(ActionItem.number)).where(ActionItem.incident_id == incident_id)).one()
    return (highest or 0) + 1


_OF_INCIDENT = (
    select(ActionItem).where(ActionItem.incident_id == bindparam("incident")).order_by(col(ActionItem.number))
)


def actions_of(db: Session, incident_id: int) -> list[ActionItem]:
    """Return an incident's action items by number."""
    return list(db.scalars(_OF_INCIDENT, {"incident": incident_id}))


def action_by_number(db: Session, incident_id: int, number: int) -> ActionItem | None:
    """Return one action item of an incident."""
    statement = select(ActionItem).where(ActionItem.incident_id == incident_id, ActionItem.number == number)
    return db.exec(statement).first()


def open_actions_of(db: Session, owner: str, limit: int = 20) -> list[tuple[ActionItem, Incident]]:
    """Return a person's open action items with their incidents, the most urgent date first."""
    statement = (
        select(ActionItem, Incident)
        .join(Incident, col(Incident.id) == col(ActionItem.incident_id))
        .where(ActionItem.owner == owner, ActionItem.state == ActionState.OPEN, visible_to(owner))
        .order_by(col(ActionItem.due_on), col(ActionItem.id))
        .limit(limit)
    )
    return list(db.exec(statement))


def team_actions(db: Session, workspace_id: int, settled_since: datetime) -> list[tuple[ActionItem, Incident]]:
    """Return what a channel may read of a workspace's action items: the open ones, the longest overdue first, then
    those done since. Private incidents and tests are left out."""
    statement = (
        select(ActionItem, Incident)
        .join(Incident, col(Incident.id) == col(ActionItem.incident_id))
        .where(Incident.workspace_id == workspace_id, visible_to(None), col(Incident.test).is_(False))
        .where(
            or_(
                col(ActionItem.state) == ActionState.OPEN,
                and_(col(ActionItem.state) == ActionState.DONE, col(ActionItem.settled_at) > settled_since),
            )
        )
        .order_by(col(ActionItem.due_on), col(ActionItem.id))
    )
    return list(db.exec(statement))


_HISTORY: tuple[Any, ...] = (
    *(col(ActionItem.created_at), col(ActionItem.settled_at), col(ActionItem.state)),
    *(col(Incident.severity), col(Incident.title)),
)


def action_history(db: Session, workspace_id: int, counted: ColumnElement[bool], since: datetime) -> Iterable[Any]:
    """Return what was open at a time or added since, as rows, of the incidents for which *counted* holds."""
    statement = (
        select(*_HISTORY)
        .join(Incident, col(Incident.id) == col(ActionItem.incident_id))
        .where(Incident.workspace_id == workspace_id, counted)
        .where(or_(col(ActionItem.settled_at).is_(None), col(ActionItem.settled_at) >= since))
    )
    return db.connection().execute(statement)
