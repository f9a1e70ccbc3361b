"""Incidents: what is wrong, how bad it is, and where it stands now. Its history is the timeline."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Index, bindparam, func, or_
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store.columns import Utc, Word, fact, personal, reference
from store.db import insert_once
from store.types import Link, Severity, Status

LIVE = (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING)


class Incident(SQLModel, table=True):
    """One incident as it is now.

    ``title`` and ``impact`` are meant to be read and searched by everyone who may see the incident, so they are not
    sealed. ``entry_count`` and ``head`` close the timeline's chain: a truncated timeline does not match them.
    """

    __table_args__ = (
        Index("incident_number", "workspace_id", "number", unique=True),
        Index("incident_update_due", "update_due_at"),
        Index("incident_listed", "workspace_id", "opened_at", "number", "status", "severity", "private", "test"),
    )

    id: int | None = fact(None, primary_key=True)
    workspace_id: int = fact(foreign_key="workspace.id")
    number: int = fact()
    request_id: str = fact(unique=True)
    title: str = personal()
    impact: str | None = personal(None)
    severity: Severity = fact(sa_type=Word(Severity))
    status: Status = fact(sa_type=Word(Status))
    private: bool = fact(False)
    test: bool = fact(False)
    declared_by: str = reference()
    opened_at: datetime = fact(sa_type=Utc)
    resolved_at: datetime | None = fact(None, sa_type=Utc)
    closed_at: datetime | None = fact(None, sa_type=Utc)
    channel_id: str | None = fact(None, unique=True)
    channel_name: str | None = personal(None)
    update_due_at: datetime | None = fact(None, sa_type=Utc)
    update_nudge_at: datetime | None = fact(None, sa_type=Utc)
    update_nudges: int = fact(0)
    joined_to_id: int | None = fact(None, foreign_key="incident.id")
    link: Link | None = fact(None, sa_type=Word(Link))
    entry_count: int = fact(0)
    head: bytes = fact(b"")

    @property
    def key(self) -> str:
        """What people call it: INC-7."""
        return f"INC-{self.number}"

    @property
    def live(self) -> bool:
        """Whether people are still working on it."""
        return self.status in LIVE


class Participant(SQLModel, table=True):
    """Someone who takes part in an incident; a private incident is visible to these people only."""

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    person_ref: str = reference(primary_key=True)


_FRESH = {"populate_existing": True}  # What was read before the lock was granted may be old by then.
# Built once, because every word typed in an incident's channel and every effect asks these.
_BY_ID = select(Incident).where(Incident.id == bindparam("incident"))
_BY_IDS = select(Incident).where(col(Incident.id).in_(bindparam("ids", expanding=True)))
_BY_ID_LOCKED = _BY_ID.with_for_update().execution_options(**_FRESH)
_BY_CHANNEL = select(Incident).where(Incident.channel_id == bindparam("channel"))
_BY_CHANNEL_LOCKED = _BY_CHANNEL.with_for_update().execution_options(**_FRESH)
_TAKES_PART = (
    select(Participant.incident_id)
    .where(Participant.incident_id == Incident.id, Participant.person_ref == bindparam("person"))
    .exists()
    .label("takes_part")
)
_KEY_IN_CHANNEL = select(Incident.id, Incident.number, _TAKES_PART).where(Incident.channel_id == bindparam("channel"))
_JOINED_TO = select(Incident).where(Incident.joined_to_id == bindparam("incident")).order_by(col(Incident.number))
_PARTICIPANTS = select(Participant.person_ref).where(Participant.incident_id == bindparam("incident"))


def incident_by_number(db: Session, workspace_id: int, number: int, *, lock: bool = False) -> Incident | None:
    """Return an incident by its number; *lock* keeps others from writing it until the transaction ends."""
    return _one(db, select(Incident).where(Incident.workspace_id == workspace_id, Incident.number == number), lock)


def incident_by_id(db: Session, incident_id: int, *, lock: bool = False) -> Incident | None:
    """Return an incident by its row id."""
    return db.scalars(_BY_ID_LOCKED if lock else _BY_ID, {"incident": incident_id}).first()


def incidents_by_id(db: Session, ids: Collection[int]) -> dict[int, Incident]:
    """Map row ids to incidents."""
    return {incident.id or 0: incident for incident in db.scalars(_BY_IDS, {"ids": list(ids)})}


def incident_by_channel(db: Session, channel_id: str, *, lock: bool = False) -> Incident | None:
    """Return the incident whose channel this is."""
    return db.scalars(_BY_CHANNEL_LOCKED if lock else _BY_CHANNEL, {"channel": channel_id}).first()


def key_in_channel(db: Session, channel_id: str, person_ref: str) -> tuple[int, str, bool] | None:
    """Return (row id, key, whether a person takes part) of the incident whose channel this is.

    A note needs no more, and this is a sixth of the cost of the row.
    """
    found = db.connection().execute(_KEY_IN_CHANNEL, {"channel": channel_id, "person": person_ref}).first()
    return (found.id, f"INC-{found.number}", found.takes_part) if found else None


def incident_by_request(db: Session, request_id: str) -> Incident | None:
    """Return the incident that a request opened, if it did already."""
    return db.exec(select(Incident).where(Incident.request_id == request_id)).first()


def visible_incidents(
    db: Session, workspace_id: int, viewer: str | None, *, live: bool = False, limit: int = 50
) -> list[Incident]:
    """Return the newest incidents that *viewer* may see: all but the private ones they take no part in.

    Without a viewer, no private ones at all. ``live`` leaves out what is resolved, closed or joined to another.
    """
    statement = select(Incident).where(Incident.workspace_id == workspace_id)
    statement = statement.where(visible_to(viewer)).order_by(col(Incident.number).desc()).limit(limit)
    if live:
        statement = statement.where(col(Incident.status).in_(LIVE))
    return list(db.exec(statement))


def incident_ids(db: Session) -> list[int]:
    """Return the row ids of every incident, oldest first."""
    return [id_ for id_ in db.exec(select(Incident.id).order_by(col(Incident.id))) if id_ is not None]


def ids_going_on(db: Session, workspace_id: int) -> list[int]:
    """Return the row ids of the incidents that are being worked on, without tests."""
    going_on = (Incident.workspace_id == workspace_id, col(Incident.status).in_(LIVE), col(Incident.test).is_(False))
    return [id_ for id_ in db.exec(select(Incident.id).where(*going_on).order_by(col(Incident.id))) if id_ is not None]


def may_see(db: Session, incident: Incident, viewer: str | None) -> bool:
    """Whether *viewer* may know that this incident exists."""
    return not incident.private or (viewer is not None and db.get(Participant, (incident.id, viewer)) is not None)


def joined_to(db: Session, incident_id: int) -> list[Incident]:
    """Return the incidents merged into this one or marked as its duplicates."""
    return list(db.scalars(_JOINED_TO, {"incident": incident_id}))


def updates_due(db: Session, now: datetime, limit: int = 100) -> list[Incident]:
    """Return live incidents whose commander is to be nudged about a missed update, the longest overdue first.

    They are locked. One that somebody is writing to at this moment is left for the next time.
    """
    statement = (
        select(Incident)
        .where(col(Incident.update_nudge_at) <= now, col(Incident.status).in_(LIVE))
        .order_by(col(Incident.update_nudge_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(db.exec(statement))


def take_part(db: Session, incident_id: int, person_ref: str) -> None:
    """Remember that a person takes part. Saying it twice changes nothing."""
    insert_once(db, Participant, {"incident_id": incident_id, "person_ref": person_ref})


def taking_part(db: Session, person_ref: str) -> set[int]:
    """Return the row ids of the incidents that a person takes part in."""
    return set(db.exec(select(Participant.incident_id).where(Participant.person_ref == person_ref)))


def participants(db: Session, incident_id: int) -> set[str]:
    """Return the references of everyone who takes part."""
    return set(db.connection().execute(_PARTICIPANTS, {"incident": incident_id}).scalars())


def _one(db: Session, statement: SelectOfScalar[Incident], lock: bool) -> Incident | None:
    return db.exec(statement.with_for_update().execution_options(**_FRESH) if lock else statement).first()


def visible_to(viewer: str | None) -> ColumnElement[bool]:
    """Return the condition under which *viewer* may see an incident."""
    if viewer is None:
        return col(Incident.private).is_(False)
    mine = select(Participant.incident_id).where(Participant.person_ref == viewer)
    return or_(col(Incident.private).is_(False), col(Incident.id).in_(mine))


def count_live(db: Session) -> int:
    """Return how many incidents are being worked on; tests do not count."""
    live = (
        select(func.count()).select_from(Incident).where(col(Incident.status).in_(LIVE), col(Incident.test).is_(False))
    )
    return db.exec(live).one()
