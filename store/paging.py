"""Lists that programs page through: a page begins behind the last row of the one before, whatever came in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from store.actions import ActionItem
from store.dead_letters import Selection
from store.deliveries import ROWS, Row
from store.effects import Effect
from store.endpoints import Endpoint
from store.incidents import Incident, visible_to
from store.postmortems import Postmortem
from store.reviews import Review
from store.types import ActionState, EffectState, PostmortemState, Priority


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose rows may be told: those of a workspace that a person may see. Without one, what is not private."""

    workspace_id: int
    person: str | None

    @property
    def seen(self) -> list[Any]:
        """What holds for each incident that may be told of."""
        return [col(Incident.workspace_id) == self.workspace_id, visible_to(self.person)]


@dataclass(frozen=True, slots=True)
class ActionsWanted:
    """Which action items are wanted; *owner* is a reference."""

    state: ActionState | None = None
    priority: Priority | None = None
    owner: str | None = None
    due_until: date | None = None
    incident_id: int | None = None


def actions_page(
    db: Session, whose: Whose, wanted: ActionsWanted, behind: tuple[date, int] | None, limit: int
) -> list[tuple[ActionItem, Incident]]:
    """Return action items with their incidents, the first due first, behind a day and a row."""
    holds = whose.seen
    if wanted.state is not None:
        holds.append(col(ActionItem.state) == wanted.state)
    if wanted.priority is not None:
        holds.append(col(ActionItem.priority) == wanted.priority)
    if wanted.owner is not None:
        holds.append(col(ActionItem.owner) == wanted.owner)
    if wanted.due_until is not None:
        holds.append(col(ActionItem.due_on) <= wanted.due_until)
    if wanted.incident_id is not None:
        holds.append(col(ActionItem.incident_id) == wanted.incident_id)
    if behind is not None:
        holds.append(_after(col(ActionItem.due_on), col(ActionItem.id), behind))
    joined = select(ActionItem, Incident).join(Incident, col(Incident.id) == col(ActionItem.incident_id))
    return list(db.exec(joined.where(*holds).order_by(col(ActionItem.due_on), col(ActionItem.id)).limit(limit)))


def postmortems_page(
    db: Session, whose: Whose, state: PostmortemState | None, behind: int | None, limit: int
) -> list[tuple[Postmortem, Incident]]:
    """Return postmortems with their incidents, that of the newest incident first, behind its number."""
    holds = whose.seen
    if state is not None:
        holds.append(col(Postmortem.state) == state)
    if behind is not None:
        holds.append(col(Incident.number) < behind)
    joined = select(Postmortem, Incident).join(Incident, col(Incident.id) == col(Postmortem.incident_id))
    return list(db.exec(joined.where(*holds).order_by(col(Incident.number).desc()).limit(limit)))


def reviews_page(
    db: Session,
    whose: Whose,
    since: datetime,
    behind: tuple[datetime, int] | None,
    limit: int,
    *,
    called_off: bool = False,
) -> list[tuple[Review, Incident]]:
    """Return reviews from a time on with their incidents, the first one first; also those *called off*."""
    holds = [*whose.seen, col(Review.at) >= since]
    if not called_off:
        holds.append(col(Review.called_off_at).is_(None))
    if behind is not None:
        holds.append(_after(col(Review.at), col(Review.incident_id), behind))
    joined = select(Review, Incident).join(Incident, col(Incident.id) == col(Review.incident_id))
    return list(db.exec(joined.where(*holds).order_by(col(Review.at), col(Review.incident_id)).limit(limit)))


def effects_page(db: Session, whose: Whose, states: Sequence[EffectState], behind: int, limit: int) -> list[Effect]:
    """Return effects in some states, the oldest first, behind a number."""
    return _effects(db, whose, [col(Effect.state).in_(states)], behind, limit)


def dead_page(db: Session, whose: Whose, meant: Selection, behind: int, limit: int) -> list[Effect]:
    """Return the dead letters that are meant, the oldest first, behind a number."""
    return _effects(db, whose, meant.conditions(), behind, limit)


def deliveries_page(
    db: Session,
    partner_id: int,
    states: Sequence[EffectState],
    endpoint_id: int | None,
    behind: int | None,
    limit: int,
) -> list[Row]:
    """Return a partner's deliveries in some states, the newest first, behind a number."""
    holds: list[Any] = [col(Endpoint.partner_id) == partner_id, col(Effect.state).in_(states)]
    if endpoint_id is not None:
        holds.append(col(Endpoint.id) == endpoint_id)
    if behind is not None:
        holds.append(col(Effect.id) < behind)
    found = db.exec(ROWS.where(*holds).order_by(col(Effect.id).desc()).limit(limit))
    return [(effect, event, endpoint) for effect, event, endpoint in found]


def _effects(db: Session, whose: Whose, wanted: Sequence[Any], behind: int, limit: int) -> list[Effect]:
    """Return some effects; what is about an incident that may not be told of is left out."""
    seen = select(Incident.id).where(*whose.seen)
    told = or_(col(Effect.incident_id).is_(None), col(Effect.incident_id).in_(seen))
    mine = (col(Effect.workspace_id) == whose.workspace_id, told, col(Effect.id) > behind)
    return list(db.exec(select(Effect).where(*mine, *wanted).order_by(col(Effect.id)).limit(limit)))


def _after(first: Any, then: Any, place: tuple[Any, int]) -> Any:
    return or_(first > place[0], and_(first == place[0], then > place[1]))
