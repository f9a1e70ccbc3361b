"""Alerts of Opsgenie, and of the alerts in Jira Service Management that took its place: the outgoing webhook.

https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/
"""

from bot.core.alerts import Alert
from bot.core.intake import Malformed
from bot.core.payload import first_said, json_object, listed, moment, said, within, words

FIRING, RESOLVED = ("Create", "UnAcknowledge"), ("Close", "Delete")


def parse(body: bytes) -> list[Alert]:
    """Read an action on an alert, or raise Malformed. Any but its creation and its end is none for us."""
    content = json_object(body)
    action, alert = said(content, "action"), within(content, "alert")
    if not action or not said(alert, "alertId"):
        raise Malformed('"action" and "alert.alertId" say what happened to which alert')
    if action not in (*FIRING, *RESOLVED):
        return []
    details, firing = words(alert, "details"), action in FIRING
    tags = {tag: "true" for tag in map(str, listed(alert, "tags"))}
    return [
        Alert(
            key=said(alert, "alertId"),
            title=said(alert, "message") or said(alert, "alias") or "An alert",
            firing=firing,
            started_at=moment(alert, "createdAt"),
            ended_at=None if firing else moment(alert, "updatedAt"),
            service=first_said(details, "service", "app") or said(alert, "entity"),
            severity=said(alert, "priority"),
            incident=details.get("incident", ""),
            labels={**tags, **details},
        )
    ]
