"""Feeds: whose calendar or reader subscribed to what. The link is signed, and a row that is gone ends it."""

from datetime import datetime

from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, reference
from store.types import FeedKind


class Feed(SQLModel, table=True):
    """One subscription. ``person`` is for whom it was made; None sees what is not private."""

    id: int | None = fact(None, primary_key=True)
    workspace_id: int = fact(foreign_key="workspace.id")
    person: str | None = reference(None)
    kind: FeedKind = fact(sa_type=Word(FeedKind))
    made_at: datetime = fact(sa_type=Utc)
    revoked_at: datetime | None = fact(None, sa_type=Utc)


def feed_by_id(db: Session, feed_id: int) -> Feed | None:
    """Return a subscription that was not revoked."""
    return db.exec(select(Feed).where(Feed.id == feed_id, col(Feed.revoked_at).is_(None))).first()


def feeds_of(db: Session, workspace_id: int, person: str | None) -> list[Feed]:
    """Return the subscriptions that were made for a person, or for nobody, the oldest first."""
    whose = col(Feed.person).is_(None) if person is None else col(Feed.person) == person
    mine = select(Feed).where(Feed.workspace_id == workspace_id, whose, col(Feed.revoked_at).is_(None))
    return list(db.exec(mine.order_by(col(Feed.id))))
