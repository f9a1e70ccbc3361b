"""Alerts of PagerDuty: its webhooks V3. Of its incidents we hear when they are triggered, reopened and resolved.

https://developer.pagerduty.com/docs/webhooks-overview
"""

from bot.core.alerts import Alert
from bot.core.intake import Malformed
from bot.core.payload import address, json_object, moment, said, within

FIRING = ("incident.triggered", "incident.reopened", "incident.unacknowledged")
RESOLVED = "incident.resolved"


def parse(body: bytes) -> list[Alert]:
    """Read an event, or raise Malformed. One that says nothing of a trigger or an end, such as a ping, is no alert."""
    event = within(json_object(body), "event")
    kind = said(event, "event_type")
    if not kind:
        raise Malformed('"event.event_type" says what happened')
    if kind not in (*FIRING, RESOLVED):
        return []
    data = within(event, "data")
    if not said(data, "id"):
        raise Malformed('"event.data.id" is the id of an incident')
    at, firing = moment(event, "occurred_at"), kind != RESOLVED
    return [
        Alert(
            key=said(data, "id"),
            title=said(data, "title") or f"PagerDuty incident {said(data, 'number')}",
            firing=firing,
            started_at=moment(data, "created_at") or (at if firing else None),
            ended_at=None if firing else at,
            service=said(data, "service", "summary"),
            severity=said(data, "priority", "summary") or said(data, "urgency"),
            url=address(data, "html_url"),
            labels={"urgency": said(data, "urgency"), "team": said(data, "teams", 0, "summary")},
        )
    ]
