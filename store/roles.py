"""Roles: who does what in an incident now. Who did it before is on the timeline."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact, reference
from store.incidents import LIVE, Incident


class RoleHolder(SQLModel, table=True):
    """One person in one role. A role is held by one person at a time; a person may hold several."""

    __tablename__ = "role_holder"

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    role: str = fact(primary_key=True)
    person_ref: str = reference()
    since: datetime = fact(sa_type=Utc)


_HOLDERS = select(RoleHolder.role, RoleHolder.person_ref).where(RoleHolder.incident_id == bindparam("incident"))


def holders(db: Session, incident_id: int) -> dict[str, str]:
    """Map each role that is taken to its holder's reference."""
    return {row.role: row.person_ref for row in db.connection().execute(_HOLDERS, {"incident": incident_id})}


def updates_promised_by(db: Session, person_ref: str, role: str) -> list[Incident]:
    """Return the live incidents in which a person holds a role and an update is promised, the first due first."""
    statement = (
        select(Incident)
        .join(RoleHolder, col(RoleHolder.incident_id) == col(Incident.id))
        .where(RoleHolder.role == role, RoleHolder.person_ref == person_ref)
        .where(col(Incident.status).in_(LIVE), col(Incident.update_due_at).is_not(None))
        .order_by(col(Incident.update_due_at))
    )
    return list(db.exec(statement))


def hold(db: Session, incident_id: int, role: str, person_ref: str, now: datetime) -> str | None:
    """Give a role to a person and return who held it before."""
    holder = db.get(RoleHolder, (incident_id, role))
    before = holder.person_ref if holder else None
    if holder is None:
        holder = RoleHolder(incident_id=incident_id, role=role, person_ref=person_ref, since=now)
    holder.person_ref, holder.since = person_ref, now
    db.add(holder)
    db.flush()
    return before
