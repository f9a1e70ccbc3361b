"""The buttons of an incident's card: update, checklist, note, more, reopen."""

from bot.flows.change_status import change_status
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.action import action_form
from bot.slack.modals.note import note_form
from bot.slack.modals.open import open_form
from bot.slack.modals.role import role_form
from bot.slack.modals.status import resolve_form, severity_form, status_form
from bot.slack.modals.update import form_for_update
from bot.slack.sight import checklist_in_hand, looked_at
from store.types import Severity, Status


async def open_(desk: Desk, asked: Asked) -> Answer:
    """Open the form that opens an incident."""
    return Answer(modal=open_form(Severity.SEV2))


async def update(desk: Desk, asked: Asked) -> Answer:
    """Open the form for an update."""
    return await form_for_update(desk, asked, asked.text)


async def checklist(desk: Desk, asked: Asked) -> Answer:
    """Show the checklist in hand, right here."""
    return await checklist_in_hand(desk, asked, asked.text)


async def note(desk: Desk, asked: Asked) -> Answer:
    """Open the form for a note."""
    view = await looked_at(desk, asked, asked.text)
    return Answer(modal=note_form(view.incident.key))


async def more(desk: Desk, asked: Asked) -> Answer:
    """Open the form that was chosen in the menu; the choice is a word and the incident's key."""
    word, key = asked.text.split()
    view = await looked_at(desk, asked, key)
    forms = {
        "status": lambda: status_form(view.incident),
        "severity": lambda: severity_form(view, desk.house.rules.demands),
        "role": lambda: role_form(view, asked.request.account),
        "ticket": lambda: action_form(key),
        "resolve": lambda: resolve_form(view.incident),
    }
    return Answer(modal=forms[word]())


async def reopen(desk: Desk, asked: Asked) -> Answer:
    """Say that it is not over."""
    incident = await desk.house.do(change_status, asked.request, Status.INVESTIGATING, key=asked.text)
    return Answer(f"{incident.key} is {incident.status} again.", shown=True)
