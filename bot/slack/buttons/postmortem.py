"""The buttons of a postmortem."""

from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.postmortem import form_for_notes, owner_form, post_draft
from bot.slack.sight import looked_at


async def draft(desk: Desk, asked: Asked) -> Answer:
    """Have the draft posted."""
    return await post_draft(desk, asked, asked.text)


async def notes(desk: Desk, asked: Asked) -> Answer:
    """Open the form for notes."""
    return await form_for_notes(desk, asked, asked.text)


async def owner(desk: Desk, asked: Asked) -> Answer:
    """Ask who writes it."""
    view = await looked_at(desk, asked, asked.text)
    ref = view.postmortem.owner if view.postmortem else None
    return Answer(modal=owner_form(view.incident.key, view.people.get(ref or "")))
