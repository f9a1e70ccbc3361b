"""Shortcuts on a message: add it to a timeline, or open an incident from it."""

from bot.core.said import Said
from bot.flows.capture_message import capture_message
from bot.flows.views import captures_for, is_incident_channel
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.capture import capture_form, captured
from bot.slack.modals.open import open_form
from bot.slack.said import said, title_of
from store.types import Severity


async def add_to_timeline(desk: Desk, asked: Asked) -> Answer:
    """Put the message on the timeline of the incident whose channel this is; elsewhere, ask which one is meant."""
    message = _message(asked)
    if await desk.house.read(is_incident_channel, asked.request.channel_id or ""):
        return Answer(captured(*await desk.house.do(capture_message, asked.request, message)))
    incidents = await desk.house.read(captures_for, asked.request)
    if not incidents:
        return Answer("No incident is open. Open one from this message: use “Open an incident” in the same menu.")
    return Answer(modal=capture_form(incidents, message))


async def open_from_message(desk: Desk, asked: Asked) -> Answer:
    """Open the form with the message's first line as the title; the message begins the timeline."""
    message = _message(asked)
    return Answer(modal=open_form(Severity.SEV2, title_of(message.text), message))


def _message(asked: Asked) -> Said:
    return said(asked.payload["channel"]["id"], asked.payload["message"])
