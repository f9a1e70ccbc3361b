"""Each sender of alerts is read as its product writes, and whatever else arrives is told what is missing."""

import contextlib
import json
from datetime import datetime
from typing import Any

import pytest

from bot.alerts.table import PARSERS
from bot.core.intake import Malformed
from bot.core.subscriptions import confirmation
from tests.alerts.payloads import BEGAN, CASES, ENDED, Case, notification, one, sns

CONFIRM = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:x&Token=23"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_fires_and_what_is_over_are_the_same_alert_at_their_own_times(case: Case) -> None:
    (fires,), (over,) = (PARSERS[case.name](case.body(content)) for content in (case.firing, case.resolved))
    assert (fires.key, fires.firing, over.firing) == (over.key, True, False)
    assert (fires.title, fires.service, fires.severity, fires.url) == (
        case.title,
        case.service,
        case.severity,
        case.url,
    )
    assert fires.started_at == datetime.fromisoformat(BEGAN)
    assert over.ended_at == datetime.fromisoformat(ENDED)


def test_one_notification_may_hold_many_alerts_and_an_incident_that_they_belong_to() -> None:
    named = one("firing", "search", "cd34")
    named["annotations"]["incident"] = "INC-7"
    alerts = PARSERS["alertmanager"](json.dumps(notification("firing", one("firing"), named)).encode())
    assert [(alert.service, alert.incident) for alert in alerts] == [("checkout", ""), ("search", "INC-7")]
    assert alerts[0].labels["team"] == "payments"


def test_an_issue_of_sentry_that_alerts_is_over_once_the_issue_is_resolved() -> None:
    event = {"issue_id": "9", "title": "TypeError", "datetime": BEGAN, "tags": [["service", "checkout"]]}
    alerted = {"action": "triggered", "data": {"event": event, "triggered_rule": "many errors"}}
    resolved = {"action": "resolved", "data": {"issue": {"id": "9", "title": "TypeError"}}}
    (fires,), (over,) = (PARSERS["sentry"](json.dumps(content).encode()) for content in (alerted, resolved))
    assert (fires.key, fires.service, over.key, over.firing) == ("issue 9", "checkout", "issue 9", False)


@pytest.mark.parametrize(
    ("sender", "content"),
    [
        ("pagerduty", {"event": {"event_type": "incident.annotated", "data": {"id": "P1"}}}),
        ("pagerduty", {"event": {"event_type": "pagey.ping", "data": {"message": "hello"}}}),
        ("opsgenie", {"action": "AddNote", "alert": {"alertId": "1"}}),
        ("datadog", {"cycle": "1", "transition": "Muted"}),
        ("sentry", {"action": "created", "data": {"installation": {}}}),
        ("cloudwatch", sns("UnsubscribeConfirmation", "bye", "1")),
        ("cloudwatch", sns("SubscriptionConfirmation", "hello", "2", SubscribeURL=CONFIRM)),
    ],
)
def test_what_its_product_sends_besides_alerts_is_taken_and_is_none(sender: str, content: dict[str, Any]) -> None:
    assert PARSERS[sender](json.dumps(content).encode()) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/?Action=ConfirmSubscription",
        "http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
        "https://sns.eu-west-1.amazonaws.com.evil.example.com/?Action=ConfirmSubscription",
        "https://sns.eu-west-1.amazonaws.com@evil.example.com/?Action=ConfirmSubscription",
        "https://s3.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
        f"{CONFIRM}|<!channel>",
        None,
    ],
)
def test_nobody_is_led_to_an_address_that_is_not_of_sns(url: str | None) -> None:
    body = json.dumps(sns("SubscriptionConfirmation", "hello", "3", SubscribeURL=url)).encode()
    assert confirmation(body) is None
    with pytest.raises(Malformed, match="SubscribeURL"):
        PARSERS["cloudwatch"](body)


ODD: list[Any] = [None, True, -7, 1e99, "", "\0\u202e", "x" * 9999, [], [7], [[]], {}, {"id": []}]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_payload_is_answered_with_a_fault_of_ours(case: Case) -> None:
    """Anything may stand in any place of a real payload: it is read, or refused with a reason."""
    for place in places(case.firing):
        for odd in ODD:
            content = json.loads(case.body(case.firing))
            put(content, place, odd)
            with contextlib.suppress(Malformed):
                alerts = PARSERS[case.name](json.dumps(content).encode())
                assert all(alert.key and alert.title and len(alert.told) < 1600 for alert in alerts), place


def places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return every place in a payload."""
    keys = content if isinstance(content, dict) else range(len(content)) if isinstance(content, list) else ()
    return [(*path, key) for key in keys] + [place for key in keys for place in places(content[key], (*path, key))]


def put(content: Any, path: tuple[Any, ...], value: Any) -> None:
    """Put something else in a place."""
    for key in path[:-1]:
        content = content[key]
    content[path[-1]] = value
