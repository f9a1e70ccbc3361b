"""Insights: everything that one look at them shows, read at once and counted for whoever looks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, partial
from typing import Any

from bot.core.insights import Seen, factors_panel, incidents_panel, lengths_panels, load_panel
from bot.core.measures import MARKS, RULES
from bot.core.panels import Frame, Panel, Subject
from bot.core.periods import Periods, months_back
from bot.core.punctuality import Promise, Written, actions_panel, age_panel, postmortems_panel
from bot.core.teams import NO_SERVICE, service_titled, services, team_titled
from bot.core.zones import zone_named
from bot.flows.tx import Tx
from store.actions import action_history
from store.incidents import LIVE
from store.measures import counted, measured
from store.people import zones
from store.postmortems import postmortem_dates
from store.types import ActionState, Severity

MONTHS = (1, 3, 6, 12, 24)  # that a range may have


class By(StrEnum):
    """What values are compared by."""

    SEVERITY = "severity"
    TEAM = "team"
    SERVICE = "service"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which incidents are counted: those opened in the last *months*, of a severity, of a team. None means all."""

    months: int | None = 6
    severity: Severity | None = None
    team: str | None = None
    by: By = By.SEVERITY


@dataclass(frozen=True, slots=True)
class Insights:
    """What a look at insights shows. ``going_on`` are measured once they are over, ``waiting`` are about to be."""

    panels: Sequence[Panel]
    incidents: int
    going_on: int
    waiting: int
    teams: Sequence[str]
    services: Sequence[str]
    since: datetime | None


def insights(tx: Tx, workspace_id: int, viewer: str | None, asked: Asked) -> Insights:
    """Return what the incidents say that *viewer*, a person's reference, may see; without one, those not private.

    Tests are not counted, nor what was joined to another incident.
    """
    look = _Look(tx, workspace_id, viewer, asked)
    since = months_back(tx.now, asked.months, tx.rules.zone) if asked.months else None
    seen = look.seen(since)
    first = since or min((each.subject.at for each in seen), default=tx.now)
    frame = _frame(tx, asked, Periods(first, tx.now, tx.rules.zone))
    written = look.written(since)
    lived = {ref: zone for ref, name in zones(tx.db, workspace_id).items() if (zone := zone_named(name))}
    panels = [
        *lengths_panels(seen, frame),
        incidents_panel(seen, frame),
        actions_panel(look.promises(first), first, frame),
        factors_panel(seen),
        load_panel(seen, lived),
        postmortems_panel(written, tx.now),
        age_panel(written, frame),
    ]
    return Insights(
        panels=panels,
        incidents=len(seen),
        going_on=sum(each.live for each in seen),
        waiting=sum(not each.measured and not each.live for each in seen),
        teams=[team.name for team in tx.rules.teams],
        services=services(tx.rules.teams),
        since=since,
    )


class _Look:
    """Reads what is counted for one viewer. The team of a title is found once."""

    def __init__(self, tx: Tx, workspace_id: int, viewer: str | None, asked: Asked) -> None:
        self._db, self._workspace_id, self._viewer, self._asked = tx.db, workspace_id, viewer, asked
        self._team = cache(partial(team_titled, tx.rules.teams))
        self._service = partial(service_titled, services(tx.rules.teams))

    def seen(self, since: datetime | None) -> list[Seen]:
        rows = measured(self._db, self._workspace_id, self._viewer, since)
        return [_seen(row, self._subject(row, row.opened_at)) for row in rows if self._fits(row)]

    def promises(self, since: datetime) -> list[Promise]:
        rows = action_history(self._db, self._workspace_id, counted(self._viewer), since)
        return [
            Promise(row.created_at, row.settled_at, row.state is ActionState.DONE) for row in rows if self._fits(row)
        ]

    def written(self, since: datetime | None) -> list[Written]:
        rows = postmortem_dates(self._db, self._workspace_id, counted(self._viewer), since)
        return [
            Written(
                subject=self._subject(row, row.resolved_at or row.opened_at),
                due_at=row.due_at,
                published_at=row.published_at,
                closed=row.closed_at is not None,
            )
            for row in rows
            if self._fits(row)
        ]

    def _subject(self, row: Any, at: datetime) -> Subject:
        return Subject(f"INC-{row.number}", row.severity, self._team(row.title), self._service(row.title), at)

    def _fits(self, row: Any) -> bool:
        of_team = self._asked.team is None or self._team(row.title).name == self._asked.team
        return of_team and self._asked.severity in (None, row.severity)


def _seen(row: Any, subject: Subject) -> Seen:
    live = row.status in LIVE
    if live or row.rules != RULES:
        return Seen(subject, live, measured=False)
    return Seen(
        subject=subject,
        live=False,
        measured=True,
        offsets=row[-len(MARKS) :],
        loose=() if row.loose == "[]" else json.loads(row.loose),
        themes=() if row.themes == "[]" else json.loads(row.themes),
        acts=row.acts,
    )


def _frame(tx: Tx, asked: Asked, periods: Periods) -> Frame:
    orders = {
        By.SEVERITY: [severity.upper() for severity in Severity],
        By.TEAM: [team.name for team in tx.rules.teams],
        By.SERVICE: [*services(tx.rules.teams), NO_SERVICE],
        By.MONTH: periods.names,
    }
    return Frame(periods, asked.by, orders[asked.by])
