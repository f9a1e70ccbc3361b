"""Alerts of Sentry: the webhooks of an integration, for issue alerts, metric alerts and issues that are resolved.

https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
"""

from typing import Any

from bot.core.alerts import Alert
from bot.core.intake import Malformed
from bot.core.payload import address, json_object, listed, moment, said, within


def parse(body: bytes) -> list[Alert]:
    """Read a webhook, or raise Malformed. What speaks of no alert, such as an installation, is none."""
    content = json_object(body)
    action, data = said(content, "action"), within(content, "data")
    if not action or not isinstance(data, dict):
        raise Malformed('"action" and "data" say what happened to what')
    for part, read in (("metric_alert", _metric), ("event", _event), ("issue", _issue)):
        if isinstance(data.get(part), dict):
            found = read(action, data[part], data)
            return [found] if found else []
    return []


def _metric(action: str, alert: dict[str, Any], data: dict[str, Any]) -> Alert | None:
    firing = action in ("critical", "warning")
    if not firing and action != "resolved":
        return None
    rule = said(alert, "alert_rule", "id")
    return Alert(
        key=f"metric {rule} {said(alert, 'id')}",
        title=said(data, "description_title") or said(alert, "title") or "A metric alert",
        firing=firing,
        started_at=moment(alert, "date_started"),
        ended_at=None if firing else moment(alert, "date_closed"),
        service=said(alert, "projects", 0),
        severity=action if firing else "",
        url=address(data, "web_url"),
        labels={"rule": said(alert, "alert_rule", "name")},
    )


def _event(action: str, event: dict[str, Any], data: dict[str, Any]) -> Alert | None:
    """Read an issue alert. Its issue is what it is known by, so that it ends when the issue is resolved."""
    if action != "triggered" or not said(event, "issue_id"):
        return None
    tags = {said(pair, 0): said(pair, 1) for pair in listed(event, "tags")}
    rule, level = said(data, "triggered_rule"), said(event, "level")
    return Alert(
        key=f"issue {said(event, 'issue_id')}",
        title=said(event, "title") or "An issue",
        firing=True,
        started_at=moment(event, "datetime") or moment(event, "timestamp"),
        service=said(tags, "service") or said(event, "project_slug"),
        severity=level,
        url=address(event, "web_url"),
        labels={"rule": rule, "level": level, "environment": said(tags, "environment")},
    )


def _issue(action: str, issue: dict[str, Any], _data: dict[str, Any]) -> Alert | None:
    """Read an issue. One that is created or seen anew is an alert only if a rule of Sentry makes it one."""
    if action not in ("resolved", "archived", "ignored") or not said(issue, "id"):
        return None
    return Alert(
        key=f"issue {said(issue, 'id')}",
        title=said(issue, "title") or "An issue",
        firing=False,
        ended_at=moment(issue, "lastSeen"),
        service=said(issue, "project", "slug"),
        url=address(issue, "web_url") or address(issue, "permalink"),
    )
