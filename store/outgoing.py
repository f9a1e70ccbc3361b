"""What one workspace promised to the outside, as far as a viewer may know of it."""

from typing import Any

from sqlalchemy import ColumnElement, func, or_, text
from sqlmodel import Session, col, select

from store.dead_letters import Selection
from store.effects import IS_OPEN, Effect
from store.incidents import Incident, visible_to
from store.types import Cause, EffectState


def _seen(viewer: str | None) -> ColumnElement[bool]:
    shown = select(Incident.id).where(Incident.id == Effect.incident_id, visible_to(viewer)).correlate(Effect)
    return or_(col(Effect.incident_id).is_(None), shown.exists())


def waiting_seen(db: Session, workspace_id: int, viewer: str | None, most: int) -> dict[EffectState, int]:
    """Return how many effects wait in each state; no more than *most* are counted."""
    mine = (IS_OPEN, col(Effect.workspace_id) == workspace_id, _seen(viewer))
    some = select(col(Effect.state).label("state")).where(*mine).limit(most).subquery()
    rows = db.execute(select(some.c.state, func.count()).group_by(some.c.state))
    return {EffectState(state): count for state, count in rows}


def dead_seen(
    db: Session, meant: Selection, viewer: str | None, before: int | None, limit: int
) -> list[tuple[Effect, Incident | None]]:
    """Return dead letters with their incidents, the newest first, from before a number on."""
    statement: Any = (
        select(Effect, Incident)
        .join(Incident, col(Incident.id) == col(Effect.incident_id), isouter=True)
        .where(*meant.conditions(), _seen(viewer))
        .order_by(col(Effect.id).desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(col(Effect.id) < before)
    return [(effect, incident) for effect, incident in db.execute(statement)]


def dead_counts_seen(db: Session, meant: Selection, viewer: str | None) -> dict[tuple[str, Cause], int]:
    """Return how many dead letters there are of each kind and cause."""
    counted = select(Effect.kind, Effect.cause, func.count()).where(*meant.conditions(), _seen(viewer))
    rows = db.exec(counted.group_by(col(Effect.kind), col(Effect.cause)).order_by(text("1, 2")))
    return {(kind, Cause(cause)): count for kind, cause, count in rows if cause}


def effect_seen(
    db: Session, workspace_id: int, viewer: str | None, effect_id: int
) -> tuple[Effect, Incident | None] | None:
    """Return one effect of a workspace with its incident; None when it is not there, or not for this viewer."""
    statement: Any = (
        select(Effect, Incident)
        .join(Incident, col(Incident.id) == col(Effect.incident_id), isouter=True)
        .where(Effect.id == effect_id, Effect.workspace_id == workspace_id, _seen(viewer))
    )
    found = db.execute(statement).first()
    return (found[0], found[1]) if found else None
