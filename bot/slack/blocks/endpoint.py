"""How a partner's endpoint stands, for those who can call the partner."""

from typing import Any
from urllib.parse import urlsplit

from bot.core.events import DISABLED_AFTER
from bot.slack.blocks.parts import section
from bot.slack.mrkdwn import escape, when
from store.endpoints import Endpoint
from store.types import EndpointState

IN_FULL = "{date_short_pretty}, {time}"


def told(partner: str, endpoint: Endpoint) -> dict[str, Any] | None:
    """Return the message about an endpoint that fails or was disabled; None when all is well again.

    Of its URL only the host is said: the rest may be known to the partner alone.
    """
    where = f"The webhooks of {escape(partner)} to {escape(urlsplit(endpoint.url).hostname or '')}"
    if endpoint.state is EndpointState.DISABLED:
        text = (
            f"{where} are disabled: {escape(endpoint.reason or '')}. Once the partner mended it: "
            f"`firstfive webhooks resume {endpoint.id}`"
        )
    elif endpoint.state is EndpointState.ACTIVE and endpoint.failing_since:
        ends = when(endpoint.failing_since + DISABLED_AFTER, IN_FULL)
        text = (
            f"{where} have all failed since {when(endpoint.failing_since, IN_FULL)}. If that goes on they are disabled "
            f"after {ends}. Tell the partner, or see why: `firstfive webhooks show {endpoint.id}`"
        )
    else:
        return None
    return {"text": text, "blocks": [section(text)]}
