"""The board: the action items of many incidents, with their tickets, a page at a time, the first due first."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from store.actions import ActionItem
from store.incidents import Incident, visible_to
from store.tickets import Ticket
from store.types import ActionState, Priority

NOBODY = "-"  # as an owner: the items that nobody has


class Place(NamedTuple):
    """Where a page ends: the date and the row of its last item."""

    due_on: date
    item_id: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items are meant; what is None is not asked about. ``owner`` is a person's reference, or ``NOBODY``."""

    state: ActionState | None = None
    priority: Priority | None = None
    owner: str | None = None
    due_before: date | None = None


def board_items(
    db: Session, workspace_id: int, viewer: str | None, wanted: Wanted, after: Place | None, limit: int
) -> list[tuple[ActionItem, Incident, Ticket | None]]:
    """Return items of the incidents that a viewer may see, without tests, behind a place; each with its ticket."""
    its_ticket = (col(Ticket.incident_id) == ActionItem.incident_id) & (col(Ticket.number) == ActionItem.number)
    statement: Any = (
        select(ActionItem, Incident, Ticket)
        .join(Incident, col(Incident.id) == col(ActionItem.incident_id))
        .join(Ticket, its_ticket, isouter=True)
        .where(Incident.workspace_id == workspace_id, visible_to(viewer), col(Incident.test).is_(False))
        .order_by(col(ActionItem.due_on), col(ActionItem.id))
        .limit(limit)
    )
    if wanted.state is not None:
        statement = statement.where(ActionItem.state == wanted.state)
    if wanted.priority is not None:
        statement = statement.where(ActionItem.priority == wanted.priority)
    if wanted.owner is not None:
        owner = None if wanted.owner == NOBODY else wanted.owner
        statement = statement.where(col(ActionItem.owner).is_(None) if owner is None else ActionItem.owner == owner)
    if wanted.due_before is not None:
        statement = statement.where(col(ActionItem.due_on) < wanted.due_before)
    if after is not None:
        statement = statement.where(tuple_(col(ActionItem.due_on), col(ActionItem.id)) > after)
    return [(item, incident, ticket) for item, incident, ticket in db.execute(statement)]
