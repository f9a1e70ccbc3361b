"""Deliver what was promised: claim effects, settle them, and say so when one fails for good."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.promise import tell
from bot.flows.record import record
from bot.flows.tx import Request, Tx
from store.effects import (
    Claimed,
    claim_effects,
    effect_by_id,
    effects_in,
    release_claims,
    revive_effect,
    settle_effect,
)
from store.incidents import incident_by_id
from store.types import EffectState, EntryKind

Record = Callable[[Tx], None]


def claim(
    tx: Tx, token: str, lease: timedelta, kinds: Collection[str], paused: Collection[str], limit: int
) -> list[Claimed]:
    """Claim due effects for one worker, until the lease ends. Claims that ran out are taken back first."""
    release_claims(tx.db, tx.now)
    return claim_effects(tx.db, tx.now, tx.now + lease, token, kinds, paused, limit)


def reclaim(tx: Tx, ended_before: datetime) -> int:
    """Take back claims that end before a time, to be looked up before they are repeated. Return how many."""
    return release_claims(tx.db, ended_before)


def settle_done(tx: Tx, effect: Claimed, record_result: Record | None = None) -> bool:
    """Settle an effect that worked, with what it brought. False when its claim was lost: nothing is written then."""
    mine = settle_effect(tx.db, effect.id, effect.token, EffectState.DONE, settled_at=tx.now)
    if mine:
        tx.promised = tx.promised or effect.order_key is not None  # The next in the same line can go now.
        if record_result is not None:
            record_result(tx)
    return mine


def settle_later(tx: Tx, effect: Claimed, due_at: datetime, reason: str, *, unknown: bool) -> bool:
    """Put an effect back until *due_at*; ``unknown`` when it may have worked."""
    state = EffectState.UNKNOWN if unknown else EffectState.DUE
    return settle_effect(tx.db, effect.id, effect.token, state, reason=reason, due_at=due_at)


def settle_dead(tx: Tx, effect: Claimed, reason: str) -> bool:
    """Settle an effect that failed for good: the timeline says so, and whoever declared the incident is told.

    What could not be told in private is on the timeline alone, so that telling never chases its own tail. A card that
    fails again as it failed before is told once: the Retry under the first shows the incident as it is then.
    """
    if not settle_effect(tx.db, effect.id, effect.token, EffectState.DEAD, reason=reason, settled_at=tx.now):
        return False
    tx.promised = True
    incident = incident_by_id(tx.db, effect.incident_id, lock=True) if effect.incident_id else None
    if incident is not None:
        facts = {"effect": effect.id, "kind": effect.kind, "reason": reason}
        record(tx, incident.id or 0, EntryKind.DELIVERY_FAILED, facts=facts)
        if effect.kind != "slack.tell" and not _told_already(tx, effect, reason):
            tell(tx, incident, incident.declared_by, "delivery_failed", effect=effect.id)
    return True


def _told_already(tx: Tx, effect: Claimed, reason: str) -> bool:
    dead = effects_in(tx.db, EffectState.DEAD, effect.incident_id)
    same = (effect.kind, effect.args, reason)
    return any((other.kind, other.args, other.reason) == same for other in dead if other.id != effect.id)


def retry_effect(tx: Tx, request: Request, effect_id: int) -> str:
    """Make a dead effect due again because a person asked for it, and return its kind."""
    once(tx, request)
    effect = effect_by_id(tx.db, effect_id)
    incident = incident_by_id(tx.db, effect.incident_id) if effect and effect.incident_id else None
    if effect is None or incident is None:
        raise Refused("There is nothing to retry any more.")
    meant, _ = incident_asked_for(tx, request, incident.key)
    if meant.id != incident.id:  # Another workspace has an incident of that number too.
        raise Refused("There is nothing to retry any more.")
    if revive_effect(tx.db, effect_id, tx.now) is None:
        raise Refused("That was retried already.")
    tx.promised = True
    facts = {"effect": effect_id, "kind": effect.kind}
    record(tx, incident.id or 0, EntryKind.DELIVERY_RETRIED, facts=facts)
    return effect.kind
