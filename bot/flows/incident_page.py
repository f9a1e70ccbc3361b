"""All that one page about an incident shows, gathered in one read."""

from dataclasses import dataclass

from bot.core.named import NamedCase
from bot.flows.named_case import named_case
from bot.flows.tx import Tx
from bot.flows.views import ChecklistView, IncidentView, checklist_views, incident_view


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """An incident with its timeline, its people by name, and its checklists, oldest first."""

    view: IncidentView
    named: NamedCase
    checklists: list[ChecklistView]


def incident_page(tx: Tx, incident_id: int) -> IncidentPage:
    """Return the page of an incident. Raise LookupError when there is no such row."""
    view = incident_view(tx, incident_id)
    if view is None:
        raise LookupError(f"no incident row {incident_id}")
    return IncidentPage(view, named_case(tx, incident_id), checklist_views(tx, incident_id))
