"""Reviews: when people talk about an incident, and what they said of that afterwards, in total."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact, reference
from store.incidents import LIVE, Incident, visible_to
from store.postmortems import Postmortem, unpublished


class Review(SQLModel, table=True):
    """The review of one incident. ``reminded`` and ``asked`` say what was posted about it.

    One that was called off stays, so that calendars hear of it; booked again, it takes place.
    """

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    at: datetime = fact(sa_type=Utc)
    facilitator: str | None = reference(None)
    booked_at: datetime = fact(sa_type=Utc)
    reminded: bool = fact(False)
    asked: bool = fact(False)
    called_off_at: datetime | None = fact(None, sa_type=Utc)


class ReviewAnswer(SQLModel, table=True):
    """What one person answered after a review. Only totals are ever shown."""

    __tablename__ = "review_answer"

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    person_ref: str = reference(primary_key=True)
    learned: bool | None = fact(None)
    again: bool | None = fact(None)


TAKES_PLACE = col(Review.called_off_at).is_(None)


def review_of(db: Session, incident_id: int) -> Review | None:
    """Return an incident's review, if one was booked; also one that was called off."""
    return db.get(Review, incident_id)


def reviews_to_follow(db: Session, begin_before: datetime, ended_before: datetime) -> list[Review]:
    """Return reviews that begin before one time and were not announced, or before another and were not asked of."""
    soon = (col(Review.at) <= begin_before) & col(Review.reminded).is_(False)
    over = (col(Review.at) <= ended_before) & col(Review.asked).is_(False)
    return list(db.exec(select(Review).where(soon | over, TAKES_PLACE).order_by(col(Review.at))))


def team_reviews(db: Session, workspace_id: int, since: datetime, until: datetime) -> list[tuple[Review, Incident]]:
    """Return what a channel may read of a workspace's reviews between two times."""
    statement = (
        select(Review, Incident)
        .join(Incident, col(Incident.id) == col(Review.incident_id))
        .where(Incident.workspace_id == workspace_id, visible_to(None), col(Incident.test).is_(False))
        .where(Review.at >= since, Review.at < until, TAKES_PLACE)
        .order_by(col(Review.at))
    )
    return list(db.exec(statement))


def answer_of(db: Session, incident_id: int, person_ref: str) -> ReviewAnswer:
    """Return a person's answer, an empty one when they gave none."""
    found = db.get(ReviewAnswer, (incident_id, person_ref))
    return found or ReviewAnswer(incident_id=incident_id, person_ref=person_ref)


def count_answers(db: Session, incident_id: int) -> tuple[int, int, int]:
    """Return (people who answered, who learned something, who would come again)."""
    learned = func.count().filter(col(ReviewAnswer.learned).is_(True))
    again = func.count().filter(col(ReviewAnswer.again).is_(True))
    counted = select(func.count(), learned, again).where(ReviewAnswer.incident_id == incident_id)
    return tuple(db.exec(counted).one())  # type: ignore[return-value]


def reviews_seen(
    db: Session, workspace_id: int, viewer: str | None, now: datetime, *, past: bool, limit: int
) -> list[tuple[Review, Incident]]:
    """Return reviews of incidents that a viewer may see: those to come, the next first, or past ones."""
    when = col(Review.at) < now if past else col(Review.at) >= now
    statement = (
        select(Review, Incident)
        .join(Incident, col(Incident.id) == col(Review.incident_id))
        .where(Incident.workspace_id == workspace_id, visible_to(viewer), col(Incident.test).is_(False), when)
        .where(TAKES_PLACE)
        .order_by(col(Review.at).desc() if past else col(Review.at))
        .limit(limit)
    )
    return list(db.exec(statement))


def without_review(db: Session, workspace_id: int, viewer: str | None, limit: int) -> list[Incident]:
    """Return incidents that are over, have a postmortem that is not published, and no review; the newest first."""
    statement = (
        select(Incident)
        .join(Postmortem, col(Postmortem.incident_id) == col(Incident.id))
        .join(Review, col(Review.incident_id) == col(Incident.id), isouter=True)
        .where(Incident.workspace_id == workspace_id, visible_to(viewer), col(Incident.test).is_(False))
        .where(col(Incident.status).not_in(LIVE), col(Incident.joined_to_id).is_(None))
        .where(unpublished(), or_(col(Review.incident_id).is_(None), ~TAKES_PLACE))
        .order_by(col(Incident.number).desc())
        .limit(limit)
    )
    return list(db.exec(statement))


def answers_to(db: Session, incident_ids: Collection[int]) -> dict[int, tuple[int, int, int]]:
    """Map incidents to (people who answered, who learned something, who would come again)."""
    learned = func.count().filter(col(ReviewAnswer.learned).is_(True))
    again = func.count().filter(col(ReviewAnswer.again).is_(True))
    counted = select(ReviewAnswer.incident_id, func.count(), learned, again)
    mine = counted.where(col(ReviewAnswer.incident_id).in_(incident_ids)).group_by(col(ReviewAnswer.incident_id))
    return {row[0]: (row[1], row[2], row[3]) for row in db.execute(mine)} if incident_ids else {}
