"""Effects: what was promised to the outside, in the same transaction as its cause.

A row holds a kind and ids, never a rendered message. It is claimed under a token, sent outside any transaction, and
settled only by whoever still holds that token.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Index, Insert, and_, bindparam, func, or_, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact
from store.types import Cause, EffectState

OPEN = (EffectState.DUE, EffectState.UNKNOWN, EffectState.CLAIMED)
_IS_OPEN = text("state IN ('due', 'unknown', 'claimed')")
_IS_DEAD = text("state = 'dead'")
_IS_UNTRIED = text("state = 'due' AND attempts = 0")


class Effect(SQLModel, table=True):
    """One promised effect.

    ``order_key``  effects with the same key go out one at a time, in the order they were promised;
    ``merge_key``  an effect that was not tried yet absorbs later ones with the same key (a card is refreshed once);
    ``attempts``   how often it was claimed; ``attempts_before`` of them before a person had it tried anew;
    ``give_up_at`` when trying ends, once it has begun (``bot.core.retries``);
    ``reason``     why the last attempt did not settle it, in the neighbour's words, free of personal text;
    ``cause``      why it is dead, by who has to do something about it.
    """

    __table_args__ = (
        Index("effect_due", "due_at", postgresql_where=_IS_OPEN, sqlite_where=_IS_OPEN),
        Index("effect_order", "order_key", "id", postgresql_where=_IS_OPEN, sqlite_where=_IS_OPEN),
        Index("effect_merge", "merge_key", unique=True, postgresql_where=_IS_UNTRIED, sqlite_where=_IS_UNTRIED),
        Index("effect_incident", "incident_id", "state"),
        Index("effect_dead", "id", postgresql_where=_IS_DEAD, sqlite_where=_IS_DEAD),
    )

    id: int | None = fact(None, primary_key=True)
    workspace_id: int = fact(foreign_key="workspace.id")
    incident_id: int | None = fact(None, foreign_key="incident.id")
    kind: str = fact()
    args: dict[str, Any] = fact(sa_type=JSON)
    order_key: str | None = fact(None)
    merge_key: str | None = fact(None)
    state: EffectState = fact(EffectState.DUE, sa_type=Word(EffectState))
    created_at: datetime = fact(sa_type=Utc)
    due_at: datetime = fact(sa_type=Utc)
    attempts: int = fact(0)
    attempts_before: int = fact(0)
    give_up_at: datetime | None = fact(None, sa_type=Utc)
    token: str | None = fact(None)
    claimed_until: datetime | None = fact(None, sa_type=Utc)
    settled_at: datetime | None = fact(None, sa_type=Utc)
    reason: str | None = fact(None)
    cause: Cause | None = fact(None, sa_type=Word(Cause))


@dataclass(frozen=True, slots=True)
class Claimed:
    """An effect in one worker's hands. ``look_first``: an earlier attempt may have worked, so ask before resending.

    ``attempts`` numbers this attempt among all, ``tries`` among those since a person had it tried anew.
    """

    id: int
    workspace_id: int
    incident_id: int | None
    kind: str
    args: dict[str, Any]
    order_key: str | None
    created_at: datetime
    due_at: datetime
    give_up_at: datetime | None
    attempts: int
    tries: int
    look_first: bool
    token: str


_COLUMNS: tuple[Any, ...] = (
    col(Effect.id),
    col(Effect.workspace_id),
    col(Effect.incident_id),
    col(Effect.kind),
    col(Effect.args),
    col(Effect.order_key),
    col(Effect.created_at),
    col(Effect.due_at),
    col(Effect.give_up_at),
    col(Effect.attempts),
    col(Effect.attempts_before),
    col(Effect.state),
)


def add_effect(db: Session, values: dict[str, Any]) -> None:
    """Promise an effect. One that an untried effect with its ``merge_key`` covers is not added.

    That one cannot be claimed before this transaction ends, or it would be sent without what this one is about.
    """
    connection = db.connection()
    connection.execute(_promise(connection.dialect.name), values)


@lru_cache
def _promise(dialect: str) -> Insert:
    new = (postgresql if dialect == "postgresql" else sqlite).insert(Effect)
    covered = {"index_elements": [col(Effect.merge_key)], "index_where": _IS_UNTRIED}
    promise: Insert = new.on_conflict_do_update(**covered, set_={"merge_key": new.excluded.merge_key})
    return promise


_EARLIER = aliased(Effect)
_WAITS = (
    select(_EARLIER.id)
    .where(_EARLIER.order_key == Effect.order_key, col(_EARLIER.id) < col(Effect.id), col(_EARLIER.state).in_(OPEN))
    .exists()
)
# Built once, like all statements that run for every effect: building one costs more than running it.
_READY = (
    select(*_COLUMNS)
    .where(
        col(Effect.state).in_((EffectState.DUE, EffectState.UNKNOWN)),
        col(Effect.due_at) <= bindparam("now"),
        col(Effect.kind).in_(bindparam("kinds", expanding=True)),
        or_(
            col(Effect.order_key).is_(None),
            and_(col(Effect.order_key).not_in(bindparam("paused", expanding=True)), ~_WAITS),
        ),
    )
    .order_by(col(Effect.id))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_TAKE = (
    update(Effect)
    .where(col(Effect.id).in_(bindparam("ids", expanding=True)))
    .values(
        state=EffectState.CLAIMED,
        token=bindparam("holder"),
        claimed_until=bindparam("until"),
        attempts=Effect.attempts + 1,
    )
)
_SETTLE = (
    update(Effect)
    .where(
        col(Effect.id) == bindparam("effect"),
        col(Effect.token) == bindparam("holder"),
        col(Effect.state) == EffectState.CLAIMED,
    )
    .values(
        token=None,
        claimed_until=None,
        state=bindparam("becomes"),
        reason=bindparam("why"),
        cause=bindparam("fault"),
        settled_at=bindparam("settled"),
        give_up_at=bindparam("give_up"),
        due_at=func.coalesce(bindparam("due", type_=Utc()), Effect.due_at),
    )
)
_LET_GO = (
    update(Effect)
    .where(col(Effect.state) == EffectState.CLAIMED, col(Effect.token).like(bindparam("begins")))
    .values(state=EffectState.UNKNOWN, token=None, claimed_until=None)
)
_RELEASE = (
    update(Effect)
    .where(col(Effect.state) == EffectState.CLAIMED, col(Effect.claimed_until) <= bindparam("ended_before"))
    .values(state=EffectState.UNKNOWN, token=None, claimed_until=None)
)


def claim_effects(
    db: Session, now: datetime, until: datetime, token: str, kinds: Collection[str], paused: Collection[str], limit: int
) -> list[Claimed]:
    """Claim up to *limit* effects of *kinds* that are due, the oldest first, for whoever holds *token* until *until*.

    Of each order key only the first in line can be claimed, and none of the *paused* keys.
    """
    wanted = {"now": now, "kinds": list(kinds), "paused": list(paused), "most": limit}
    rows = db.connection().execute(_READY, wanted).all()
    if rows:
        taken = {"ids": [row.id for row in rows], "holder": token, "until": until}
        db.connection().execute(_TAKE, taken)
    return [_claimed(row, token) for row in rows]


def settle_effect(
    db: Session,
    effect_id: int,
    token: str,
    state: EffectState,
    *,
    reason: str | None = None,
    cause: Cause | None = None,
    settled_at: datetime | None = None,
    due_at: datetime | None = None,
    give_up_at: datetime | None = None,
) -> bool:
    """Settle a claimed effect; False when the claim ran out and somebody else holds it now."""
    mine = {"effect": effect_id, "holder": token}
    becomes = {"becomes": state, "why": reason, "fault": cause, "settled": settled_at}
    becomes |= {"due": due_at, "give_up": give_up_at}
    return db.connection().execute(_SETTLE, mine | becomes).rowcount == 1


def release_claims(db: Session, ended_before: datetime) -> int:
    """Make effects whose claim ran out claimable again, to be looked up first: they may have been sent."""
    return db.connection().execute(_RELEASE, {"ended_before": ended_before}).rowcount


def let_go(db: Session, begins: str) -> int:
    """Make effects claimable again, to be looked up first, whose token *begins* with a worker's own beginning."""
    return db.connection().execute(_LET_GO, {"begins": f"{begins}%"}).rowcount


def revive_effect(db: Session, effect_id: int, now: datetime) -> Effect | None:
    """Make a dead effect due again; None when there is no such effect or it is not dead."""
    effect = db.get(Effect, effect_id)
    if effect is None or effect.state is not EffectState.DEAD:
        return None
    effect.state, effect.due_at, effect.settled_at, effect.cause = EffectState.UNKNOWN, now, None, None
    effect.attempts_before, effect.give_up_at = effect.attempts, None
    db.add(effect)
    db.flush()
    return effect


def effect_by_id(db: Session, effect_id: int) -> Effect | None:
    """Return one effect."""
    return db.get(Effect, effect_id)


def effects_in(db: Session, state: EffectState, incident_id: int | None = None, limit: int = 100) -> Sequence[Effect]:
    """Return effects in a state, the oldest first, of one incident or of all."""
    statement = select(Effect).where(Effect.state == state).order_by(col(Effect.id)).limit(limit)
    return db.exec(statement if incident_id is None else statement.where(Effect.incident_id == incident_id)).all()


_DEAD_IN = select(func.count()).where(
    col(Effect.incident_id) == bindparam("incident"), col(Effect.state) == EffectState.DEAD
)


def count_dead(db: Session, incident_id: int) -> int:
    """Return how many effects of an incident failed for good."""
    return int(db.connection().execute(_DEAD_IN, {"incident": incident_id}).scalar_one())


def count_effects(db: Session) -> dict[EffectState, int]:
    """Return how many effects are in each state."""
    counted = db.exec(select(Effect.state, func.count()).group_by(col(Effect.state)))
    return {EffectState(state): count for state, count in counted}


def next_due(db: Session, kinds: Collection[str]) -> datetime | None:
    """Return when the next effect that nobody holds falls due, or None."""
    waiting = col(Effect.state).in_((EffectState.DUE, EffectState.UNKNOWN))
    return db.exec(select(func.min(Effect.due_at)).where(waiting, col(Effect.kind).in_(kinds))).one()


def _claimed(row: Any, token: str) -> Claimed:
    return Claimed(
        id=row.id,
        workspace_id=row.workspace_id,
        incident_id=row.incident_id,
        kind=row.kind,
        args=row.args,
        order_key=row.order_key,
        created_at=row.created_at,
        due_at=row.due_at,
        give_up_at=row.give_up_at,
        attempts=row.attempts + 1,
        tries=row.attempts + 1 - row.attempts_before,
        look_first=row.state is EffectState.UNKNOWN,
        token=token,
    )
