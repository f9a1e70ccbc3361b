"""All that one page about an incident shows, gathered in one read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core.marks import Duration, Points, durations, points
from bot.core.named import NamedCase
from bot.core.rows import Row, rows
from bot.core.search import wanted
from bot.core.strip import Strip, strip
from bot.core.window import Look, Window, window
from bot.flows.alert_groups import AlertsView, alerts_view
from bot.flows.changes_view import ChangesView, changes_around
from bot.flows.named_case import named_case
from bot.flows.similar_incidents import Similar, similar_to
from bot.flows.tx import Tx
from bot.flows.views import ChecklistView, IncidentView, checklist_views, incident_view
from store.alerts import group_of
from store.effects import Effect, effects_in, retried_in
from store.incidents import Incident, may_see
from store.types import EffectState

OPEN = (EffectState.DUE, EffectState.UNKNOWN, EffectState.CLAIMED)
BEFORE = timedelta(days=1)  # an incident began, what changed is shown
RETRIED = 20  # of what arrived after more than one attempt, the latest


@dataclass(frozen=True, slots=True)
class Sent:
    """What is promised to the outside about an incident: what waits, what failed for good, what took several tries."""

    waiting: Sequence[Effect]
    failed: Sequence[Effect]
    retried: Sequence[Effect]


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """An incident with its people by name, its checklists, oldest first, and the part of its timeline that is shown.

    ``theirs`` is False when whoever looks could not see it without the link that they came with.
    """

    view: IncidentView
    theirs: bool
    named: NamedCase
    checklists: list[ChecklistView]
    marks: Points
    durations: Sequence[Duration]
    rows: Sequence[Row]
    window: Window
    strip: Strip | None
    alerts: AlertsView | None
    changes: ChangesView
    sent: Sent
    similar: Sequence[Similar]


def incident_page(tx: Tx, incident_id: int, viewer: str | None, look: Look, *, to_scale: bool = False) -> IncidentPage:
    """Return the page of an incident as *viewer* looks at it. Raise LookupError when there is no such row.

    The whole timeline is opened and verified for it, however little of it is shown.
    """
    view = incident_view(tx, incident_id)
    if view is None:
        raise LookupError(f"no incident row {incident_id}")
    named = named_case(tx, incident_id)
    case, marks = named.case, points(named.case)
    group = group_of(tx.db, incident_id)
    shown = window(case.moments, look, wanted(look.words), live=view.incident.live)
    return IncidentPage(
        view=_as_seen(tx, view, viewer),
        theirs=may_see(tx.db, view.incident, viewer),
        named=named,
        checklists=checklist_views(tx, incident_id),
        marks=marks,
        durations=durations(marks),
        rows=rows(case, named.cast, marks, set(shown.shown)),
        window=shown,
        strip=strip(case.moments, marks, to_scale=to_scale),
        alerts=alerts_view(tx, group.id or 0) if group else None,
        changes=changes_around(tx, view.incident, marks, BEFORE),
        sent=_sent(tx, incident_id),
        similar=similar_to(tx, incident_id),
    )


def _as_seen(tx: Tx, view: IncidentView, viewer: str | None) -> IncidentView:
    """Leave out the incidents joined to this one that a viewer may not know of."""

    def seen(incident: Incident) -> bool:
        return may_see(tx.db, incident, viewer)

    joined_to = view.joined_to if view.joined_to and seen(view.joined_to) else None
    return replace(view, joined_to=joined_to, joined_here=tuple(filter(seen, view.joined_here)))


def _sent(tx: Tx, incident_id: int) -> Sent:
    waiting = [effect for state in OPEN for effect in effects_in(tx.db, state, incident_id)]
    failed = effects_in(tx.db, EffectState.DEAD, incident_id)
    return Sent(waiting, failed, retried_in(tx.db, incident_id, RETRIED))
