"""Alerts of Prometheus Alertmanager: its webhook receiver, which groups them. Grafana sends the same and more.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

import hashlib
from typing import Any

from bot.core.alerts import Alert
from bot.core.intake import Malformed
from bot.core.payload import address, first_said, json_object, listed, moment, said, words

SERVICES = ("service", "service_name", "app", "job", "namespace")  # labels, the most telling first


def parse(body: bytes) -> list[Alert]:
    """Read a notification, or raise Malformed."""
    content = json_object(body)
    if not isinstance(content.get("alerts"), list):
        raise Malformed('"alerts" is the list that Alertmanager sends')
    return [_alert(each, content) for each in listed(content, "alerts") if isinstance(each, dict)]


def _alert(each: dict[str, Any], content: dict[str, Any]) -> Alert:
    labels, notes = words(each, "labels"), words(each, "annotations")
    spelled = "\n".join(f"{name}={value}" for name, value in sorted(labels.items()))
    firing = said(each, "status") != "resolved"
    return Alert(
        key=said(each, "fingerprint") or hashlib.sha256(spelled.encode()).hexdigest(),
        title=first_said(notes, "summary", "title", "description") or labels.get("alertname") or "An alert",
        firing=firing,
        started_at=moment(each, "startsAt"),
        ended_at=None if firing else moment(each, "endsAt"),
        service=first_said(labels, *SERVICES),
        severity=labels.get("severity", ""),
        url=address(each, "panelURL")
        or address(each, "dashboardURL")
        or address(each, "generatorURL")
        or address(content, "externalURL"),
        incident=first_said(labels, "incident") or notes.get("incident", ""),
        labels=labels,
    )
