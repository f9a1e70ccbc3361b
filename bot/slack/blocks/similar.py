"""What was seen before, for those who begin to work on an incident."""

from collections.abc import Sequence
from typing import Any

from bot.core.spans import span
from bot.core.wording import shortened
from bot.flows.similar_incidents import Similar
from bot.slack.blocks.home import Page
from bot.slack.blocks.parts import button, section
from bot.slack.mrkdwn import escape, when

HELPED = 300  # characters of what helped then


def similar(found: Sequence[Similar], page: Page) -> dict[str, Any]:
    """Return the message: each past incident with what helped then, and its postmortem."""
    lines = []
    for each in found:
        key = each.incident.key
        lines.append(section(_line(each), button("Read it", "open_link", key, url=page("postmortems", key))))
    return {"text": "This was seen before", "blocks": [section("*This was seen before*"), *lines]}


def _line(each: Similar) -> str:
    past = each.incident
    assert past.resolved_at is not None
    head = f"{past.key} {escape(past.title)} · {when(past.opened_at, '{date_short_pretty}')}"
    helped = f"\nWhat helped then: {escape(shortened(each.helped, HELPED))}" if each.helped else ""
    return f"{head} · resolved after {span(past.resolved_at - past.opened_at)}{helped}"
