"""Alerts from anything that can post JSON: a script, a probe, a monitor without a sender of its own."""

from bot.core.alerts import Alert
from bot.core.intake import Malformed
from bot.core.payload import address, json_object, moment, said, words

STATES = ("firing", "resolved")


def parse(body: bytes) -> list[Alert]:
    """Read ``{"title", "status"?, "key"?, "at"?, "service"?, "severity"?, "url"?, "incident"?, "labels"?}``."""
    content = json_object(body)
    title, state = said(content, "title"), said(content, "status") or "firing"
    if not title:
        raise Malformed('"title" says what is wrong, such as "checkout: error rate is 48 %"')
    if state not in STATES:
        raise Malformed('"status" is firing or resolved')
    at, firing = moment(content, "at"), state == "firing"
    if "at" in content and at is None:
        raise Malformed('"at" is a time with its zone, such as 2026-03-10T03:12:00Z')
    return [
        Alert(
            key=said(content, "key") or f"{said(content, 'service')} {title}",
            title=title,
            firing=firing,
            started_at=at if firing else None,
            ended_at=None if firing else at,
            service=said(content, "service"),
            severity=said(content, "severity"),
            url=address(content, "url"),
            incident=said(content, "incident"),
            labels=words(content, "labels"),
        )
    ]
