"""Reminders: the last that was sent about each thing that somebody must do, so that the next one follows once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import and_, or_
from sqlmodel import Session, SQLModel, col, select

from store.actions import ActionItem
from store.columns import Utc, Word, fact
from store.db import insert_once
from store.incidents import Incident
from store.postmortems import Postmortem, unpublished
from store.types import ActionState, ReminderStage

POSTMORTEM = 0  # the number under which a postmortem is reminded of; action items count from 1
AHEAD = timedelta(days=10)  # looked at before it is due: more than the longest row of days off before a weekend


class Reminder(SQLModel, table=True):
    """How far reminders of one action item, or of the postmortem, have come. Another due day begins them anew."""

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    number: int = fact(primary_key=True)
    due_on: date = fact()
    stage: ReminderStage | None = fact(None, sa_type=Word(ReminderStage))
    snoozed_until: datetime | None = fact(None, sa_type=Utc)


_UNFINISHED = or_(
    col(Reminder.stage).is_(None),
    col(Reminder.stage) != ReminderStage.ESCALATED,
    col(Reminder.snoozed_until).is_not(None),
)


_ITEM = and_(col(Reminder.incident_id) == col(ActionItem.incident_id), col(Reminder.number) == col(ActionItem.number))
_POSTMORTEM = and_(col(Reminder.incident_id) == col(Postmortem.incident_id), col(Reminder.number) == POSTMORTEM)


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that somebody must do by a day, and what was sent about it. ``due_at`` is None for a whole day."""

    incident: Incident
    number: int
    owner: str | None
    due_on: date
    due_at: datetime | None
    since: datetime
    reminder: Reminder | None


def owed(db: Session, now: datetime) -> Iterator[Owed]:
    """Yield what is not done and due soon or before, unless every reminder of it was sent."""
    until = (now + AHEAD).astimezone(UTC)
    items = (
        select(ActionItem, Incident, Reminder)
        .join(Incident, col(Incident.id) == col(ActionItem.incident_id))
        .join(Reminder, _ITEM, isouter=True)
        .where(ActionItem.state == ActionState.OPEN, ActionItem.due_on <= until.date(), col(Incident.test).is_(False))
        .where(or_(_UNFINISHED, col(Reminder.due_on) != col(ActionItem.due_on)))
        .order_by(col(ActionItem.due_on), col(ActionItem.id))
    )
    for item, incident, reminder in db.exec(items):
        yield Owed(incident, item.number, item.owner, item.due_on, None, item.created_at, reminder)
    postmortems = (
        select(Postmortem, Incident, Reminder)
        .join(Incident, col(Incident.id) == col(Postmortem.incident_id))
        .join(Reminder, _POSTMORTEM, isouter=True)
        .where(col(Postmortem.due_at) <= until, col(Incident.closed_at).is_(None), col(Incident.test).is_(False))
        .where(unpublished(), _UNFINISHED)
        .order_by(col(Postmortem.due_at), col(Postmortem.incident_id))
    )
    for postmortem, incident, reminder in db.exec(postmortems):
        assert postmortem.due_at is not None
        day = postmortem.due_at.date()
        yield Owed(incident, POSTMORTEM, postmortem.owner, day, postmortem.due_at, postmortem.created_at, reminder)


def reminder_of(db: Session, incident_id: int, number: int, due_on: date) -> Reminder:
    """Return how far reminders of something have come, from the start when it is due on another day than it was."""
    insert_once(db, Reminder, {"incident_id": incident_id, "number": number, "due_on": due_on})
    found = db.get_one(Reminder, (incident_id, number), with_for_update=True, populate_existing=True)
    if found.due_on != due_on:
        found.due_on, found.stage, found.snoozed_until = due_on, None, None
    db.add(found)
    return found
