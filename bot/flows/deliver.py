"""Deliver what was promised: claim effects, settle them, and say so when one fails for good."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.core.retries import policy_of
from bot.core.wording import beginning
from bot.flows.file_ticket import PARENT
from bot.flows.promise import for_incident, tell
from bot.flows.record import record
from bot.flows.tx import Tx
from bot.log import masked
from store.attempts import add_attempts
from store.effects import (
    Claimed,
    effects_in,
    let_go,
    release_claims,
    settle_done_effects,
    settle_effect,
)
from store.incidents import incident_by_id
from store.replicas import claimed_by, remove_replica, replicas_gone
from store.types import Cause, EffectState, EntryKind, Outcome

LONGEST_ANSWER = 16 * 1024  # bytes of UTF-8 that are kept

Record = Callable[[Tx], None]


@dataclass(frozen=True, slots=True)
class Tried:
    """How one attempt went: when it began, how long it took, and what the neighbour answered."""

    at: datetime
    took: timedelta
    outcome: Outcome
    reason: str | None = None
    status: int | None = None
    answer: str | None = None


def reclaim(tx: Tx, ended_before: datetime) -> int:
    """Take back claims that end before a time, to be looked up before they are repeated. Return how many."""
    return release_claims(tx.db, ended_before)


def gone(tx: Tx, lease: timedelta) -> set[int]:
    """Return the replicas that ended without a word. For a *lease* after PostgreSQL's own start nobody can tell."""
    return replicas_gone(tx.db, lease)


def take_over(tx: Tx, replica: int) -> int:
    """Take back what a replica holds that ended or is gone, to be looked up before it is repeated. Return how much."""
    taken = let_go(tx.db, claimed_by(replica))
    remove_replica(tx.db, replica)
    tx.promised = tx.promised or taken > 0
    return taken


def settle_done(tx: Tx, effect: Claimed, tried: Tried, record_result: Record | None = None) -> bool:
    """Settle an effect that worked, with what it brought. False when its claim was lost: nothing is written then."""
    if not settle_effect(tx.db, effect.id, effect.token, EffectState.DONE, settled_at=tx.now):
        return False
    _keep(tx, [(effect, tried)])
    tx.freed = effect.order_key is not None
    if record_result is not None:
        record_result(tx)
    return True


def settle_all_done(tx: Tx, worked: Sequence[tuple[Claimed, Tried]]) -> set[int]:
    """Settle effects that worked and brought nothing, together. Return the ids of those whose claim still held."""
    mine = settle_done_effects(tx.db, [effect for effect, _ in worked], tx.now)
    settled = [(effect, tried) for effect, tried in worked if effect.id in mine]
    _keep(tx, settled)
    tx.freed = any(effect.order_key is not None for effect, _ in settled)
    return mine


def settle_later(
    tx: Tx, effect: Claimed, tried: Tried, due_at: datetime, give_up_at: datetime | None, *, unknown: bool
) -> bool:
    """Put an effect back until *due_at*; ``unknown`` when it may have worked."""
    state = EffectState.UNKNOWN if unknown else EffectState.DUE
    mine = settle_effect(
        tx.db, effect.id, effect.token, state, reason=tried.reason, due_at=due_at, give_up_at=give_up_at
    )
    if mine:
        _keep(tx, [(effect, tried)])
    return mine


def settle_dead(tx: Tx, effect: Claimed, tried: Tried, cause: Cause) -> bool:
    """Settle an effect that failed for good: the timeline says so, and whoever declared the incident is told.

    What could not be told in private is on the timeline alone, so that telling never chases its own tail. A card that
    fails again as it failed before is told once: the Retry under the first shows the incident as it is then. A partner
    sees its failed webhooks on its own page; they are nothing to people in the middle of an incident.
    """
    why, dead = tried.reason or "", EffectState.DEAD
    if not settle_effect(tx.db, effect.id, effect.token, dead, reason=why, cause=cause, settled_at=tx.now):
        return False
    _keep(tx, [(effect, tried)])
    tx.promised = True
    told = effect.incident_id if policy_of(effect.kind).told else None
    incident = incident_by_id(tx.db, told, lock=True) if told else None
    if incident is not None:
        facts = {"effect": effect.id, "kind": effect.kind, "reason": why}
        record(tx, incident.id or 0, EntryKind.DELIVERY_FAILED, facts=facts)
        if effect.kind == "jira.ticket" and effect.args["number"] != PARENT:
            for_incident(tx, incident, "slack.action_item", args=effect.args, order="channel")
        if effect.kind != "slack.tell" and not _told_already(tx, effect, why):
            tell(tx, incident, incident.declared_by, "delivery_failed", effect=effect.id)
    return True


def _keep(tx: Tx, settled: Sequence[tuple[Claimed, Tried]]) -> None:
    """Keep the attempts at those kinds of effect that keep how they went."""
    kept = [(effect, tried) for effect, tried in settled if tried.outcome in policy_of(effect.kind).keeps]
    add_attempts(tx.db, [_attempt(effect, tried) for effect, tried in kept])


def _attempt(effect: Claimed, tried: Tried) -> dict[str, Any]:
    return {
        "effect_id": effect.id,
        "number": effect.attempts,
        "at": tried.at,
        "duration_ms": round(tried.took.total_seconds() * 1000),
        "outcome": tried.outcome,
        "status": tried.status,
        "reason": tried.reason,
        "answer": None if tried.answer is None else beginning(masked(tried.answer), LONGEST_ANSWER),
    }


def _told_already(tx: Tx, effect: Claimed, reason: str) -> bool:
    dead = effects_in(tx.db, EffectState.DEAD, effect.incident_id)
    same = (effect.kind, effect.args, reason)
    return any((other.kind, other.args, other.reason) == same for other in dead if other.id != effect.id)
