"""What a postmortem says now, and what the checker says of it."""

from bot.core.draft import Draft
from bot.core.postmortem import draft
from bot.core.rulebook import Finding
from bot.errors import Refused
from bot.flows.postmortem_case import postmortem_case
from bot.flows.tx import Tx
from bot.flows.versions import latest_text
from bot.flows.working_copy import read_copy


def manuscript(tx: Tx, incident_id: int) -> str | Draft:
    """Return what the postmortem says now: its latest version, or the draft to be rendered."""
    return latest_text(tx, incident_id) or draft(postmortem_case(tx, incident_id))


def unpublished_words(tx: Tx, incident_id: int) -> str | Draft:
    """Return what publishing would publish: what people write together, and otherwise what it says."""
    try:
        copy = read_copy(tx, incident_id)
    except Refused:  # Its key was destroyed; the versions are there.
        copy = None
    return manuscript(tx, incident_id) if copy is None or copy.saved else copy.text


def findings_in(tx: Tx, text: str) -> list[Finding]:
    """Return what speaks against publishing a text."""
    return tx.rules.checked(text)
