"""Comments on a postmortem: on a passage of its text, with replies, and suggestions of what to write instead."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, reference, sealed
from store.types import CommentState


class PostmortemComment(SQLModel, table=True):
    """One comment, or a reply to the one numbered ``about``. Its passage follows every edit of the text.

    ``body`` is what somebody wrote, the passage as it read then, and what a suggestion puts in its place.
    """

    __tablename__ = "postmortem_comment"

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    number: int = fact(primary_key=True)
    about: int | None = fact(None)
    author: str = reference()
    created_at: datetime = fact(sa_type=Utc)
    start: int = fact(0)
    end: int = fact(0)
    suggests: bool = fact(False)
    state: CommentState = fact(CommentState.OPEN, sa_type=Word(CommentState))
    settled_by: str | None = reference(None)
    settled_at: datetime | None = fact(None, sa_type=Utc)
    key_id: int = fact()
    body: bytes = sealed()


def comments_of(db: Session, incident_id: int) -> Sequence[PostmortemComment]:
    """Return every comment and reply, in the order in which they were made."""
    mine = select(PostmortemComment).where(PostmortemComment.incident_id == incident_id)
    return db.exec(mine.order_by(col(PostmortemComment.number))).all()


def open_comments(db: Session, incident_id: int) -> Sequence[PostmortemComment]:
    """Return the comments that nobody settled, without replies."""
    mine = (PostmortemComment.incident_id == incident_id, col(PostmortemComment.about).is_(None))
    return db.exec(select(PostmortemComment).where(*mine, PostmortemComment.state == CommentState.OPEN)).all()


def comment_of(db: Session, incident_id: int, number: int) -> PostmortemComment | None:
    """Return a comment by its number."""
    return db.get(PostmortemComment, (incident_id, number))


def last_comment(db: Session, incident_id: int) -> int:
    """Return the number of the latest comment; 0 when there is none."""
    latest = select(func.max(PostmortemComment.number)).where(PostmortemComment.incident_id == incident_id)
    return db.exec(latest).one() or 0
