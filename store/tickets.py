"""Tickets: what is filed in Jira for an incident, written down before Jira hears of it."""

from datetime import datetime

from sqlalchemy import Index, bindparam, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact
from store.db import insert_once


class Ticket(SQLModel, table=True):
    """One ticket: of an action item by its ``number``, or of the incident itself, which is number 0.

    ``label``     stands on the issue in Jira, so that one whose answer was lost is found;
    ``sent_at``   when Jira was last asked to create it and did not say no, so it may be there;
    ``issue_id``  in Jira, which stays when the issue is moved; its ``key`` does not.
    """

    __table_args__ = (Index("ticket_subject", "incident_id", "number", unique=True),)

    id: int | None = fact(None, primary_key=True)
    incident_id: int = fact(foreign_key="incident.id")
    number: int = fact()
    label: str = fact(unique=True)
    sent_at: datetime | None = fact(None, sa_type=Utc)
    filed_at: datetime | None = fact(None, sa_type=Utc)
    issue_id: str | None = fact(None, unique=True)
    key: str | None = fact(None)


_OF = select(Ticket).where(Ticket.incident_id == bindparam("incident"))


def add_ticket(db: Session, incident_id: int, number: int, label: str) -> bool:
    """Write down that a ticket is wanted; False when it was before."""
    return insert_once(db, Ticket, {"incident_id": incident_id, "number": number, "label": label})


def ticket_of(db: Session, incident_id: int, number: int) -> Ticket | None:
    """Return the ticket of an action item, or with number 0 that of the incident itself."""
    return db.exec(_OF.where(Ticket.number == number), params={"incident": incident_id}).first()


def tickets_of(db: Session, incident_id: int) -> dict[int, Ticket]:
    """Return an incident's tickets by number."""
    return {ticket.number: ticket for ticket in db.scalars(_OF, {"incident": incident_id})}


def sending(db: Session, ticket_id: int, before: datetime | None, at: datetime | None) -> bool:
    """Set when Jira was asked; False, and nothing is set, when that is no longer what it was *before*."""
    asked = col(Ticket.sent_at).is_(None) if before is None else col(Ticket.sent_at) == before
    change = update(Ticket).where(col(Ticket.id) == ticket_id, col(Ticket.issue_id).is_(None), asked)
    return db.connection().execute(change.values(sent_at=at)).rowcount == 1


def filed_tickets(db: Session, incident_id: int) -> list[Ticket]:
    """Return an incident's tickets that Jira has, by number."""
    filed = _OF.where(col(Ticket.issue_id).is_not(None)).order_by(col(Ticket.number))
    return list(db.scalars(filed, {"incident": incident_id}))
