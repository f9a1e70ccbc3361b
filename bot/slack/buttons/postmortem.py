"""The buttons of a postmortem."""

from bot.flows.file_planned import planned_in
from bot.flows.publish_postmortem import learn, read_postmortem
from bot.slack.asked import SILENCE, Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.planned import planned_form
from bot.slack.modals.postmortem import form_for_notes, owner_form, post_draft
from bot.slack.modals.publish import form_for_publishing
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


async def items(desk: Desk, asked: Asked) -> Answer:
    """Show what it plans that is not filed yet, and ask whether to file it."""
    view = await looked_at(desk, asked, asked.text)
    found = await desk.house.read(planned_in, view.incident.id or 0)
    if not found:
        return Answer(f"The postmortem of {view.incident.key} plans nothing that is not filed.")
    return Answer(modal=planned_form(view.incident.key, found))


async def publish(desk: Desk, asked: Asked) -> Answer:
    """Show what the checker says, and ask whether to publish."""
    return await form_for_publishing(desk, asked, asked.text)


async def read(desk: Desk, asked: Asked) -> Answer:
    """Count the reader; their browser opened the page already."""
    await desk.house.do(read_postmortem, asked.request, asked.text)
    return SILENCE


async def learned(desk: Desk, asked: Asked) -> Answer:
    """Say that what it teaches is done."""
    incident = await desk.house.do(learn, asked.request, asked.text)
    return Answer(f"{incident.key}: its lessons are done.")
