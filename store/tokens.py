"""API tokens: for a person, or for a service that is nobody. A token is not kept, only its digest."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy import select as columns
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact, personal, reference
from store.people import Person
from store.web_roles import RoleGiven
from store.workspaces import Workspace


class ApiToken(SQLModel, table=True):
    """One token. ``scopes`` are words with a space between; ``prefix`` is how it begins, to know it by."""

    __tablename__ = "api_token"

    id: int | None = fact(None, primary_key=True)
    workspace_id: int = fact(foreign_key="workspace.id", index=True)
    name: str = personal()
    token_hash: str = fact(unique=True)
    prefix: str = fact()
    scopes: str = fact()
    person_ref: str | None = reference(None)
    made_by: str | None = reference(None)
    made_at: datetime = fact(sa_type=Utc)
    ends_at: datetime | None = fact(None, sa_type=Utc)
    used_at: datetime | None = fact(None, sa_type=Utc)
    revoked_at: datetime | None = fact(None, sa_type=Utc)


# One question for every call: the token, whose it is if anybody's, where, and the role that they were given.
_BY_HASH: Any = (
    columns(
        col(ApiToken.id),
        col(ApiToken.workspace_id),
        col(ApiToken.scopes),
        col(ApiToken.person_ref),
        col(ApiToken.ends_at),
        col(ApiToken.used_at),
        col(ApiToken.revoked_at),
        col(Person.account),
        col(Person.active),
        col(Workspace.slack_team_id).label("team"),
        col(RoleGiven.role).label("given"),
    )
    .join(Workspace, col(Workspace.id) == col(ApiToken.workspace_id))
    .join(Person, col(Person.ref) == col(ApiToken.person_ref), isouter=True)
    .join(RoleGiven, col(RoleGiven.person_ref) == col(ApiToken.person_ref), isouter=True)
    .where(col(ApiToken.token_hash) == bindparam("digest"))
)


def token_by_hash(db: Session, digest: str) -> Any | None:
    """Return a token with the account, the activity, the team and the given role of whom it is for, or None."""
    return db.connection().execute(_BY_HASH, {"digest": digest}).first()


def tokens_of(db: Session, workspace_id: int, person_ref: str | None = None) -> Sequence[ApiToken]:
    """Return the tokens of a workspace, or those for one person, the newest first; revoked ones too."""
    statement = select(ApiToken).where(ApiToken.workspace_id == workspace_id)
    if person_ref is not None:
        statement = statement.where(ApiToken.person_ref == person_ref)
    return db.exec(statement.order_by(col(ApiToken.id).desc())).all()


def token_by_id(db: Session, token_id: int) -> ApiToken | None:
    """Return a token by its number."""
    return db.get(ApiToken, token_id)


def use_token(db: Session, token_id: int, now: datetime) -> None:
    """Remember that a token was used."""
    db.connection().execute(update(ApiToken).where(col(ApiToken.id) == token_id).values(used_at=now))
