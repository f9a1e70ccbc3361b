"""Sessions: somebody signed in with one browser. What the browser holds is not kept, only its digest."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, bindparam, delete, update
from sqlalchemy import select as columns
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, reference
from store.people import Person
from store.types import WebRole
from store.web_roles import RoleGiven
from store.workspaces import Workspace


class WebSession(SQLModel, table=True):
    """One browser that somebody signed in with.

    ``role``    what they might do then; once they may do something else, the session is over;
    ``entry``   digest of the entry of FIRSTFIVE_ADMINS that names them by address, or "";
    ``seen_at`` when it was last used, to within some minutes; ``ends_at`` is when it ends however much it is used.
    """

    __tablename__ = "web_session"
    __table_args__ = (Index("web_session_person", "person_ref"),)

    id: int | None = fact(None, primary_key=True)
    token_hash: str = fact(unique=True)
    workspace_id: int = fact(foreign_key="workspace.id")
    person_ref: str = reference()
    role: WebRole = fact(sa_type=Word(WebRole))
    entry: str = fact("")
    made_at: datetime = fact(sa_type=Utc)
    seen_at: datetime = fact(sa_type=Utc)
    ends_at: datetime = fact(sa_type=Utc, index=True)
    ended_at: datetime | None = fact(None, sa_type=Utc)


# One question for every page: the session, whose it is, where, and the role that they were given.
_BY_HASH = (
    columns(
        col(WebSession.id),
        col(WebSession.workspace_id),
        col(WebSession.person_ref),
        col(WebSession.role),
        col(WebSession.entry),
        col(WebSession.seen_at),
        col(WebSession.ends_at),
        col(WebSession.ended_at),
        col(Person.account),
        col(Person.active),
        col(Workspace.slack_team_id).label("team"),
        col(RoleGiven.role).label("given"),
    )
    .join(Person, col(Person.ref) == col(WebSession.person_ref))
    .join(Workspace, col(Workspace.id) == col(WebSession.workspace_id))
    .join(RoleGiven, col(RoleGiven.person_ref) == col(WebSession.person_ref), isouter=True)
    .where(col(WebSession.token_hash) == bindparam("digest"))
)


def session_by_hash(db: Session, digest: str) -> Any | None:
    """Return a session with the account, the activity, the team and the given role of whose it is, or None."""
    return db.connection().execute(_BY_HASH, {"digest": digest}).first()


def sessions_of(db: Session, person_ref: str) -> Sequence[WebSession]:
    """Return the sessions of a person that were not ended, the one used last first."""
    mine = select(WebSession).where(WebSession.person_ref == person_ref, col(WebSession.ended_at).is_(None))
    return db.exec(mine.order_by(col(WebSession.seen_at).desc())).all()


def see_session(db: Session, session_id: int, now: datetime) -> None:
    """Remember that a session was used."""
    db.connection().execute(update(WebSession).where(col(WebSession.id) == session_id).values(seen_at=now))


def end_sessions(db: Session, person_ref: str, now: datetime, *, only: int | None = None) -> int:
    """End the sessions of a person, or *only* one of them, and return how many were ended."""
    mine = (col(WebSession.person_ref) == person_ref, col(WebSession.ended_at).is_(None))
    one = () if only is None else (col(WebSession.id) == only,)
    return db.connection().execute(update(WebSession).where(*mine, *one).values(ended_at=now)).rowcount


def forget_sessions(db: Session, before: datetime) -> int:
    """Drop sessions that ended before a moment, and return how many."""
    return db.connection().execute(delete(WebSession).where(col(WebSession.ends_at) < before)).rowcount
