"""Roles on the web that somebody was given, where they differ from what everybody has."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, reference
from store.types import WebRole


class RoleGiven(SQLModel, table=True):
    """One person's role."""

    __tablename__ = "web_role"

    person_ref: str = reference(primary_key=True)
    workspace_id: int = fact(foreign_key="workspace.id", index=True)
    role: WebRole = fact(sa_type=Word(WebRole))
    given_by: str | None = reference(None)
    given_at: datetime = fact(sa_type=Utc)


_GIVEN = select(col(RoleGiven.role)).where(RoleGiven.person_ref == bindparam("person"))


def role_given(db: Session, person_ref: str) -> WebRole | None:
    """Return the role that a person was given, or None for what everybody has."""
    return db.scalars(_GIVEN, {"person": person_ref}).first()


def roles_given(db: Session, workspace_id: int) -> Sequence[RoleGiven]:
    """Return the roles that were given in a workspace, the latest first."""
    given = select(RoleGiven).where(RoleGiven.workspace_id == workspace_id)
    return db.exec(given.order_by(col(RoleGiven.given_at).desc())).all()


def give_role(db: Session, given: RoleGiven) -> None:
    """Give a person a role, in place of the one before."""
    db.merge(given)


def take_role_back(db: Session, person_ref: str) -> None:
    """Let a person have what everybody has."""
    db.connection().execute(delete(RoleGiven).where(col(RoleGiven.person_ref) == person_ref))
