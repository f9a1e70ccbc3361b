"""Take alerts: into the group they belong to, each once, and onto the timeline of its incident.

An alert belongs to the group in which it is known already, to the incident that it names, to a live one whose title
names its service or its team, to whatever other alerts came just before it, or to a new group. Storms become one group.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core import sealing
from bot.core.alerts import ALONE, ENTRIES, KIND, Alert
from bot.core.teams import names, team_named
from bot.flows.alert_groups import began_at, record_alert, record_sum, show_alerts, tally_of, title_context
from bot.flows.open_for_alerts import open_by_itself
from bot.flows.promise import promise
from bot.flows.record import sealing_key
from bot.flows.tx import Tx
from bot.flows.views import incident_id_of
from store.alerts import AlertGroup, AlertRow, group_of, known_alert, open_groups
from store.arrivals import empty_arrival
from store.db import take_turns
from store.incidents import Incident, incident_by_id, visible_incidents
from store.workspaces import home_workspace

AT_ONCE = 100  # alerts in one transaction, about a tenth of a second
FORGOTTEN = timedelta(days=1)  # an alert without a time that is told again after it is a new one


def take_alerts(arrival: int, sender: str, alerts: Sequence[Alert], start: int, tx: Tx) -> None:
    """Take the alerts of one delivery, from the one numbered *start*: so many that nobody else waits long.

    The rest is promised. Whoever takes alerts takes turns, or two of a storm would begin two groups.
    """
    take_turns(tx.db, AlertGroup)
    workspace_id = home_workspace(tx.db)
    taking, end = _Taking(tx, sender, workspace_id), start + AT_ONCE
    for alert in alerts[start:end]:
        taking.take(alert)
    taking.finish()
    if end < len(alerts):
        args = {"arrival": arrival, "from": end}
        promise(tx, KIND, workspace_id=workspace_id, args=args, budget_key=f"alerts/{sender}")
    else:
        empty_arrival(tx.db, arrival)


def ask_to_confirm(arrival: int, tx: Tx) -> None:
    """Promise that people are asked whether a subscription is theirs. What it says stays stored until then."""
    promise(tx, "slack.subscription", workspace_id=home_workspace(tx.db), args={"arrival": arrival})


@dataclass(slots=True)
class _Taking:
    tx: Tx
    sender: str
    workspace_id: int
    touched: dict[int, AlertGroup] = field(default_factory=dict)
    ended: set[int | None] = field(default_factory=set)  # groups of which an alert was resolved
    live: list[Incident] | None = None
    latest: AlertGroup | None = None

    def take(self, alert: Alert) -> None:
        """Take one alert. One that fires still and is told again changes nothing."""
        key = hashlib.sha256(f"{self.sender}\n{alert.key}".encode()).hexdigest()
        row, group = known_alert(self.tx.db, key) or (None, None)
        if row is None or group is None:
            if alert.firing:
                self._add(key, alert)
        elif _is_old(row, alert) or not (row.firing or alert.firing):
            return
        elif not alert.firing:
            self._resolve(row, group, alert)
        elif row.firing and not self._begins_anew(row, group, alert):
            return
        elif self._goes_on(group):
            self._fire_again(row, group, alert)
        else:
            self._add(key, alert)

    def finish(self) -> None:
        """Write down what the groups came to, and promise that it is shown."""
        self.tx.db.flush()
        for group in self.touched.values():
            over = group.id in self.ended and group.alerts > ALONE and group.entries < ENTRIES
            if over and not tally_of(self.tx, group)[0].firing:
                record_sum(self.tx, group, self.tx.now)
                group.entries += 1
                self.tx.db.add(group)
            show_alerts(self.tx, group)
        self.tx.db.flush()

    def _add(self, key: str, alert: Alert) -> None:
        group = self._group_for(alert)
        began = began_at(alert, self.tx.now)
        row = AlertRow(
            group_id=group.id or 0,
            key=key,
            sender=self.sender,
            service=alert.service,
            started_at=began,
            changed_at=alert.started_at,
        )
        group.alerts += 1
        if group.alerts <= ALONE:
            row.key_id, sealed_under = sealing_key(self.tx, "", 0)
            row.title = sealing.seal(sealed_under, os.urandom(sealing.NONCE), alert.told, title_context(key))
            record_alert(self.tx, group, row, alert.told, "firing", began)
        self.tx.db.add(row)
        self.tx.db.flush()  # The same alert may come again further down.
        self._touch(group)
        opening = self.tx.rules.alerting.opening(self.sender, alert, group.alerts)
        if group.incident_id is None and opening is not None:
            open_by_itself(self.tx, group, self.sender, opening.as_)
            self.live = None

    def _resolve(self, row: AlertRow, group: AlertGroup, alert: Alert) -> None:
        row.firing, row.changed_at = False, alert.ended_at or row.changed_at
        if row.entry is not None:
            record_alert(self.tx, group, row, alert.told, "resolved", alert.ended_at or self.tx.now)
        self.tx.db.add(row)
        self._touch(group, came=False)
        self.ended.add(group.id)

    def _fire_again(self, row: AlertRow, group: AlertGroup, alert: Alert) -> None:
        row.firing, row.changed_at = True, alert.started_at or row.changed_at
        if row.entry is not None:
            record_alert(self.tx, group, row, alert.told, "firing", began_at(alert, self.tx.now))
        self.tx.db.add(row)
        self._touch(group)

    def _touch(self, group: AlertGroup, *, came: bool = True) -> None:
        if came:
            group.last_at, group.closed_at = self.tx.now, None
        self.tx.db.add(group)
        self.touched[group.id or 0] = group

    def _group_for(self, alert: Alert) -> AlertGroup:
        incident = self._named(alert) or self._told(alert)
        if incident is not None:
            return group_of(self.tx.db, incident.id or 0) or self._new(incident.id)
        if self.latest is None:  # All that come in one delivery come together.
            since = self.tx.now - self.tx.rules.alerting.window
            recent = open_groups(self.tx.db, self.workspace_id, since)
            self.latest = next((group for group in recent if self._takes_any(group)), None) or self._new()
        return self.latest

    def _new(self, incident_id: int | None = None) -> AlertGroup:
        now = self.tx.now
        group = AlertGroup(workspace_id=self.workspace_id, incident_id=incident_id, opened_at=now, last_at=now)
        self.tx.db.add(group)
        self.tx.db.flush()
        return group

    def _named(self, alert: Alert) -> Incident | None:
        """Return the live incident that the alert's own rule names."""
        number = incident_id_of(self.tx, alert.incident) if alert.incident else None
        incident = incident_by_id(self.tx.db, number) if number else None
        return incident if incident is not None and incident.live else None

    def _told(self, alert: Alert) -> Incident | None:
        """Return the newest live incident whose title names the alert's service, or the team that the alert names.

        None that is private: what is guessed must not go where few can see it.
        """
        if self.live is None:
            self.live = visible_incidents(self.tx.db, self.workspace_id, None, live=True)
        team = team_named(self.tx.rules.teams, f"{alert.service} {alert.title}")
        words = (alert.service, *((team.name, *team.services) if team else ()))
        return next((each for each in self.live if not each.test and names(each.title, *words)), None)

    def _takes_any(self, group: AlertGroup) -> bool:
        """Whether a group takes whatever comes just after it."""
        incident = incident_by_id(self.tx.db, group.incident_id) if group.incident_id else None
        return incident is None or (incident.live and not incident.private and not incident.test)

    def _begins_anew(self, row: AlertRow, group: AlertGroup, alert: Alert) -> bool:
        """Whether what fires as far as is known fires anew: not every sender tells when an alert is over."""
        if alert.started_at is not None and row.changed_at is not None:
            return alert.started_at > row.changed_at
        return self.tx.now - group.last_at > FORGOTTEN

    def _goes_on(self, group: AlertGroup) -> bool:
        """Whether what fires again in a group is the same trouble still."""
        incident = incident_by_id(self.tx.db, group.incident_id) if group.incident_id else None
        return group.closed_at is None if incident is None else incident.live


def _is_old(row: AlertRow, alert: Alert) -> bool:
    """Whether this is news from before the latest that is known: it was delayed on its way."""
    at = alert.started_at if alert.firing else alert.ended_at
    return at is not None and row.changed_at is not None and at < row.changed_at
