"""Recover what failed for good: one dead letter because a person asks, or all that are meant, a batch at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.retries import policy_of
from bot.errors import Missing, Refused
from bot.flows.asked import asker, incident_asked_for, once
from bot.flows.record import record
from bot.flows.tx import Request, Tx
from store.dead_letters import Selection, count_dead_letters, dead_by_cause, dead_letters
from store.effects import Effect, effect_by_id, revive_effects
from store.incidents import incident_by_id
from store.people import accounts
from store.recoveries import Recovery, add_recovery, recoveries, recovery_by_id, unfinished_recovery
from store.types import Cause, EntryKind

BATCH = 500  # dead letters made due in one transaction


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a recovery is: ``revived`` of about ``total``. People may have retried some of them themselves."""

    number: int
    total: int
    revived: int
    finished: bool


def retry_effect(tx: Tx, request: Request, effect_id: int, *, anything: bool = False) -> str:
    """Make a dead effect due again because a person asked for it, and return its kind.

    What belongs to no incident, such as a partner's webhook, is retried at a shell, or by who may retry *anything*.
    """
    once(tx, request)
    effect = effect_by_id(tx.db, effect_id)
    incident = incident_by_id(tx.db, effect.incident_id) if effect and effect.incident_id else None
    if effect is None or (incident is None and request.team is not None and not anything):
        raise Missing("There is nothing to retry any more.")
    if incident is not None:
        meant, _ = incident_asked_for(tx, request, incident.key)
        if meant.id != incident.id:  # Another workspace has an incident of that number too.
            raise Missing("There is nothing to retry any more.")
    if not revive_effects(tx.db, [effect_id], tx.now):
        raise Refused("That was retried already.")
    tx.promised = True
    if incident is not None:
        facts = {"effect": effect_id, "kind": effect.kind}
        record(tx, incident.id or 0, EntryKind.DELIVERY_RETRIED, facts=facts)
    return effect.kind


def look_for(tx: Tx, meant: Selection, limit: int) -> tuple[Sequence[Effect], dict[tuple[str, Cause], int]]:
    """Return the dead letters that are meant, the oldest first, and how many there are of each kind and cause."""
    return dead_letters(tx.db, meant, limit), dead_by_cause(tx.db, meant)


def begin_recovery(tx: Tx, request: Request, meant: Selection) -> Progress | None:
    """Write down that all dead letters that are meant shall be due again; None when there is none.

    Nothing is due yet: ``go_on`` does that, here or in whichever process runs the clock.
    """
    once(tx, request)
    _, who = asker(tx, request)
    meant = replace(meant, until=min(meant.until or tx.now, tx.now))
    total = count_dead_letters(tx.db, meant)
    if total == 0:
        return None
    recovery = Recovery(
        asked_by=who,
        created_at=tx.now,
        kind=meant.kind,
        cause=meant.cause,
        workspace_id=meant.workspace_id,
        incident_id=meant.incident_id,
        since=meant.since,
        until=meant.until or tx.now,
        total=total,
    )
    return Progress(add_recovery(tx.db, recovery), total, 0, finished=False)


def go_on(tx: Tx, recovery_id: int) -> Progress:
    """Make the next batch of a recovery due, and return how far it is. Done again after a crash, it goes on behind."""
    recovery = recovery_by_id(tx.db, recovery_id)
    assert recovery is not None, "recoveries are never deleted"
    if recovery.finished_at is None:
        _next_batch(tx, recovery)
    return progress(recovery)


def go_on_with_recoveries(tx: Tx) -> None:
    """Make the next batch of the oldest unfinished recovery due, if there is one."""
    recovery = unfinished_recovery(tx.db)
    if recovery is not None:
        _next_batch(tx, recovery)


def recent_recoveries(tx: Tx) -> list[tuple[Recovery, str]]:
    """Return the latest recoveries, the newest first, and the account of whoever asked for each."""
    found = recoveries(tx.db)
    people = accounts(tx.db, {recovery.asked_by for recovery in found})
    return [(recovery, people.get(recovery.asked_by, "")) for recovery in found]


def progress(recovery: Recovery) -> Progress:
    """Return how far a recovery is."""
    return Progress(recovery.id or 0, recovery.total, recovery.revived, recovery.finished_at is not None)


def _next_batch(tx: Tx, recovery: Recovery) -> None:
    found = dead_letters(tx.db, recovery.meant, BATCH, after=recovery.done_up_to, lock=True)
    if found:
        recovery.revived += revive_effects(tx.db, [effect.id or 0 for effect in found], tx.now)
        recovery.done_up_to = found[-1].id or 0
        tx.promised = True
    if len(found) < BATCH:
        recovery.finished_at = tx.now
    tx.db.add(recovery)
    _tell_timelines(tx, found)


def _tell_timelines(tx: Tx, revived: Sequence[Effect]) -> None:
    """Write one entry for each kind on each timeline that says what failed, however many there were."""
    numbers: dict[tuple[int, str], list[int]] = defaultdict(list)
    for effect in revived:
        if effect.incident_id is not None and policy_of(effect.kind).told:
            numbers[effect.incident_id, effect.kind].append(effect.id or 0)
    for (incident_id, kind), effects in sorted(numbers.items()):
        incident_by_id(tx.db, incident_id, lock=True)
        facts = {"kind": kind, "effects": effects}
        record(tx, incident_id, EntryKind.DELIVERY_RETRIED, facts=facts)
