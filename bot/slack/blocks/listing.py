"""The list of incidents: what is being worked on first, then what was lately."""

from collections.abc import Sequence
from datetime import datetime

from bot.slack.blocks.card import age, headline
from bot.slack.blocks.parts import Block, actions, button, context, fitting, section
from store.incidents import Incident

LATELY = 5  # incidents that are over

NOTHING = "Nothing is being worked on. When something breaks: `/incident open checkout is down`"


def incident_list(incidents: Sequence[Incident], now: datetime) -> list[Block]:
    """Return the list, newest first; each line leads to its incident's channel."""
    live = [_line(incident, now) for incident in incidents if incident.live]
    over = [_line(incident, now) for incident in incidents if not incident.live]
    if not live:
        start = actions(button("Open an incident", "open", "open", "primary"))
        return [section(NOTHING), *_lately(over), *([start] if not over else [])]
    return [section(fitting(live)), *_lately(over)]


def _lately(lines: list[str]) -> list[Block]:
    return [context("\n".join(["Lately", *lines[:LATELY]]))] if lines else []


def _line(incident: Incident, now: datetime) -> str:
    return " · ".join(part for part in (headline(incident), age(incident, now), _channel(incident)) if part)


def _channel(incident: Incident) -> str:
    return f"<#{incident.channel_id}>" if incident.channel_id else ""
