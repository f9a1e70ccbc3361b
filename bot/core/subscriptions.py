"""Subscriptions: Amazon SNS asks whether its messages are wanted before it sends any."""

import re

from bot.core.payload import json_object, said, within

CONFIRMATION = "SubscriptionConfirmation"
_CONFIRM = re.compile(r"https://sns\.[a-z0-9-]{2,30}\.amazonaws\.com(?:\.cn)?/\?[\w=&%.:~+/-]{1,1500}")


def confirmation(body: bytes) -> tuple[str, str] | None:
    """Return (topic, address that confirms it) of what asks to confirm a subscription; None for anything else.

    An address that is not of SNS is never repeated, so nobody is led to it.
    """
    envelope = json_object(body)
    url = within(envelope, "SubscribeURL")
    if said(envelope, "Type") != CONFIRMATION or not isinstance(url, str) or not _CONFIRM.fullmatch(url):
        return None
    return said(envelope, "TopicArn"), url
