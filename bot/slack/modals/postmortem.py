"""Forms on a postmortem: what people write for its sections, and who owns it."""

from collections.abc import Mapping
from typing import Any

from bot.core.sections import SECTIONS
from bot.flows.start_postmortem import ask_for_postmortem, change_owner, write_notes, written_notes
from bot.flows.take_note import LONGEST
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.parts import actions, button, section
from bot.slack.desk import Desk
from bot.slack.modals.forms import form, metadata, person, text_input, value
from bot.slack.mrkdwn import entered, mention
from bot.slack.sight import looked_at

QUESTIONS = {
    "summary": "Two sentences for someone who was not there.",
    "impact": "Who could not do what, how many, for how long? Numbers, or why they are not known.",
    "detection": "How was it noticed, and what would have shown it sooner?",
    "root_cause": "What set it off?",
    "contributing_factors": "What made it possible, or worse? There are always two or more.",
    "response": "What was tried, in which order, and what made each step sensible at the time?",
    "went_well": "What helped?",
    "went_wrong": "What stood in the way?",
    "lucky": "What could have made it much worse, and did not?",
    "lessons": "What do we know now that we did not?",
}


def notes_form(key: str, written: Mapping[str, str]) -> dict[str, Any]:
    """Return the form with one field a section, each with what was *written* for it so far."""
    fields = [
        text_input(
            name, SECTIONS[name], written.get(name, ""), longest=LONGEST, lines=True, optional=True, hint=question
        )
        for name, question in QUESTIONS.items()
    ]
    return form("notes", f"Postmortem {key}", "Save", fields, metadata={"key": key})


def owner_form(key: str, owner: str | None) -> dict[str, Any]:
    """Return the form that gives the postmortem to somebody."""
    whom = person("person", "Who writes it?", owner)
    return form("owner", f"Postmortem {key}", "Change owner", [whom], metadata={"key": key})


async def post_draft(desk: Desk, asked: Asked, key: str | None = None) -> Answer:
    """Have the draft posted, and offer the form for notes."""
    incident = await desk.house.do(ask_for_postmortem, asked.request, key)
    link = desk.page("postmortems", incident.key)
    text = f"The draft of {incident.key} is on its way to the channel, or <{link}|read it here>."
    write = button("Write together", "open_editor", incident.key, url=desk.editor(incident.key))
    return Answer(text, [section(text), actions(write, button("Add notes", "postmortem_notes", incident.key))])


async def form_for_notes(desk: Desk, asked: Asked, key: str) -> Answer:
    """Open the form with what was written so far."""
    view = await looked_at(desk, asked, key)
    notes = await desk.house.read(written_notes, view.incident.id or 0)
    return Answer(modal=notes_form(view.incident.key, {name: text for name, (_, text) in notes.items()}))


async def submit_notes(desk: Desk, asked: Asked) -> Answer:
    """Record what was written; what was changed revises what stood there before."""
    notes = {name: entered(value(asked, name)) for name in QUESTIONS}
    incident = await desk.house.do(write_notes, asked.request, notes, metadata(asked)["key"])
    link = desk.page("postmortems", incident.key)
    return Answer(f"Your notes are in the draft of {incident.key}. <{link}|Read it>")


async def submit_owner(desk: Desk, asked: Asked) -> Answer:
    """Give the postmortem to somebody."""
    account = value(asked, "person")
    incident = await desk.house.do(change_owner, asked.request, account, metadata(asked)["key"])
    return Answer(f"{mention(account)} owns the postmortem of {incident.key} now.")
