"""What each sender of alerts posts, written by hand in the shape that its documentation describes."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

BEGAN, ENDED = "2026-03-10T02:55:00Z", "2026-03-10T03:20:00Z"
BEGAN_MS, ENDED_MS = 1773111300000, 1773112800000
SECRET = "a-secret-of-forty-characters-or-so-000000"

Headers = Mapping[str, str]


def _hex(body: bytes, secret: str) -> str:
    return hmac.digest(secret.encode(), body, hashlib.sha256).hex()


def bearer(_body: bytes, secret: str) -> Headers:
    return {"Authorization": f"Bearer {secret}"}


def basic(_body: bytes, secret: str) -> Headers:
    return {"Authorization": "Basic " + base64.b64encode(f"firstfive:{secret}".encode()).decode()}


def pagerduty(body: bytes, secret: str) -> Headers:
    """During a rotation PagerDuty signs with both of its secrets."""
    return {"X-PagerDuty-Signature": f"v1={'0' * 64},v1={_hex(body, secret)}"}


def sentry(body: bytes, secret: str) -> Headers:
    return {"Sentry-Hook-Resource": "metric_alert", "Sentry-Hook-Signature": _hex(body, secret)}


def grafana(body: bytes, secret: str) -> Headers:
    stamp = "1773111300"
    signature = _hex(f"{stamp}:".encode() + body, secret)
    return {"X-Grafana-Alerting-Timestamp": stamp, "X-Grafana-Alerting-Signature": signature}


def plain(body: bytes, secret: str) -> Headers:
    return {"X-Webhook-Signature": _hex(body, secret)}


def x_secret(_body: bytes, secret: str) -> Headers:
    return {"X-Secret": secret}


@dataclass(frozen=True)
class Case:
    """One sender: what it posts when an alert fires and when that is over, and how it proves itself."""

    name: str
    firing: dict[str, Any]
    resolved: dict[str, Any]
    proves: Callable[[bytes, str], Headers]
    title: str
    service: str
    severity: str = ""
    url: str = ""

    def body(self, content: dict[str, Any]) -> bytes:
        return json.dumps(content).encode()


def notification(status: str, *alerts: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "4",
        "groupKey": '{}:{alertname="HighErrorRate"}',
        "status": status,
        "receiver": "firstfive",
        "groupLabels": {"alertname": "HighErrorRate"},
        "commonLabels": {"alertname": "HighErrorRate"},
        "commonAnnotations": {},
        "externalURL": "https://alertmanager.example.com",
        "alerts": list(alerts),
    }


def one(status: str, service: str = "checkout", fingerprint: str = "ab12", **more: Any) -> dict[str, Any]:
    """One alert of Prometheus."""
    return {
        "status": status,
        "labels": {"alertname": "HighErrorRate", "service": service, "severity": "critical", "team": "payments"},
        "annotations": {"summary": f"{service} answers one call in two with an error"},
        "startsAt": BEGAN,
        "endsAt": ENDED if status == "resolved" else "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example.com/graph?g0.expr=errors",
        "fingerprint": fingerprint,
        **more,
    }


def _pagerduty(kind: str, at: str) -> dict[str, Any]:
    data = {
        "id": "PGR0VU2",
        "type": "incident",
        "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2",
        "number": 2,
        "status": kind.partition(".")[2],
        "title": "checkout: error rate is 48 %",
        "created_at": BEGAN,
        "service": {"id": "PF9KMXH", "type": "service_reference", "summary": "checkout"},
        "urgency": "high",
        "priority": {"id": "PSO75BM", "type": "priority_reference", "summary": "P1"},
        "teams": [{"id": "PFCVPS0", "type": "team_reference", "summary": "Payments"}],
    }
    event = {"id": f"01{kind}", "event_type": kind, "resource_type": "incident", "occurred_at": at, "data": data}
    return {"event": event}


def _opsgenie(action: str, at: int) -> dict[str, Any]:
    alert = {
        "alertId": "052652ac-5d1c",
        "alias": "checkout-errors",
        "tinyId": "23",
        "message": "checkout: error rate is 48 %",
        "tags": ["eu"],
        "entity": "checkout",
        "priority": "P1",
        "createdAt": BEGAN_MS,
        "updatedAt": at,
        "details": {},
    }
    return {"action": action, "alert": alert, "source": {"name": "", "type": "web"}, "integrationName": "firstfive"}


def _datadog(transition: str, at: int) -> dict[str, Any]:
    return {
        "alert": "1234",
        "cycle": "3459034590",
        "transition": transition,
        "title": "checkout: error rate is 48 %",
        "at": str(at),
        "priority": "P1",
        "scope": "env:prod,service:checkout",
        "tags": "monitor,team:payments",
        "url": "https://app.datadoghq.com/event/event?id=1",
    }


def _sentry(action: str) -> dict[str, Any]:
    alert = {
        "id": "123",
        "title": "checkout: error rate is 48 %",
        "alert_rule": {"id": "7", "name": "errors"},
        "date_started": BEGAN,
        "date_closed": ENDED if action == "resolved" else None,
        "projects": ["checkout"],
    }
    data = {
        "metric_alert": alert,
        "description_title": "checkout: error rate is 48 %",
        "web_url": "https://sentry.io/organizations/acme/alerts/rules/7/",
    }
    return {"action": action, "actor": {"id": "sentry", "type": "application"}, "data": data}


def sns(kind: str, message: str, number: str, **more: Any) -> dict[str, Any]:
    """An envelope of Amazon SNS."""
    return {
        "Type": kind,
        "MessageId": f"22b80b92-fdea-4c2c-8f9d-{number}",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms",
        "Message": message,
        "Timestamp": BEGAN,
        "SignatureVersion": "1",
        "Signature": "not checked",
        "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/cert.pem",
        **more,
    }


def _cloudwatch(state: str, at: str) -> dict[str, Any]:
    alarm = {
        "AlarmName": "checkout errors",
        "AlarmDescription": "checkout: error rate is 48 %",
        "AWSAccountId": "123456789012",
        "NewStateValue": state,
        "OldStateValue": "OK" if state == "ALARM" else "ALARM",
        "StateChangeTime": at.replace("Z", ".000+0000"),
        "Region": "EU (Ireland)",
        "AlarmArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout errors",
        "Trigger": {
            "MetricName": "5XX",
            "Namespace": "ECS",
            "Dimensions": [{"name": "ServiceName", "value": "checkout"}],
        },
    }
    return sns("Notification", json.dumps(alarm), state)


RATE = "checkout: error rate is 48 %"
CASES = {
    case.name: case
    for case in (
        Case(
            "alertmanager",
            notification("firing", one("firing")),
            notification("resolved", one("resolved")),
            bearer,
            "checkout answers one call in two with an error",
            "checkout",
            "critical",
            "https://prometheus.example.com/graph?g0.expr=errors",
        ),
        Case(
            "grafana",
            notification("firing", one("firing", panelURL="https://grafana.example.com/d/1?viewPanel=2")),
            notification("resolved", one("resolved", panelURL="https://grafana.example.com/d/1?viewPanel=2")),
            grafana,
            "checkout answers one call in two with an error",
            "checkout",
            "critical",
            "https://grafana.example.com/d/1?viewPanel=2",
        ),
        Case(
            "pagerduty",
            _pagerduty("incident.triggered", BEGAN),
            _pagerduty("incident.resolved", ENDED),
            pagerduty,
            RATE,
            "checkout",
            "P1",
            "https://acme.pagerduty.com/incidents/PGR0VU2",
        ),
        Case("opsgenie", _opsgenie("Create", BEGAN_MS), _opsgenie("Close", ENDED_MS), x_secret, RATE, "checkout", "P1"),
        Case(
            "datadog",
            _datadog("Triggered", BEGAN_MS),
            _datadog("Recovered", ENDED_MS),
            basic,
            RATE,
            "checkout",
            "P1",
            "https://app.datadoghq.com/event/event?id=1",
        ),
        Case(
            "sentry",
            _sentry("critical"),
            _sentry("resolved"),
            sentry,
            RATE,
            "checkout",
            "critical",
            "https://sentry.io/organizations/acme/alerts/rules/7/",
        ),
        Case(
            "cloudwatch",
            _cloudwatch("ALARM", BEGAN),
            _cloudwatch("OK", ENDED),
            basic,
            RATE,
            "checkout",
            "",
            "https://eu-west-1.console.aws.amazon.com/cloudwatch/home#alarmsV2:alarm/checkout%20errors",
        ),
        Case(
            "generic",
            {"title": RATE, "service": "checkout", "severity": "critical", "at": BEGAN, "url": "https://x.example.com"},
            {"title": RATE, "service": "checkout", "status": "resolved", "at": ENDED},
            plain,
            RATE,
            "checkout",
            "critical",
            "https://x.example.com",
        ),
    )
}
