"""The form that takes a note."""

from typing import Any

from bot.flows.take_note import LONGEST, take_note
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.forms import form, metadata, text_input, value
from bot.slack.mrkdwn import entered


def note_form(key: str) -> dict[str, Any]:
    """Return the form."""
    text = text_input("text", "What do you see?", longest=LONGEST, lines=True, hint="It goes onto the timeline.")
    return form("note", f"Note on {key}", "Add", [text], metadata={"key": key})


async def submit_note(desk: Desk, asked: Asked) -> Answer:
    """Add the note to the timeline."""
    key, seq = await desk.house.do(take_note, asked.request, entered(value(asked, "text")), metadata(asked)["key"])
    return Answer(noted(key, seq))


def noted(key: str, seq: int) -> str:
    """Return what whoever wrote a note is answered."""
    return f"Noted on the timeline of {key} as entry {seq}."
