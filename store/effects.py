"""Effects: what was promised to the outside, in the same transaction as its cause.

A row holds a kind and ids, never a rendered message. It is claimed under a token, sent outside any transaction, and
settled only by whoever still holds that token.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Executable,
    Index,
    any_,
    bindparam,
    cast,
    column,
    func,
    insert,
    inspect,
    literal,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, in_utc
from store.types import Cause, EffectState, Lane

# Written out, or neither database would see that these are the conditions of its partial indexes.
IS_OPEN = text("state IN ('due', 'unknown', 'claimed')")
_IN_LINE = text("state IN ('due', 'unknown', 'claimed') AND order_key IS NOT NULL")
IS_READY = text("state IN ('due', 'unknown') AND turn")
IS_PASSING = text("state IN ('done', 'dead') AND turn AND order_key IS NOT NULL")
_IS_CLAIMED = text("state = 'claimed'")
IS_DEAD = text("state = 'dead'")
_QUEUE = ("lane", "workspace_id", "kind", "budget_key", "due_at", "id")
_SAME = ("workspace_id", "incident_id", "kind", "lane", "created_at")  # of effects that are promised together
_FRESH = {"state": EffectState.DUE, "turn": True, "attempts": 0, "attempts_before": 0}
_IS_UNTRIED = text("state = 'due' AND attempts = 0 AND merge_key IS NOT NULL")


class Effect(SQLModel, table=True):
    """One promised effect.

    ``order_key``  effects with the same key go out one at a time, in the order they were promised;
    ``merge_key``  an effect that was not tried yet absorbs later ones with the same key (a card is refreshed once);
    ``budget_key`` which of its neighbour's budgets it draws on, such as one partner's endpoint; "" where there is one;
    ``turn``       False while it waits behind another of its line. Whoever settles keeps it, so that the next claim
                   passes it on: a row that still has its turn must not be deleted;
    ``attempts``   how often it was claimed; ``attempts_before`` of them before a person had it tried anew;
    ``give_up_at`` when trying ends, once it has begun (``bot.core.retries``);
    ``reason``     why the last attempt did not settle it, in the neighbour's words, free of personal text;
    ``cause``      why it is dead, by who has to do something about it.
    """

    __table_args__ = (
        Index("effect_ready", *_QUEUE, postgresql_where=IS_READY, sqlite_where=IS_READY),
        Index("effect_passing", "order_key", postgresql_where=IS_PASSING, sqlite_where=IS_PASSING),
        Index("effect_claimed", "claimed_until", postgresql_where=_IS_CLAIMED, sqlite_where=_IS_CLAIMED),
        Index("effect_order", "order_key", "id", postgresql_where=_IN_LINE, sqlite_where=_IN_LINE),
        Index("effect_merge", "merge_key", unique=True, postgresql_where=_IS_UNTRIED, sqlite_where=_IS_UNTRIED),
        Index("effect_incident", "incident_id", "state"),
        Index("effect_dead", "id", postgresql_where=IS_DEAD, sqlite_where=IS_DEAD),
    )

    id: int | None = fact(None, primary_key=True)
    workspace_id: int = fact(foreign_key="workspace.id")
    incident_id: int | None = fact(None, foreign_key="incident.id")
    kind: str = fact()
    args: dict[str, Any] = fact(sa_type=JSON)
    order_key: str | None = fact(None)
    merge_key: str | None = fact(None)
    lane: Lane = fact(Lane.INTERACTIVE, sa_type=Word(Lane))
    budget_key: str = fact("")
    turn: bool = fact(True)
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
    budget_key: str = ""
    isolated: bool = False


def add_effect(db: Session, values: dict[str, Any]) -> int:
    """Promise an effect and return its id. One that an untried effect with its ``merge_key`` covers is not added.

    That one cannot be claimed before this transaction ends, or it would be sent without what this one is about.
    """
    connection = db.connection()
    values = values | {"line": values["order_key"]}
    return int(connection.execute(_promise(connection.dialect.name), values).scalar_one())


def add_effects(db: Session, same: Mapping[str, Any], many: Sequence[Mapping[str, Any]]) -> list[int]:
    """Promise effects that are in no line and cover nothing, and return their ids in the same order.

    *same* are the values that they share; each of *many* has ``args``, ``budget_key`` and ``due_at``. They go as one
    value of one statement: bound one by one, reading the statement costs more than running it.
    """
    if not many:
        return []
    connection = db.connection()
    rows = [{**one, "due_at": in_utc(one["due_at"]).isoformat(timespec="microseconds")} for one in many]
    added = connection.execute(_add_alone(connection.dialect.name), {**same, "many": rows})
    return sorted(added.scalars())  # The ids rise in the order of the rows; only how they come back is not promised.


@lru_cache
def _add_alone(dialect: str) -> Executable:
    types = inspect(Effect).columns
    table = func.json_array_elements if dialect == "postgresql" else func.json_each
    one = table(bindparam("many", type_=JSON)).table_valued(column("value", JSON)).c.value
    due_at = one["due_at"].as_string()
    values: dict[str, Any] = {name: bindparam(name, type_=types[name].type) for name in _SAME}
    values |= {name: literal(value, types[name].type) for name, value in _FRESH.items()}
    values |= {"args": one["args"], "budget_key": one["budget_key"].as_string()}
    values |= {"due_at": cast(due_at, Utc()) if dialect == "postgresql" else due_at}
    returning: Executable = insert(Effect).from_select(list(values), select(*values.values())).returning(col(Effect.id))
    return returning


# Kept until the promise is committed, so that the turn is not passed on before it can be seen; see ``store.claims``.
_LAST_IN_LINE = (
    select(Effect.id)
    .where(col(Effect.order_key) == bindparam("line"), IS_OPEN)
    .order_by(col(Effect.id).desc())
    .limit(1)
    .with_for_update(read=True, key_share=True)
)


@lru_cache
def _promise(dialect: str) -> Executable:
    new = (postgresql if dialect == "postgresql" else sqlite).insert(Effect)
    covered: Any = {"index_elements": [col(Effect.merge_key)], "index_where": _IS_UNTRIED}
    alone = _LAST_IN_LINE.scalar_subquery().is_(None)
    promise = new.values(turn=alone).on_conflict_do_update(**covered, set_={"merge_key": new.excluded.merge_key})
    returning: Executable = promise.returning(col(Effect.id))
    return returning


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
    .where(_IS_CLAIMED, col(Effect.claimed_until) <= bindparam("ended_before"))
    .values(state=EffectState.UNKNOWN, token=None, claimed_until=None)
)
_REVIVE = (
    update(Effect)
    .where(
        col(Effect.id).in_(bindparam("effects", expanding=True)), col(Effect.state).in_(bindparam("of", expanding=True))
    )
    .values(
        state=EffectState.UNKNOWN,
        due_at=bindparam("due"),
        attempts_before=Effect.attempts,
        give_up_at=None,
        settled_at=None,
        cause=None,
        turn=True,
    )
)


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


def settle_done_effects(db: Session, held: Sequence[Claimed], settled_at: datetime) -> set[int]:
    """Settle claimed effects that worked. Return the ids of those whose claim still held."""
    connection, mine = db.connection(), set[int]()
    for token in {effect.token for effect in held}:
        ids = [effect.id for effect in held if effect.token == token]
        held_by = {"ids": ids, "holder": token, "settled": settled_at}
        mine.update(connection.execute(_settle_done(connection.dialect.name), held_by).scalars())
    return mine


@lru_cache
def _settle_done(dialect: str) -> Any:
    mine = (among(dialect, "ids"), col(Effect.token) == bindparam("holder"), col(Effect.state) == EffectState.CLAIMED)
    nothing = dict.fromkeys(("token", "claimed_until", "reason", "cause", "give_up_at"))
    settled = update(Effect).where(*mine).values(**nothing, state=EffectState.DONE, settled_at=bindparam("settled"))
    return settled.returning(col(Effect.id))


def among(dialect: str, name: str) -> ColumnElement[bool]:
    """Return the condition that an effect's id is one of a list, which is bound to *name* as one value.

    So the statement is the same however long the list is, and neither driver nor database reads it anew.
    """
    if dialect == "postgresql":
        return col(Effect.id) == any_(bindparam(name, type_=postgresql.ARRAY(BigInteger)))
    each = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
    return col(Effect.id).in_(select(each.c.value))


def release_claims(db: Session, ended_before: datetime) -> int:
    """Make effects whose claim ran out claimable again, to be looked up first: they may have been sent."""
    return db.connection().execute(_RELEASE, {"ended_before": ended_before}).rowcount


def let_go(db: Session, begins: str) -> int:
    """Make effects claimable again, to be looked up first, whose token *begins* with a worker's own beginning."""
    return db.connection().execute(_LET_GO, {"begins": f"{begins}%"}).rowcount


def revive_effects(
    db: Session, effect_ids: Sequence[int], due_at: datetime, of: Sequence[EffectState] = (EffectState.DEAD,)
) -> int:
    """Make dead effects, or those in other states *of* which nothing more is tried, due again, to be looked up first.

    Return how many there were.
    """
    return db.connection().execute(_REVIVE, {"effects": list(effect_ids), "due": due_at, "of": list(of)}).rowcount


def effect_by_id(db: Session, effect_id: int) -> Effect | None:
    """Return one effect."""
    return db.get(Effect, effect_id)


def effects_in(db: Session, state: EffectState, incident_id: int | None = None, limit: int = 100) -> Sequence[Effect]:
    """Return effects in a state, the oldest first, of one incident or of all."""
    statement = select(Effect).where(Effect.state == state).order_by(col(Effect.id)).limit(limit)
    return db.exec(statement if incident_id is None else statement.where(Effect.incident_id == incident_id)).all()


def retried_in(db: Session, incident_id: int, limit: int) -> Sequence[Effect]:
    """Return what of an incident was done after more than one attempt, the latest first."""
    done = select(Effect).where(Effect.incident_id == incident_id, Effect.state == EffectState.DONE)
    return db.exec(done.where(Effect.attempts > 1).order_by(col(Effect.id).desc()).limit(limit)).all()


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
