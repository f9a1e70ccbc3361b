"""Partners, and the endpoints at which they want to hear of events."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import JSON, Index, bindparam
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, reference
from store.types import EndpointState

LISTENING = (EndpointState.ACTIVE, EndpointState.PAUSED)


class Partner(SQLModel, table=True):
    """Whoever runs endpoints: another team, a vendor. ``token_hash`` is of the token that opens their page."""

    __table_args__ = (Index("partner_name", "workspace_id", "name", unique=True),)

    id: int | None = fact(None, primary_key=True)
    workspace_id: int = fact(foreign_key="workspace.id")
    name: str = fact()
    token_hash: str | None = fact(None)
    created_at: datetime = fact(sa_type=Utc)


class Endpoint(SQLModel, table=True):
    """One URL of a partner.

    ``types``           types of events, or groups of them such as "incident"; none means all;
    ``full``            whether the incident itself is in the payload, or only its key;
    ``private``         whether private incidents may leave to here;
    ``plain``           whether the X-Webhook-* headers are sent as well;
    ``rate``            deliveries a second at most;
    ``delays``          seconds before each retry; none means the standard ones;
    ``failing_since``   when the first of the failures in a row was, until something is delivered;
    ``warned_at``       when we said that it will be disabled.
    """

    id: int | None = fact(None, primary_key=True)
    partner_id: int = fact(foreign_key="partner.id", index=True)
    url: str = fact()
    types: list[str] = fact(sa_type=JSON)
    full: bool = fact(False)
    private: bool = fact(False)
    plain: bool = fact(False)
    rate: float = fact()
    delays: list[int] | None = fact(None, sa_type=JSON)
    state: EndpointState = fact(EndpointState.ACTIVE, sa_type=Word(EndpointState))
    reason: str | None = fact(None)
    failing_since: datetime | None = fact(None, sa_type=Utc)
    warned_at: datetime | None = fact(None, sa_type=Utc)
    registered_by: str = reference()
    created_at: datetime = fact(sa_type=Utc)


_LISTENING = (
    select(Endpoint)
    .join(Partner, col(Partner.id) == col(Endpoint.partner_id))
    .where(Partner.workspace_id == bindparam("workspace"), col(Endpoint.state).in_(LISTENING))
    .order_by(col(Endpoint.id))
)
_BY_ID = select(Endpoint).where(col(Endpoint.id).in_(bindparam("ids", expanding=True)))


def partner_named(db: Session, workspace_id: int, name: str) -> Partner | None:
    """Return a partner by name."""
    return db.exec(select(Partner).where(Partner.workspace_id == workspace_id, Partner.name == name)).first()


def partner_by_id(db: Session, partner_id: int) -> Partner | None:
    """Return a partner."""
    return db.get(Partner, partner_id)


def partners_of(db: Session, workspace_id: int) -> list[Partner]:
    """Return every partner, by name."""
    return list(db.exec(select(Partner).where(Partner.workspace_id == workspace_id).order_by(col(Partner.name))))


def endpoints_listening(db: Session, workspace_id: int) -> list[Endpoint]:
    """Return the endpoints for which events are kept: those that are active, and those that only pause."""
    return list(db.scalars(_LISTENING, {"workspace": workspace_id}))


def endpoints_of(db: Session, partner_ids: Collection[int]) -> list[Endpoint]:
    """Return the endpoints of partners, the oldest first, without those that were removed."""
    theirs = select(Endpoint).where(col(Endpoint.partner_id).in_(partner_ids))
    return list(db.exec(theirs.where(col(Endpoint.state) != EndpointState.REMOVED).order_by(col(Endpoint.id))))


def endpoint_by_id(db: Session, endpoint_id: int, *, lock: bool = False) -> Endpoint | None:
    """Return an endpoint; *lock* keeps others from writing it until the transaction ends."""
    statement = select(Endpoint).where(Endpoint.id == endpoint_id)
    return db.exec(statement.with_for_update() if lock else statement).first()


def endpoints_by_id(db: Session, ids: Collection[int]) -> dict[int, Endpoint]:
    """Map ids to endpoints."""
    return {endpoint.id or 0: endpoint for endpoint in db.scalars(_BY_ID, {"ids": list(ids)})}
