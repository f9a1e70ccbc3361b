"""Postmortems: who writes it, by when, where it stands, its versions, and how many read it.

Until somebody edits or publishes it, what it says is drafted from the timeline each time it is read.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, func, text
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, reference, sealed
from store.db import insert_once
from store.incidents import Incident, visible_to
from store.types import PostmortemState

# Written out, or neither database would see that these are the conditions of its partial indexes.
_TO_WRITE, _PUBLISHED = text("published_at IS NULL"), text("published_at IS NOT NULL")


class Postmortem(SQLModel, table=True):
    """The postmortem of one incident."""

    __table_args__ = (
        Index("postmortem_due", "due_at", "incident_id", postgresql_where=_TO_WRITE, sqlite_where=_TO_WRITE),
        Index(
            "postmortem_published", "published_at", "incident_id", postgresql_where=_PUBLISHED, sqlite_where=_PUBLISHED
        ),
    )

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    owner: str | None = reference(None)
    due_at: datetime | None = fact(None, sa_type=Utc)
    created_at: datetime = fact(sa_type=Utc)
    state: PostmortemState = fact(PostmortemState.DRAFT, sa_type=Word(PostmortemState))
    published_at: datetime | None = fact(None, sa_type=Utc)


class PostmortemVersion(SQLModel, table=True):
    """What a postmortem said at one time, in Markdown. ``number`` counts from 1; none is ever changed."""

    __tablename__ = "postmortem_version"

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    number: int = fact(primary_key=True)
    author: str = reference()
    created_at: datetime = fact(sa_type=Utc)
    key_id: int = fact()
    body: bytes = sealed()


class PostmortemReader(SQLModel, table=True):
    """Somebody who read a published postmortem. Only how many there are is ever shown."""

    __tablename__ = "postmortem_reader"

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    person_ref: str = reference(primary_key=True)


def unpublished() -> ColumnElement[bool]:
    """Return the condition under which a postmortem is still to be written."""
    return col(Postmortem.published_at).is_(None)


def postmortem_of(db: Session, incident_id: int) -> Postmortem | None:
    """Return an incident's postmortem, if one was started."""
    return db.get(Postmortem, incident_id)


def postmortems_owned(db: Session, owner: str, limit: int = 20) -> list[tuple[Postmortem, Incident]]:
    """Return the postmortems that a person is to write, the first due first."""
    statement = (
        select(Postmortem, Incident)
        .join(Incident, col(Incident.id) == col(Postmortem.incident_id))
        .where(Postmortem.owner == owner, col(Incident.closed_at).is_(None), unpublished(), visible_to(owner))
        .order_by(col(Postmortem.due_at))
        .limit(limit)
    )
    return list(db.exec(statement))


def versions_of(db: Session, incident_id: int) -> list[PostmortemVersion]:
    """Return every version of a postmortem, the first one first."""
    of = select(PostmortemVersion).where(PostmortemVersion.incident_id == incident_id)
    return list(db.exec(of.order_by(col(PostmortemVersion.number))))


def count_versions(db: Session, incident_id: int) -> int:
    """Return how many versions there are, which is the number of the latest."""
    of = select(func.count()).select_from(PostmortemVersion).where(PostmortemVersion.incident_id == incident_id)
    return db.exec(of).one()


def was_read(db: Session, incident_id: int, person_ref: str) -> None:
    """Remember that somebody read a postmortem. Reading it twice counts once."""
    insert_once(db, PostmortemReader, {"incident_id": incident_id, "person_ref": person_ref})


def count_readers(db: Session, incident_id: int) -> int:
    """Return how many people read a postmortem."""
    of = select(func.count()).select_from(PostmortemReader).where(PostmortemReader.incident_id == incident_id)
    return db.exec(of).one()


_PUNCTUALITY: tuple[Any, ...] = (
    *(col(Incident.number), col(Incident.title), col(Incident.severity), col(Incident.opened_at)),
    *(col(Incident.resolved_at), col(Incident.closed_at), col(Postmortem.due_at), col(Postmortem.published_at)),
)


def postmortem_dates(
    db: Session, workspace_id: int, counted: ColumnElement[bool], since: datetime | None
) -> Iterable[Any]:
    """Return the dates of the postmortems of incidents opened since, as rows, for which *counted* holds."""
    statement = (
        select(*_PUNCTUALITY)
        .join(Incident, col(Incident.id) == col(Postmortem.incident_id))
        .where(col(Incident.workspace_id) == workspace_id, counted)
        .order_by(col(Incident.number))
    )
    return db.connection().execute(statement if since is None else statement.where(Incident.opened_at >= since))


def team_postmortems(db: Session, workspace_id: int, due_before: datetime) -> list[tuple[Postmortem, Incident]]:
    """Return what a channel may read of a workspace's postmortems that are to be written by then, the oldest first."""
    statement = (
        select(Postmortem, Incident)
        .join(Incident, col(Incident.id) == col(Postmortem.incident_id))
        .where(Incident.workspace_id == workspace_id, visible_to(None), col(Incident.test).is_(False))
        .where(col(Incident.closed_at).is_(None), col(Postmortem.due_at) < due_before, unpublished())
        .order_by(col(Postmortem.due_at), col(Postmortem.incident_id))
    )
    return list(db.exec(statement))


def published_postmortems(db: Session, workspace_id: int, limit: int = 200) -> list[tuple[Postmortem, Incident]]:
    """Return what a channel may read of a workspace's published postmortems, the newest *limit*, the oldest first."""
    statement = (
        select(Postmortem, Incident)
        .join(Incident, col(Incident.id) == col(Postmortem.incident_id))
        .where(Incident.workspace_id == workspace_id, visible_to(None), col(Incident.test).is_(False))
        .where(~unpublished())
        .order_by(col(Postmortem.published_at).desc(), col(Postmortem.incident_id).desc())
        .limit(limit)
    )
    return list(db.exec(statement))[::-1]
