"""What Jira sends by itself: which issue something happened to. It is read anew before anything is done about it."""

import json
from functools import partial
from typing import Any

from bot.core.intake import Malformed, Sender, by_header
from bot.flows.follow_jira import was_told
from bot.flows.take_in import arrived
from bot.house import House
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.secret import JIRA_WEBHOOK
from store.effects import Claimed

KIND = "intake.jira"


def issue_of(body: bytes) -> str | None:
    """Return the id of the issue that an event is about, None for one that is about none; or raise Malformed."""
    try:
        content: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("the body is not JSON") from None
    if not isinstance(content, dict):
        raise Malformed("the body is one JSON object")
    issue = content.get("issue")
    issue_id = issue.get("id") if isinstance(issue, dict) else None
    return str(issue_id) if isinstance(issue_id, str | int) else None


SENDER = Sender(JIRA_WEBHOOK, KIND, issue_of, named=by_header("webhook-id", "x-atlassian-webhook-identifier"))


async def take_webhook(house: House, effect: Claimed) -> Done:
    """Look at the ticket that a stored delivery is about."""
    found = await house.read(arrived, effect.args["arrival"])
    if found is None:
        return NOTHING_TO_DO
    return Done(partial(was_told, effect.args["arrival"], issue_of(found[1])))
