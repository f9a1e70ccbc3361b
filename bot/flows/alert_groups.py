"""Groups of alerts: what is told of them, and the incident they belong to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core import sealing
from bot.core.alerts import ALONE, ENTRIES, Alert, Tally
from bot.flows.promise import for_incident, promise
from bot.flows.record import open_key, record
from bot.flows.tx import Tx
from store.alerts import (
    AlertGroup,
    AlertRow,
    count_alerts,
    first_alerts,
    group_by_id,
    place_group,
    quiet_groups,
)
from store.db import take_turns
from store.incidents import Incident, incident_by_id
from store.types import EntryKind

PACE = timedelta(seconds=5)  # between two edits of a message that a storm would edit without end
SHOWN = 5  # alerts that a message names


@dataclass(frozen=True, slots=True)
class AlertsView:
    """A group as it is now: its first alerts in words, and the incident that is open for it, if any."""

    group: AlertGroup
    tally: Tally
    began: datetime
    told: tuple[str, ...]
    incident: Incident | None


def alerts_view(tx: Tx, group_id: int) -> AlertsView | None:
    """Return a group, or None when it was forgotten."""
    group = group_by_id(tx.db, group_id)
    if group is None:
        return None
    tally, began = tally_of(tx, group)
    incident = incident_by_id(tx.db, group.incident_id) if group.incident_id else None
    return AlertsView(group, tally, began, tuple(titles_of(tx, group, SHOWN)), incident)


def tally_of(tx: Tx, group: AlertGroup) -> tuple[Tally, datetime]:
    """Return how many alerts a group has, and when the first of them began."""
    alerts, services, firing, began = count_alerts(tx.db, group.id or 0)
    return Tally(alerts, services, firing), began or group.opened_at


def titles_of(tx: Tx, group: AlertGroup, limit: int = ALONE) -> list[str]:
    """Return what the first alerts of a group say."""
    return [title for row in first_alerts(tx.db, group.id or 0, limit) if (title := title_of_row(tx, row))]


def title_of_row(tx: Tx, row: AlertRow) -> str:
    """Return what an alert says; "" when that was not kept, or its key is gone."""
    key = open_key(tx, row.key_id) if row.title and row.key_id else None
    try:
        return sealing.unseal(key, row.title, title_context(row.key)) if key and row.title else ""
    except sealing.CannotOpen:
        return ""


def title_context(key: str) -> bytes:
    """Return what binds the title of an alert to it."""
    return b"alert %s" % key.encode()


def attach_group(tx: Tx, group: AlertGroup, incident_id: int) -> None:
    """Give a group its incident: its first alerts go on the timeline, each at its own time."""
    group.incident_id = incident_id
    for row in first_alerts(tx.db, group.id or 0, ALONE):
        record_alert(tx, group, row, title_of_row(tx, row), "firing", row.started_at)
        if not row.firing:
            record_alert(tx, group, row, title_of_row(tx, row), "resolved", row.changed_at or tx.now)
        tx.db.add(row)
    if group.closed_at is not None:
        record_sum(tx, group, group.last_at)
    tx.db.add(group)
    tx.db.flush()
    show_alerts(tx, group)


def record_alert(tx: Tx, group: AlertGroup, row: AlertRow, text: str, state: str, at: datetime) -> None:
    """Put one alert on the timeline, up to as many as anybody reads."""
    if group.incident_id is None or group.entries >= ENTRIES:
        return
    facts = {"state": state, "sender": row.sender}
    at = min(at, tx.now)
    entry = record(tx, group.incident_id, EntryKind.ALERT, text=text or None, facts=facts, occurred_at=at)
    row.entry = row.entry or entry
    group.entries += 1


def record_sum(tx: Tx, group: AlertGroup, at: datetime) -> None:
    """Put on the timeline how many alerts there were, where more came than stand there one by one."""
    if group.incident_id is None or group.alerts <= ALONE:
        return
    tally, _ = tally_of(tx, group)
    facts = {"alerts": tally.alerts, "services": tally.services, "firing": tally.firing}
    record(tx, group.incident_id, EntryKind.ALERT, facts=facts, occurred_at=at)
    group.summed = group.alerts


def show_alerts(tx: Tx, group: AlertGroup) -> None:
    """Promise that what is told of a group will be true when it is sent: in its incident's channel, or to everybody.

    Its messages have a line of their own and a pace: a storm must not hold up what else goes to the channel.
    """
    due_at = tx.now + PACE if group.alerts > 1 else tx.now
    args = {"group": group.id}
    incident = incident_by_id(tx.db, group.incident_id) if group.incident_id else None
    if incident is not None and incident.channel_id is not None:
        line = f"alerts {group.id}"
        for_incident(tx, incident, "slack.incident_alerts", args=args, order=line, merge=line, due_at=due_at)
    if incident is None or group.ts is not None:
        line = f"alerts:{group.id}"
        promise(
            tx,
            "slack.alerts",
            workspace_id=group.workspace_id,
            args=args,
            order_key=line,
            merge_key=line,
            due_at=due_at,
        )


def group_placed(group_id: int, channel_id: str, ts: str, tx: Tx) -> None:
    """Remember where a group's message was posted."""
    place_group(tx.db, group_id, channel_id, ts)


def close_alert_groups(tx: Tx) -> None:
    """Close groups in which nothing has come for a while, and write down what they came to."""
    if not quiet_groups(tx.db, tx.now - tx.rules.alerting.window, limit=1):
        return
    take_turns(tx.db, AlertGroup)
    for group in quiet_groups(tx.db, tx.now - tx.rules.alerting.window):
        group.closed_at = tx.now
        if group.alerts > group.summed:
            record_sum(tx, group, group.last_at)
        tx.db.add(group)
        show_alerts(tx, group)


def began_at(alert: Alert, now: datetime) -> datetime:
    """Return when an alert began: as its sender says, never after it arrived."""
    return min(alert.started_at or now, now)
