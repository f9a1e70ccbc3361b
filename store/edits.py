"""Working copies of postmortems: what one says while people write in it, their latest edits, and who is there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact, reference, sealed


class WorkingCopy(SQLModel, table=True):
    """What a postmortem says while people write in it.

    ``revision`` counts the edits, ``comments`` what happened to its comments. ``base`` is what it said when it was
    last the same as ``version``, or as the draft, which is version 0.
    """

    __tablename__ = "working_copy"

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    revision: int = fact(0)
    comments: int = fact(0)
    version: int = fact(0)
    changed_at: datetime = fact(sa_type=Utc)
    key_id: int = fact()
    base: bytes = sealed()
    body: bytes = sealed()


class PostmortemEdit(SQLModel, table=True):
    """One edit: what made ``revision`` of the one before. ``client`` and ``sequence`` are its sender's own words."""

    __tablename__ = "postmortem_edit"

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    revision: int = fact(primary_key=True)
    author: str | None = reference(None)
    client: str = fact("")
    sequence: int = fact(0)
    made_at: datetime = fact(sa_type=Utc)
    key_id: int = fact()
    body: bytes = sealed()


class PostmortemEditor(SQLModel, table=True):
    """One open page in which somebody writes: when it was last heard of, and the last edit that was taken from it."""

    __tablename__ = "postmortem_editor"

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    client: str = fact(primary_key=True)
    person_ref: str = reference()
    sequence: int = fact(0)
    seen_at: datetime = fact(sa_type=Utc)


def working_copy_of(db: Session, incident_id: int) -> WorkingCopy | None:
    """Return the working copy of a postmortem, if somebody opened one."""
    found = select(WorkingCopy).where(WorkingCopy.incident_id == incident_id)
    return db.exec(found.execution_options(populate_existing=True)).first()


def edits_after(db: Session, incident_id: int, revision: int) -> Sequence[PostmortemEdit]:
    """Return the edits that are kept of those made after a revision, in order."""
    later = (PostmortemEdit.incident_id == incident_id, PostmortemEdit.revision > revision)
    return db.exec(select(PostmortemEdit).where(*later).order_by(col(PostmortemEdit.revision))).all()


def forget_edits(db: Session, incident_id: int, until: int) -> None:
    """Drop the edits up to a revision."""
    mine = (col(PostmortemEdit.incident_id) == incident_id, col(PostmortemEdit.revision) <= until)
    db.connection().execute(delete(PostmortemEdit).where(*mine))


def editor_of(db: Session, incident_id: int, client: str) -> PostmortemEditor | None:
    """Return an open page by its own name, if it was heard of."""
    return db.get(PostmortemEditor, (incident_id, client))


def editors_since(db: Session, incident_id: int, since: datetime) -> Sequence[PostmortemEditor]:
    """Return the open pages that were heard of since a time, in an order that does not change."""
    there = (PostmortemEditor.incident_id == incident_id, PostmortemEditor.seen_at >= since)
    return db.exec(select(PostmortemEditor).where(*there).order_by(col(PostmortemEditor.client))).all()


def forget_editors(db: Session, before: datetime) -> None:
    """Drop the pages that were not heard of since a time."""
    db.connection().execute(delete(PostmortemEditor).where(col(PostmortemEditor.seen_at) < before))
