"""Deliveries: which effect carries which event to which endpoint. How it stands is for the effect to say."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Index, bindparam, insert, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import fact
from store.effects import Effect
from store.endpoints import Endpoint
from store.events import Event
from store.types import EffectState

Row = tuple[Effect, Event, Endpoint]


class Delivery(SQLModel, table=True):
    """One event on its way to one endpoint, however many attempts and replays that takes."""

    __table_args__ = (
        Index("delivery_event", "endpoint_id", "event_id", unique=True),
        Index("delivery_newest", "endpoint_id", "effect_id"),
    )

    effect_id: int = fact(primary_key=True, foreign_key="effect.id")
    endpoint_id: int = fact(foreign_key="endpoint.id")
    event_id: str = fact(foreign_key="event.id")


_ADD = insert(Delivery)
ROWS = (
    select(Effect, Event, Endpoint)
    .join(Delivery, col(Delivery.effect_id) == col(Effect.id))
    .join(Event, col(Event.id) == col(Delivery.event_id))
    .join(Endpoint, col(Endpoint.id) == col(Delivery.endpoint_id))
)
_WAITING = (EffectState.DUE, EffectState.UNKNOWN)
_MOVE = (
    update(Effect)
    .where(
        col(Effect.id).in_(select(Delivery.effect_id).where(Delivery.endpoint_id == bindparam("endpoint"))),
        col(Effect.state).in_(_WAITING),
    )
    .values(due_at=bindparam("due"))
)


def add_deliveries(db: Session, carried: Mapping[int, int], event_id: str) -> None:
    """Remember which effects carry an event, and to which endpoint each."""
    rows = [
        {"effect_id": effect_id, "endpoint_id": endpoint_id, "event_id": event_id}
        for effect_id, endpoint_id in carried.items()
    ]
    if rows:
        db.connection().execute(_ADD, rows)


def deliveries_to(
    db: Session, partner_id: int, states: Sequence[EffectState], endpoint_id: int | None = None, limit: int = 100
) -> Sequence[Row]:
    """Return a partner's last deliveries in some states, the newest first; to one endpoint or to all of theirs."""
    statement = ROWS.where(Endpoint.partner_id == partner_id, col(Effect.state).in_(states))
    statement = statement.order_by(col(Effect.id).desc()).limit(limit)
    found = db.exec(statement if endpoint_id is None else statement.where(Endpoint.id == endpoint_id))
    return [(effect, event, endpoint) for effect, event, endpoint in found]


def delivery_of(db: Session, partner_id: int, effect_id: int) -> Row | None:
    """Return one delivery of a partner, or None when it is not theirs."""
    found = db.exec(ROWS.where(Endpoint.partner_id == partner_id, Effect.id == effect_id)).first()
    return (found[0], found[1], found[2]) if found else None


def put_off(db: Session, endpoint_id: int, until: datetime) -> int:
    """Let everything that waits for an endpoint wait until a time, and return how much that is."""
    return db.connection().execute(_MOVE, {"endpoint": endpoint_id, "due": until}).rowcount
