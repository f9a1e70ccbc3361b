"""Lists of incidents: filtered, in an order that stays, and a page at a time from where the one before ended.

One index holds all that a filter asks of an incident, in the order of lists, so that a filter that leaves few reads
the index to its end and no row. Neither database has to guess which of several indexes leaves fewest.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, tuple_
from sqlmodel import Session, col, select

from store.columns import Utc
from store.incidents import Incident, Participant, incidents_by_id, visible_to
from store.types import Severity, Status


class Order(StrEnum):
    """In which order incidents are listed."""

    NEWEST = "newest"
    OLDEST = "oldest"
    WORST = "worst"
    BEST = "best"  # match of the words that were looked for


@dataclass(frozen=True, slots=True)
class Filter:
    """Which incidents are listed; what is empty or None leaves none out.

    ``titled``  the title has one of these texts in it, ``untitled`` none of these;
    ``tests``   only tests, or none;
    ``mine``    only those that whoever looks takes part in.
    """

    statuses: Collection[Status] = ()
    severities: Collection[Severity] = ()
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    titled: Sequence[str] = ()
    untitled: Sequence[str] = ()
    tests: bool | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: at this incident."""

    severity: Severity
    opened_at: datetime
    number: int


def place_of(incident: Incident) -> Place:
    """Return the place of an incident in any list."""
    return Place(incident.severity, incident.opened_at, incident.number)


def listed(
    db: Session,
    workspace_id: int,
    viewer: str | None,
    asked: Filter,
    order: Order = Order.NEWEST,
    after: Place | None = None,
    *,
    limit: int = 50,
    **also: Any,
) -> list[Incident]:
    """Return the incidents that *viewer* may see and that are asked for, those that follow a place.

    *also* is ``where``, one more condition, and ``values``, what it needs.
    """
    if order is Order.WORST:
        return _worst(db, workspace_id, viewer, asked, after, limit, also)
    statement = select(Incident.id).where(*conditions(workspace_id, viewer, asked))
    statement = statement.where(also["where"]) if "where" in also else statement
    statement = statement.where(_follows(after, order)) if after else statement
    ids = list(db.scalars(statement.order_by(*_ORDERS[order]).limit(limit), also.get("values", {})))
    found = incidents_by_id(db, [id_ for id_ in ids if id_ is not None])
    return [found[id_] for id_ in ids if id_ is not None]


def _worst(
    db: Session, workspace_id: int, viewer: str | None, asked: Filter, after: Place | None, limit: int, also: Any
) -> list[Incident]:
    """Ask for one severity after the other: no index has all of them in this order."""
    found: list[Incident] = []
    for severity in asked.severities or Severity:
        if len(found) < limit and (after is None or severity >= after.severity):
            here = after if after and after.severity is severity else None
            of_it, wanted = replace(asked, severities=(severity,)), limit - len(found)
            found += listed(db, workspace_id, viewer, of_it, Order.NEWEST, here, limit=wanted, **also)
    return found


def count_listed(db: Session, workspace_id: int, viewer: str | None, asked: Filter, most: int, **also: Any) -> int:
    """Return how many there are, counting no further than *most*."""
    some = select(Incident.id).where(*conditions(workspace_id, viewer, asked))
    some = some.where(also["where"]) if "where" in also else some
    counted = select(func.count()).select_from(some.limit(most).subquery())
    return int(db.connection().execute(counted, also.get("values", {})).scalar_one())


def conditions(workspace_id: int, viewer: str | None, asked: Filter) -> list[ColumnElement[bool]]:
    """Return what must hold of an incident for *viewer* to be shown it."""
    having: list[ColumnElement[bool]] = [col(Incident.workspace_id) == workspace_id, visible_to(viewer)]
    if asked.statuses:
        having.append(col(Incident.status).in_(asked.statuses))
    if asked.severities:
        having.append(col(Incident.severity).in_(asked.severities))
    if asked.opened_from:
        having.append(col(Incident.opened_at) >= asked.opened_from)
    if asked.opened_before:
        having.append(col(Incident.opened_at) < asked.opened_before)
    if asked.titled:
        having.append(or_(*map(_titled, asked.titled)))
    having += [~_titled(text) for text in asked.untitled]
    if asked.tests is not None:
        having.append(col(Incident.test).is_(asked.tests))
    if asked.mine:
        mine = select(Participant.incident_id).where(Participant.person_ref == viewer)
        having.append(col(Incident.id).in_(mine))
    return having


def _titled(text: str) -> ColumnElement[bool]:
    return col(Incident.title).icontains(text, autoescape=True)


_NEWEST = (col(Incident.opened_at).desc(), col(Incident.number).desc())
_ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.NEWEST: _NEWEST,
    Order.OLDEST: (col(Incident.opened_at), col(Incident.number)),
    Order.BEST: _NEWEST,
}


def _follows(place: Place, order: Order) -> ColumnElement[bool]:
    """Return the condition that an incident stands behind a place."""
    here = tuple_(col(Incident.opened_at), col(Incident.number))
    there = tuple_(literal(place.opened_at, Utc()), literal(place.number))
    return here > there if order is Order.OLDEST else here < there
