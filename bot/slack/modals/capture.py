"""The form that asks whose timeline a message goes on, and how a form carries a message to its end."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.core.said import Said
from bot.core.wording import shortened
from bot.flows.capture_message import capture_message
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.parts import context
from bot.slack.desk import Desk
from bot.slack.modals.forms import choice, form, metadata, value
from bot.slack.mrkdwn import quoted
from store.incidents import Incident

ROOM = 2400  # characters of JSON for the text; Slack gives a form 3,000 for all that it carries
SHOWN = 200  # characters of the message that the form shows


def capture_form(incidents: Sequence[Incident], said: Said) -> dict[str, Any]:
    """Return the form, the likeliest incident first."""
    options = [(f"{incident.key} {incident.title}", incident.key) for incident in incidents]
    blocks = [choice("incident", "Whose timeline?", options, options[0][1])]
    if said.text:
        blocks.append(context(quoted(shortened(said.text, SHOWN))))
    return form("capture", "Add to the timeline", "Add", blocks, metadata=carrying(said))


async def submit_capture(desk: Desk, asked: Asked) -> Answer:
    """Put the message on the timeline that was chosen."""
    said = carried(asked)
    assert said is not None, "this form is opened with a message"
    return Answer(captured(*await desk.house.do(capture_message, asked.request, said, value(asked, "incident"))))


def captured(key: str, seq: int, new: bool) -> str:
    """Return what became of a message."""
    return (
        f"On the timeline of {key} as entry {seq}." if new else f"Entry {seq} on the timeline of {key} is this already."
    )


def carrying(said: Said) -> dict[str, Any]:
    """Return what a form carries of a message. A text too long for that is cut."""
    text = said.text
    while len(json.dumps(text)) > ROOM:
        text = shortened(text, len(text) * 9 // 10)
    return {"said": {"source": said.source, "author": said.author, "text": text, "at": said.at.isoformat()}}


def carried(asked: Asked) -> Said | None:
    """Return the message that a form was opened with, if it was."""
    there = metadata(asked).get("said")
    return Said(there["source"], there["author"], there["text"], datetime.fromisoformat(there["at"])) if there else None
