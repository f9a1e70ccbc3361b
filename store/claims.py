"""Claiming: which queues have something due, and taking the first of each, at a cost that no backlog raises.

A queue is what waits in one lane for one workspace, of one kind and budget. Queues are found by leaping from one to the
next in an index, and only effects whose turn it is in their own line are in that index: a hundred thousand behind one
another are one entry.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Update, and_, bindparam, func, or_, text, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from store.columns import Utc, Word
from store.effects import IS_OPEN, IS_PASSING, IS_READY, Claimed, Effect, among
from store.types import EffectState, Lane


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue, and when its first effect falls due."""

    lane: Lane
    workspace_id: int
    kind: str
    budget_key: str
    due_at: datetime


_IN_ORDER = "lane, workspace_id, kind, budget_key, due_at, id"
# SQLite searches an index by several columns only when what it compares with is not a column itself, and begins with
# what is equal: hence the end of time, behind the last effect of a queue.
_OF_HEAD = ", ".join(f"coalesce(head.{name}, NULL)" for name in ("lane", "workspace_id", "kind", "budget_key"))
_END = datetime.max.replace(tzinfo=UTC)
_QUEUES = (
    text(f"""
    WITH RECURSIVE queue (id) AS (
      SELECT (SELECT id FROM effect WHERE state IN ('due', 'unknown') AND turn ORDER BY {_IN_ORDER} LIMIT 1)
      UNION ALL
      SELECT (
        SELECT id FROM effect WHERE state IN ('due', 'unknown') AND turn
        AND (lane, workspace_id, kind, budget_key, due_at) > ({_OF_HEAD}, :end)
        ORDER BY {_IN_ORDER} LIMIT 1
      ) FROM queue JOIN effect AS head ON head.id = queue.id
    )
    SELECT lane, workspace_id, kind, budget_key, due_at FROM queue JOIN effect USING (id)
    """)  # noqa: S608 - nothing in it comes from outside
    .bindparams(bindparam("end", _END, Utc()))
    .columns(lane=Word(Lane), due_at=Utc())
)

_EARLIER = aliased(Effect)
_WAITS = (
    select(_EARLIER.id)
    .where(_EARLIER.order_key == Effect.order_key, col(_EARLIER.id) < col(Effect.id), IS_OPEN)
    .exists()
)
# Locked so that a promise in the same line, which holds its line's last effect, keeps nobody from claiming it.
_READY = (
    select(Effect)
    .with_only_columns(
        *(col(Effect.id), col(Effect.workspace_id), col(Effect.incident_id), col(Effect.kind), col(Effect.args)),
        *(col(Effect.order_key), col(Effect.budget_key), col(Effect.created_at), col(Effect.due_at)),
        *(col(Effect.give_up_at), col(Effect.attempts), col(Effect.attempts_before), col(Effect.state)),
    )
    .where(
        IS_READY,
        col(Effect.lane) == bindparam("lane"),
        col(Effect.workspace_id) == bindparam("workspace"),
        col(Effect.kind) == bindparam("kind"),
        col(Effect.budget_key) == bindparam("budget_key"),
        col(Effect.due_at) <= bindparam("now"),
        or_(
            col(Effect.order_key).is_(None),
            and_(col(Effect.order_key).not_in(bindparam("paused", expanding=True)), ~_WAITS),
        ),
    )
    .order_by(col(Effect.due_at), col(Effect.id))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, key_share=True)
)


def queues(db: Session) -> list[Queue]:
    """Return every queue that somebody could claim from, now or later, at a cost that grows with their number alone."""
    return [Queue(*row) for row in db.connection().execute(_QUEUES)]


_DEPTH = select(func.count()).select_from(
    select(Effect.id)
    .where(
        IS_READY,
        col(Effect.lane) == bindparam("lane"),
        col(Effect.workspace_id) == bindparam("workspace"),
        col(Effect.kind) == bindparam("kind"),
        col(Effect.budget_key) == bindparam("budget_key"),
    )
    .limit(bindparam("most"))
    .subquery()
)


def depth(db: Session, queue: Queue, most: int) -> int:
    """Return how many effects of a queue have their turn, counting no further than *most*."""
    return int(db.connection().execute(_DEPTH, {**_of(queue), "most": most}).scalar_one())


def _of(queue: Queue) -> dict[str, Any]:
    return {"lane": queue.lane, "workspace": queue.workspace_id, "kind": queue.kind, "budget_key": queue.budget_key}


def ready(db: Session, queue: Queue, now: datetime, paused: Collection[str], limit: int) -> Sequence[Row[Any]]:
    """Return up to *limit* effects of a queue that are due, the longest due first, and keep others from claiming them.

    Of each order key only the first in line can be claimed, and none of the *paused* keys.
    """
    wanted = {**_of(queue), "now": now, "paused": list(paused), "most": limit}
    return db.connection().execute(_READY, wanted).all()


def hold(
    db: Session, rows: Sequence[Row[Any]], token: str, until: datetime, isolated: Collection[int]
) -> list[Claimed]:
    """Claim what ``ready`` returned, for whoever holds *token* until *until*; *isolated* workspaces are marked."""
    connection = db.connection()
    taken = {"ids": [row.id for row in rows], "holder": token, "until": until}
    connection.execute(_hold(connection.dialect.name), taken)
    return [
        Claimed(
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
            budget_key=row.budget_key,
            isolated=row.workspace_id in isolated,
        )
        for row in rows
    ]


@lru_cache
def _hold(dialect: str) -> Update:
    held = {"state": EffectState.CLAIMED, "token": bindparam("holder"), "claimed_until": bindparam("until")}
    return update(Effect).where(among(dialect, "ids")).values(**held, attempts=Effect.attempts + 1)


# A promise that lines up behind an effect holds it with FOR KEY SHARE until it is committed. Settling does not mind;
# passing the turn on does, and leaves such a line for the next claim, when it can see who was lining up.
_PASSING = (
    select(Effect)
    .with_only_columns(col(Effect.id), col(Effect.order_key))
    .where(IS_PASSING)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_FIRST = (
    select(func.min(Effect.id), Effect.order_key)
    .where(col(Effect.order_key).in_(bindparam("keys", expanding=True)), IS_OPEN)
    .group_by(col(Effect.order_key))
)
_LOCKED = (
    select(Effect.id)
    .where(col(Effect.id).in_(bindparam("ids", expanding=True)))
    .with_for_update(skip_locked=True, key_share=True)
)
_TURN = update(Effect).where(col(Effect.id).in_(bindparam("ids", expanding=True))).values(turn=bindparam("theirs"))


def pass_turns(db: Session, limit: int) -> None:
    """Let the next of each line go whose first was settled, of up to *limit* lines. What is locked waits for later."""
    connection = db.connection()
    passing = connection.execute(_PASSING, {"most": limit}).all()
    if not passing:
        return
    first = {key: id_ for id_, key in connection.execute(_FIRST, {"keys": [row.order_key for row in passing]})}
    free = set(connection.execute(_LOCKED, {"ids": list(first.values())}).scalars()) if first else set()
    if free:
        connection.execute(_TURN, {"ids": list(free), "theirs": True})
    passed = [row.id for row in passing if first.get(row.order_key) in free or row.order_key not in first]
    if passed:
        connection.execute(_TURN, {"ids": passed, "theirs": False})
