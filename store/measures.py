"""Measures: what insights count of an incident, taken from its timeline once it is over.

Every row can be deleted at any time: the clock takes it again.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_
from sqlmodel import Session, SQLModel, col, select

from store.columns import fact
from store.incidents import LIVE, Incident, visible_to


class Measure(SQLModel, table=True):
    """What was measured of one incident. Columns in ``_s`` are seconds from its opening to a mark; None has no mark.

    ``entries``  how long the timeline was: a longer one is measured again;
    ``rules``    the version of the rules by which it was measured;
    ``loose``    the marks that are not known to the minute, as JSON;
    ``themes``   what may have contributed, in words of a fixed list, as JSON;
    ``acts``     the quarters of an hour in which people recorded something, by their reference, as JSON.
    """

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    entries: int = fact()
    rules: int = fact()
    impact_s: int | None = fact(None)
    detected_s: int | None = fact(None)
    paged_s: int | None = fact(None)
    declared_s: int | None = fact(None)
    acknowledged_s: int | None = fact(None)
    updated_s: int | None = fact(None)
    mitigated_s: int | None = fact(None)
    resolved_s: int | None = fact(None)
    loose: str = fact("[]")
    themes: str = fact("[]")
    acts: str = fact("{}")


def unmeasured(db: Session, rules: int, limit: int) -> list[Incident]:
    """Return incidents that are over and not measured as they stand, the newest first."""
    statement = (
        select(Incident)
        .join(Measure, col(Measure.incident_id) == col(Incident.id), isouter=True)
        .where(col(Incident.status).not_in(LIVE))
        .where(
            or_(
                col(Measure.entries).is_(None),
                col(Measure.entries) != col(Incident.entry_count),
                col(Measure.rules) != rules,
            )
        )
        .order_by(col(Incident.id).desc())
        .limit(limit)
    )
    return list(db.exec(statement))


def keep_measure(db: Session, values: dict[str, Any]) -> None:
    """Write down what was measured of an incident, in place of what was before."""
    connection = db.connection()
    connection.execute(delete(Measure).where(col(Measure.incident_id) == values["incident_id"]))
    connection.execute(insert(Measure), values)


def counted(viewer: str | None) -> ColumnElement[bool]:
    """Return the condition under which insights count an incident: no tests, each that was joined with its other."""
    return and_(visible_to(viewer), col(Incident.test).is_(False), col(Incident.joined_to_id).is_(None))


_COLUMNS: tuple[Any, ...] = (
    *(col(Incident.number), col(Incident.title), col(Incident.severity), col(Incident.status)),
    *(col(Incident.opened_at), col(Measure.rules), col(Measure.loose), col(Measure.themes), col(Measure.acts)),
    *(col(Measure.impact_s), col(Measure.detected_s), col(Measure.paged_s), col(Measure.declared_s)),
    *(col(Measure.acknowledged_s), col(Measure.updated_s), col(Measure.mitigated_s), col(Measure.resolved_s)),
)


def measured(db: Session, workspace_id: int, viewer: str | None, since: datetime | None) -> Iterable[Any]:
    """Return the incidents that insights count for a viewer, with their measures, in the order they were opened."""
    statement = (
        select(*_COLUMNS)
        .join(Measure, col(Measure.incident_id) == col(Incident.id), isouter=True)
        .where(col(Incident.workspace_id) == workspace_id, counted(viewer))
        .order_by(col(Incident.number))
    )
    return db.connection().execute(statement if since is None else statement.where(Incident.opened_at >= since))
