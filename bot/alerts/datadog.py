"""Alerts of Datadog, whose webhooks send what one writes into them: docs/alerts.md shows what to write.

https://docs.datadoghq.com/integrations/webhooks/
"""

from bot.core.alerts import Alert
from bot.core.intake import Malformed
from bot.core.payload import address, first_said, json_object, moment, said

FIRING = ("triggered", "re-triggered", "warn", "re-warn", "no data", "re-no data", "renotify")
RESOLVED = "recovered"


def parse(body: bytes) -> list[Alert]:
    """Read what docs/alerts.md asks for, or raise Malformed."""
    content = json_object(body)
    key, transition = first_said(content, "cycle", "alert"), said(content, "transition").lower()
    if not key or not transition:
        raise Malformed('"cycle" is $ALERT_CYCLE_KEY and "transition" is $ALERT_TRANSITION')
    if transition not in (*FIRING, RESOLVED):
        return []
    pairs = (tag.strip().partition(":") for tag in f"{said(content, 'scope')},{said(content, 'tags')}".split(","))
    tags, at = {name: value for name, _, value in pairs if value}, moment(content, "at")
    firing = transition != RESOLVED
    return [
        Alert(
            key=key,
            title=said(content, "title") or "An alert",
            firing=firing,
            started_at=at if firing and not transition.startswith("re") else None,  # a reminder tells its own time
            ended_at=None if firing else at,
            service=first_said(tags, "service", "app"),
            severity=said(content, "priority"),
            url=address(content, "url"),
            incident=tags.get("incident", ""),
            labels=tags,
        )
    ]
