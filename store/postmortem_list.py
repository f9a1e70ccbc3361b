"""The list of postmortems: what is overdue first, then what is due next, then what has no date, then the published."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, NamedTuple

from sqlalchemy import literal, tuple_
from sqlmodel import Session, col, select

from store.columns import Utc
from store.incidents import Incident, incidents_by_id, visible_to
from store.postmortems import Postmortem, unpublished
from store.types import PostmortemState

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # when what has no date is due


class Part(IntEnum):
    """The parts of the list, in order. Each is read in the order of an index."""

    OVERDUE = 0
    DUE = 1
    UNDATED = 2
    PUBLISHED = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which postmortems of a workspace are listed: those that *viewer* may see, in a state, of an owner, or overdue."""

    workspace_id: int
    viewer: str | None
    state: PostmortemState | None = None
    owner: str | None = None
    overdue: bool = False


class Place(NamedTuple):
    """A place in the list: a part, then a time, then an incident's id."""

    part: Part
    at: datetime
    incident_id: int


def listed_postmortems(
    db: Session, wanted: Wanted, now: datetime, after: Place | None, limit: int
) -> list[tuple[Postmortem, Incident, Place]]:
    """Return postmortems after a place, the longest overdue first, and the latest published first of those."""
    found: list[tuple[Postmortem, Incident, Place]] = []
    for part in Part:
        if (after and part < after.part) or (wanted.overdue and part is not Part.OVERDUE) or len(found) >= limit:
            continue
        asked = _part(wanted, now, part, after if after and after.part == part else None)
        rows = db.exec(asked.limit(limit - len(found))).all()
        incidents = incidents_by_id(db, [row.incident_id for row in rows])
        found += [(row, incidents[row.incident_id], Place(part, _at(row), row.incident_id)) for row in rows]
    return found


def _part(wanted: Wanted, now: datetime, part: Part, after: Place | None) -> Any:
    """Return the question for one part of the list, from a place on.

    The incident is asked for in a condition of its own: joined, SQLite would begin with all incidents of a workspace
    and sort what it finds.
    """
    number, due, told = col(Postmortem.incident_id), col(Postmortem.due_at), col(Postmortem.published_at)
    theirs = (Incident.workspace_id == wanted.workspace_id, visible_to(wanted.viewer), col(Incident.test).is_(False))
    statement = select(Postmortem).where(select(Incident.id).where(Incident.id == number, *theirs).exists())
    if wanted.state is not None:
        statement = statement.where(Postmortem.state == wanted.state)
    if wanted.owner is not None:
        statement = statement.where(Postmortem.owner == wanted.owner)
    here = tuple_(literal(after.at, Utc()), literal(after.incident_id)) if after else None
    if part is Part.PUBLISHED:
        statement = statement.where(~unpublished()).order_by(told.desc(), number.desc())
        return statement if here is None else statement.where(tuple_(told, number) < here)
    if part is Part.UNDATED:
        statement = statement.where(unpublished(), due.is_(None)).order_by(number)
        return statement if after is None else statement.where(number > after.incident_id)
    statement = statement.where(unpublished(), due < now if part is Part.OVERDUE else due >= now).order_by(due, number)
    return statement if here is None else statement.where(tuple_(due, number) > here)


def _at(row: Postmortem) -> datetime:
    return row.published_at or row.due_at or NEVER
