"""Postmortems: who writes it and by when. What it says is drafted from the timeline each time it is read."""

from datetime import datetime

from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact, reference
from store.incidents import Incident, visible_to


class Postmortem(SQLModel, table=True):
    """The postmortem of one incident."""

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    owner: str | None = reference(None)
    due_at: datetime | None = fact(None, sa_type=Utc)
    created_at: datetime = fact(sa_type=Utc)


def postmortem_of(db: Session, incident_id: int) -> Postmortem | None:
    """Return an incident's postmortem, if one was started."""
    return db.get(Postmortem, incident_id)


def postmortems_owned(db: Session, owner: str, limit: int = 20) -> list[tuple[Postmortem, Incident]]:
    """Return the postmortems that a person is to write, the first due first."""
    statement = (
        select(Postmortem, Incident)
        .join(Incident, col(Incident.id) == col(Postmortem.incident_id))
        .where(Postmortem.owner == owner, col(Incident.closed_at).is_(None), visible_to(owner))
        .order_by(col(Postmortem.due_at))
        .limit(limit)
    )
    return list(db.exec(statement))


def team_postmortems(db: Session, workspace_id: int, due_before: datetime) -> list[tuple[Postmortem, Incident]]:
    """Return what a channel may read of a workspace's postmortems that are to be written by then, the oldest first."""
    statement = (
        select(Postmortem, Incident)
        .join(Incident, col(Incident.id) == col(Postmortem.incident_id))
        .where(Incident.workspace_id == workspace_id, visible_to(None), col(Incident.test).is_(False))
        .where(col(Incident.closed_at).is_(None), col(Postmortem.due_at) < due_before)
        .order_by(col(Postmortem.due_at), col(Postmortem.incident_id))
    )
    return list(db.exec(statement))
