"""What changed before an incident, for whoever asks first what anybody asks first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.marks import Mark, Points, points
from bot.flows.postmortem_case import incident_case
from bot.flows.record_change import told_of
from bot.flows.tx import Tx
from store.changes import changes_between
from store.incidents import Incident, incident_by_id

SHOWN = 20  # changes
BEGINS = (Mark.IMPACT, Mark.DETECTED, Mark.DECLARED)


@dataclass(frozen=True, slots=True)
class Changed:
    """One change: when, of which kind, and what it says."""

    at: datetime
    kind: str
    told: str


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What changed *since* a time until now, the newest first. ``began`` is when the incident did, as far as is known.

    ``more`` tells that there were others before these.
    """

    incident: Incident
    began: datetime
    since: datetime
    changes: tuple[Changed, ...]
    more: bool


def changes_view(tx: Tx, incident_id: int, back: timedelta) -> ChangesView:
    """Return what changed from so long before an incident began until it was over, or until now."""
    incident = incident_by_id(tx.db, incident_id)
    assert incident is not None, "an incident that is looked at is there"
    return changes_around(tx, incident, points(incident_case(tx, incident_id)), back)


def changes_around(tx: Tx, incident: Incident, marks: Points, back: timedelta) -> ChangesView:
    """Return the same of an incident whose marks are known."""
    began = min((marks[mark].at for mark in BEGINS if mark in marks), default=incident.opened_at)
    since = began - back
    rows = changes_between(tx.db, incident.workspace_id, since, incident.resolved_at or tx.now, SHOWN + 1)
    changes = tuple(Changed(row.at, row.kind, told_of(tx, row)) for row in rows[:SHOWN])
    return ChangesView(incident, began, since, changes, len(rows) > SHOWN)
