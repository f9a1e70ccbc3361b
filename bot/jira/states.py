"""Where a ticket stands: whatever a project calls its statuses, each is of a category that every Jira has."""

from bot.errors import Rejected
from bot.flows.file_ticket import ticket_case
from bot.jira.api import JiraApi
from bot.jira.desk import Desk
from bot.outbox.outcome import NOTHING_TO_DO, Done
from store.effects import Claimed
from store.types import ActionState

CLOSED, OPEN = {"done"}, {"new", "indeterminate"}  # categories


async def show_state(desk: Desk, effect: Claimed) -> Done:
    """Bring an item's ticket to where the item stands: done and declined ones are closed."""
    case = await desk.house.read(ticket_case, effect.incident_id or 0, effect.args["number"])
    if case is None or case.item is None or case.ticket.issue_id is None:
        return NOTHING_TO_DO
    await bring_to(desk.api, case.ticket.issue_id, OPEN if case.item.state is ActionState.OPEN else CLOSED)
    return NOTHING_TO_DO


async def bring_to(api: JiraApi, issue_id: str, categories: set[str]) -> None:
    """Move an issue to a status of one of these categories, unless it is there. Raise Rejected where no way leads."""
    issue = await api.get(f"issue/{issue_id}", fields="status")
    if issue["fields"]["status"]["statusCategory"]["key"] in categories:
        return
    ways = (await api.get(f"issue/{issue_id}/transitions"))["transitions"]
    way = next((way for way in ways if way["to"]["statusCategory"]["key"] in categories), None)
    if way is None:
        raise Rejected(f"{issue['key']}: no transition of {issue['fields']['status']['name']} leads there")
    await api.post(f"issue/{issue_id}/transitions", {"transition": {"id": str(way["id"])}})
