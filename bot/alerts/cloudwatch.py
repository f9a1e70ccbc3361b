"""Alerts of Amazon CloudWatch: its alarms, as SNS delivers them over HTTPS.

SNS signs with a certificate that one would have to fetch. We fetch nothing on anybody's word: SNS proves itself by the
password in the subscription's address, and a person confirms the subscription.
https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
"""

import re
from urllib.parse import quote

from bot.core.alerts import Alert
from bot.core.intake import Malformed
from bot.core.payload import json_object, listed, moment, said, within
from bot.core.subscriptions import CONFIRMATION, confirmation

FIRING, RESOLVED = "ALARM", "OK"


def parse(body: bytes) -> list[Alert]:
    """Read a notification, or raise Malformed. What asks to confirm a subscription holds no alert."""
    envelope = json_object(body)
    kind = said(envelope, "Type")
    if kind == CONFIRMATION:
        if confirmation(body) is None:
            raise Malformed('"SubscribeURL" is an address of SNS, such as https://sns.eu-west-1.amazonaws.com/')
        return []
    if kind != "Notification":
        return []
    alarm = json_object(str(within(envelope, "Message") or "").encode())
    name, state = said(alarm, "AlarmName"), said(alarm, "NewStateValue")
    if not name or not state:
        raise Malformed('"AlarmName" and "NewStateValue" stand in the message of an alarm. Turn raw delivery off')
    if state not in (FIRING, RESOLVED):
        return []
    arn, at, firing = said(alarm, "AlarmArn"), moment(alarm, "StateChangeTime"), state == FIRING
    dimensions = {said(each, "name"): said(each, "value") for each in listed(alarm, "Trigger", "Dimensions")}
    return [
        Alert(
            key=arn or f"{said(alarm, 'AWSAccountId')} {said(alarm, 'Region')} {name}",
            title=said(alarm, "AlarmDescription") or name,
            firing=firing,
            started_at=at if firing else None,
            ended_at=None if firing else at,
            service=dimensions.get("ServiceName")
            or next(iter(dimensions.values()), said(alarm, "Trigger", "Namespace")),
            url=_console(arn, name),
            labels={"alarm": name, "account": said(alarm, "AWSAccountId"), **dimensions},
        )
    ]


def _console(arn: str, name: str) -> str:
    """Return where the alarm is seen: arn:aws:cloudwatch:eu-west-1:123456789012:alarm:NAME says the region."""
    parts = arn.split(":")
    if len(parts) < 7 or not re.fullmatch(r"[a-z0-9-]+", parts[3]):
        return ""
    return f"https://{parts[3]}.console.aws.amazon.com/cloudwatch/home#alarmsV2:alarm/{quote(name, safe='')}"
