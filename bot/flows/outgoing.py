"""What a workspace promised to the outside: what waits, what is left alone, what failed for good, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.access import Viewer
from bot.errors import Missing, Refused
from bot.flows.asked import once
from bot.flows.lanes import Waiting, lanes
from bot.flows.leave_alone import known_breakers
from bot.flows.recover import begin_recovery, retry_effect
from bot.flows.tx import Request, Tx
from store.attempts import Attempt, attempts_at
from store.dead_letters import Selection
from store.effects import Effect, revive_effects
from store.endpoints import endpoints_of, partners_of
from store.incidents import Incident
from store.outgoing import dead_counts_seen, dead_seen, effect_seen, waiting_seen
from store.recoveries import Recovery, recoveries
from store.types import BreakerState, Cause, EffectState

PAGE = 50  # dead letters
MOST = 10_000  # waiting effects that are counted


@dataclass(frozen=True, slots=True)
class Breaker:
    """A neighbour that is left alone, or probed; until when, where that is known."""

    budget: str
    state: BreakerState
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An effect that failed for good, with its incident if it belongs to one."""

    effect: Effect
    incident: Incident | None
    attempts: Sequence[Attempt] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Everything of one workspace. ``kinds`` are the neighbours of all dead letters, whatever is asked for.

    ``before`` is where the next page begins, None when there is none.
    """

    waiting: Mapping[EffectState, int]
    lanes: Sequence[Waiting]
    breakers: Sequence[Breaker]
    dead: Sequence[DeadLetter]
    causes: Mapping[Cause, int]
    kinds: Sequence[str]
    recovering: Sequence[Recovery]
    before: int | None


def outgoing(tx: Tx, viewer: Viewer, kind: str | None, cause: Cause | None, before: int | None) -> Outgoing:
    """Return what a viewer's workspace promised, and of its dead letters a page of those that are asked for."""
    everything = Selection(workspace_id=viewer.workspace_id)
    counted = dead_counts_seen(tx.db, everything, viewer.person)
    causes = {each: 0 for each in Cause}
    for (_, of), count in counted.items():
        causes[of] += count
    found = dead_seen(tx.db, replace(everything, kind=kind, cause=cause), viewer.person, before, PAGE + 1)
    return Outgoing(
        waiting=waiting_seen(tx.db, viewer.workspace_id, viewer.person, MOST),
        lanes=[each for each in lanes(tx) if each.workspace_id == viewer.workspace_id],
        breakers=_breakers(tx, viewer.workspace_id),
        dead=[DeadLetter(*row) for row in found[:PAGE]],
        causes=causes,
        kinds=sorted({kind.partition(".")[0] for kind, _ in counted}),
        recovering=_recovering(tx, viewer.workspace_id),
        before=found[PAGE - 1][0].id if len(found) > PAGE else None,
    )


def effect_page(tx: Tx, viewer: Viewer, number: int) -> DeadLetter:
    """Return one effect with every attempt that is kept of it."""
    found = effect_seen(tx.db, viewer.workspace_id, viewer.person, number)
    if found is None:
        raise Missing(f"There is no delivery {number}.")
    return DeadLetter(*found, attempts_at(tx.db, number))


def retry_seen(tx: Tx, viewer: Viewer, request: Request, number: int) -> None:
    """Make one dead letter due again that a viewer may know of."""
    found = effect_seen(tx.db, viewer.workspace_id, viewer.person, number)
    if found is None:
        raise Missing(f"There is no delivery {number}.")
    if found[1] is not None:
        retry_effect(tx, request, number)
    else:
        once(tx, request)
        if not revive_effects(tx.db, [number], tx.now):
            raise Refused("That was retried already.")
    tx.promised = True


def recover_all(
    tx: Tx, viewer: Viewer, request: Request, kind: str | None, cause: Cause | None, since: datetime | None
) -> None:
    """Begin to make everything due again that is meant, of a viewer's workspace. The clock goes on with it."""
    meant = Selection(kind=kind, cause=cause, workspace_id=viewer.workspace_id, since=since)
    if begin_recovery(tx, request, meant) is None:
        raise Refused("Nothing that failed for good is meant. Choose an earlier time, or leave out a filter.")


def _breakers(tx: Tx, workspace_id: int) -> list[Breaker]:
    """Return the breakers that are not closed, of this workspace and of its partners' endpoints."""
    partners = [partner.id or 0 for partner in partners_of(tx.db, workspace_id)]
    mine = {f"workspace {workspace_id}", *(str(endpoint.id) for endpoint in endpoints_of(tx.db, partners))}
    return [
        Breaker(budget, state, until)
        for budget, (state, _, until) in sorted(known_breakers(tx).items())
        if state is not BreakerState.CLOSED and budget.partition(" of ")[2] in mine
    ]


def _recovering(tx: Tx, workspace_id: int) -> list[Recovery]:
    found = recoveries(tx.db)
    return [each for each in found if each.finished_at is None and each.workspace_id in (None, workspace_id)]
