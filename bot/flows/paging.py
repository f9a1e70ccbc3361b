"""Lists as programs page through them: objects, and the place of the last one, behind which the next page begins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from bot.core.access import Viewer
from bot.core.cursors import Place
from bot.core.search import wanted
from bot.core.window import says
from bot.flows.as_json import incident_objects_for, item_object
from bot.flows.deliveries_as_json import delivery_object, effect_object
from bot.flows.named_case import named_case
from bot.flows.partner_page import STATES, DeliveryView, Standing
from bot.flows.postmortem_as_json import postmortem_object, review_object
from bot.flows.timeline_as_json import entry_objects
from bot.flows.tx import Tx
from store.dead_letters import Selection
from store.effects import effect_by_id
from store.incidents import incident_by_id, may_see
from store.listing import Filter, listed
from store.listing import Place as BehindIncident
from store.paging import (
    ActionsWanted,
    Whose,
    actions_page,
    dead_page,
    deliveries_page,
    effects_page,
    postmortems_page,
    reviews_page,
)
from store.people import find_person
from store.search import having_words
from store.types import EffectState, PostmortemState, Severity

Object = dict[str, Any]
R = TypeVar("R")

ENTRY_ORDER = (datetime, int)  # what a place in a timeline is made of
WAITING = (EffectState.DUE, EffectState.CLAIMED, EffectState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. ``last`` is the place of its last row, None when nothing is behind it."""

    items: list[Object]
    last: Place | None


def list_incidents(tx: Tx, viewer: Viewer, asked: Filter, words: str, behind: Place | None, limit: int) -> Page:
    """Return the incidents that a viewer may see and asks for, the newest first; with *words*, those they find so."""
    looked_for = wanted(words)
    if words and not looked_for:
        return Page([], None)
    also = having_words(tx.db, viewer.person, looked_for.beginnings) if looked_for else {}
    place = BehindIncident(Severity.SEV1, behind[0], behind[1]) if behind else None
    found = listed(tx.db, viewer.workspace_id, viewer.person, asked, after=place, limit=limit + 1, **also)
    told = incident_objects_for(tx, viewer.person, found[:limit])
    last = found[limit - 1] if len(found) > limit else None
    return Page(told, (last.opened_at, last.number) if last else None)


def list_actions(
    tx: Tx, viewer: Viewer, wanted: ActionsWanted, owner: str | None, behind: Place | None, limit: int
) -> Page:
    """Return action items of incidents that a viewer may see, the first due first. *owner* is an account."""
    if owner is not None:
        ref = find_person(tx.db, viewer.workspace_id, owner)
        if ref is None:
            return Page([], None)
        wanted = ActionsWanted(wanted.state, wanted.priority, ref, wanted.due_until, wanted.incident_id)
    found = actions_page(tx.db, whose(viewer), wanted, _two(behind), limit + 1)
    return _page(
        found,
        limit,
        lambda row: {"incident": row[1].key} | item_object(tx, row[0]),
        lambda row: (row[0].due_on, row[0].id or 0),
    )


def list_postmortems(tx: Tx, viewer: Viewer, state: PostmortemState | None, behind: Place | None, limit: int) -> Page:
    """Return postmortems of incidents that a viewer may see, that of the newest incident first."""
    found = postmortems_page(tx.db, whose(viewer), state, _number(behind), limit + 1)
    return _page(found, limit, lambda row: postmortem_object(tx, *row), lambda row: (row[1].number,))


def list_reviews(tx: Tx, viewer: Viewer, since: datetime | None, behind: Place | None, limit: int) -> Page:
    """Return reviews of incidents that a viewer may see, those that are to come or begin later than *since*."""
    found = reviews_page(tx.db, whose(viewer), since or tx.now, _two(behind), limit + 1)
    return _page(
        found,
        limit,
        lambda row: review_object(tx, *row),
        lambda row: (row[0].at, row[0].incident_id),
    )


def list_effects(tx: Tx, viewer: Viewer, state: EffectState | None, behind: Place | None, limit: int) -> Page:
    """Return effects that wait, or those in one state, the oldest first."""
    states = (state,) if state else WAITING
    found = effects_page(tx.db, whose(viewer), states, _number(behind) or 0, limit + 1)
    return _page(found, limit, effect_object, lambda one: (one.id or 0,))


def list_dead_letters(tx: Tx, viewer: Viewer, meant: Selection, behind: Place | None, limit: int) -> Page:
    """Return what failed for good, the oldest first."""
    found = dead_page(tx.db, whose(viewer), meant, _number(behind) or 0, limit + 1)
    return _page(found, limit, effect_object, lambda one: (one.id or 0,))


def list_deliveries(
    tx: Tx, partner_id: int, standing: Standing | None, endpoint_id: int | None, behind: Place | None, limit: int
) -> Page:
    """Return a partner's deliveries, the newest first."""
    states = STATES[standing] if standing else tuple(EffectState)
    found = deliveries_page(tx.db, partner_id, states, endpoint_id, _number(behind), limit + 1)
    return _page(found, limit, lambda row: delivery_object(DeliveryView(*row)), lambda row: (row[0].id or 0,))


def list_entries(tx: Tx, incident_id: int, words: str, behind: Place | None, limit: int) -> Page:
    """Return the entries of a timeline by when they happened; with *words*, those that say them, now or earlier.

    What people wrote is sealed, so it is opened and looked through, and in no index.
    """
    named, looked_for = named_case(tx, incident_id), wanted(words)
    found = [
        moment
        for moment in named.case.moments
        if (behind is None or (moment.occurred_at, moment.seq) > behind)
        and (not words or (looked_for and says(moment, looked_for)))
    ]
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    told = entry_objects(named, {moment.seq for moment in shown})
    return Page(told, (last.occurred_at, last.seq) if last else None)


def seen_effect(tx: Tx, viewer: Viewer, effect_id: int) -> bool:
    """Whether an effect is of a viewer's workspace, and of no incident that they may not see."""
    effect = effect_by_id(tx.db, effect_id)
    if effect is None or effect.workspace_id != viewer.workspace_id:
        return False
    incident = incident_by_id(tx.db, effect.incident_id) if effect.incident_id else None
    return incident is None or may_see(tx.db, incident, viewer.person)


def whose(viewer: Viewer) -> Whose:
    """Return whose rows a viewer may be told."""
    return Whose(viewer.workspace_id, viewer.person)


def _page(rows: Sequence[R], limit: int, told: Callable[[R], Object], place: Callable[[R], Place]) -> Page:
    shown = rows[:limit]
    return Page([told(row) for row in shown], place(shown[-1]) if len(rows) > limit else None)


def _number(behind: Place | None) -> int | None:
    return int(behind[0]) if behind else None


def _two(behind: Place | None) -> tuple[Any, int] | None:
    return (behind[0], behind[1]) if behind else None
