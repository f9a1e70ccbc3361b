"""Tickets: what is filed in Jira for an incident, written down before Jira hears of it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, bindparam, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact, personal
from store.db import insert_once

AT_ONCE = 1000  # ids in one question; neither database takes any number of them


class Ticket(SQLModel, table=True):
    """One ticket: of an action item by its ``number``, or of the incident itself, which is number 0.

    ``label``     stands on the issue in Jira, so that one whose answer was lost is found;
    ``sent_at``   when Jira was last asked to create it and did not say no, so it may be there;
    ``issue_id``  in Jira, which stays when the issue is moved; its ``key`` does not;
    ``agreed``    what both sides held when they last agreed (``bot.core.sync``);
    ``seen_at``   when it was last asked for by its id; ``gone_at`` since when nothing is found there.
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
    agreed: dict[str, Any] | None = personal(None, sa_type=JSON(none_as_null=True))
    seen_at: datetime | None = fact(None, sa_type=Utc)
    gone_at: datetime | None = fact(None, sa_type=Utc)


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


def sending(
    db: Session, ticket_id: int, before: datetime | None, at: datetime | None, agreed: dict[str, Any] | None
) -> bool:
    """Set when Jira was asked, and for what; False, and nothing is set, when it is no longer as it was *before*."""
    asked = col(Ticket.sent_at).is_(None) if before is None else col(Ticket.sent_at) == before
    change = update(Ticket).where(col(Ticket.id) == ticket_id, col(Ticket.issue_id).is_(None), asked)
    return db.connection().execute(change.values(sent_at=at, agreed=agreed)).rowcount == 1


def filed_tickets(db: Session, incident_id: int) -> list[Ticket]:
    """Return an incident's tickets that Jira has, by number."""
    filed = _OF.where(col(Ticket.issue_id).is_not(None)).order_by(col(Ticket.number))
    return list(db.scalars(filed, {"incident": incident_id}))


def has_filed(db: Session) -> bool:
    """Tell whether Jira has any ticket of ours."""
    return db.exec(select(Ticket.id).where(col(Ticket.issue_id).is_not(None)).limit(1)).first() is not None


def tickets_by_issue(db: Session, issue_ids: Collection[str]) -> dict[str, Ticket]:
    """Return those tickets that are among these issues, by the issue's id."""
    found: dict[str, Ticket] = {}
    ids = sorted(issue_ids)
    for start in range(0, len(ids), AT_ONCE):
        mine = select(Ticket).where(col(Ticket.issue_id).in_(ids[start : start + AT_ONCE]))
        found |= {ticket.issue_id or "": ticket for ticket in db.exec(mine)}
    return found


def longest_unseen(db: Session, limit: int) -> list[str]:
    """Return the ids of the issues that were not asked for by id for the longest time."""
    order = (col(Ticket.seen_at).is_not(None), col(Ticket.seen_at), col(Ticket.id))
    filed = select(Ticket.issue_id).where(col(Ticket.issue_id).is_not(None))
    return [str(issue_id) for issue_id in db.exec(filed.order_by(*order).limit(limit))]


def seen(db: Session, issue_ids: Collection[str], at: datetime) -> None:
    """Write down that these issues were asked for by id."""
    if issue_ids:
        mine = col(Ticket.issue_id).in_(list(issue_ids))
        db.connection().execute(update(Ticket).where(mine).values(seen_at=at))


def projects_of(db: Session) -> list[str]:
    """Return the keys of the projects that our tickets are in by now."""
    keys = db.exec(select(Ticket.key).where(col(Ticket.key).is_not(None), col(Ticket.gone_at).is_(None)))
    return sorted({str(key).rpartition("-")[0] for key in keys})
