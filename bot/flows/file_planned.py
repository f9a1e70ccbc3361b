"""File what a postmortem plans: its action items become ours, all of them or some, each once."""

from collections.abc import Collection, Sequence

from bot.core.planned import Planned, planned, sameness
from bot.errors import Refused
from bot.flows.act_on_item import accounts_called
from bot.flows.add_action import new_action
from bot.flows.asked import incident_asked_for, once
from bot.flows.manuscript import unpublished_words
from bot.flows.tx import Request, Tx
from store.actions import ActionItem, actions_of
from store.types import ActionType, Priority


def planned_in(tx: Tx, incident_id: int) -> list[Planned]:
    """Return what a postmortem plans that is no action item yet. One that nobody has written to plans nothing."""
    text = unpublished_words(tx, incident_id)
    if not isinstance(text, str):
        return []
    there = {sameness(item.title) for item in actions_of(tx.db, incident_id)}
    return [item for item in planned(text) if item.sameness not in there]


def file_planned(
    tx: Tx, request: Request, key: str | None = None, only: Collection[str] | None = None
) -> tuple[str, Sequence[ActionItem]]:
    """Make action items of what the postmortem plans, *only* those with these titles, and return (key, items).

    An owner that nobody here is called is left out, and so the item is nobody's yet.
    """
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    wanted = planned_in(tx, incident.id or 0)
    if only is not None:
        wanted = [item for item in wanted if item.title in only]
    if not wanted:
        raise Refused(
            f"The postmortem of {incident.key} plans nothing new. List it there as a table: "
            "| Action | Owner | Priority | Type | Due |"
        )
    made = []
    for item in wanted:
        owners = accounts_called(tx, incident.workspace_id, item.owner) if item.owner else []
        made.append(
            new_action(
                tx,
                incident,
                who,
                item.title,
                owner=owners[0] if len(owners) == 1 else None,
                priority=item.priority or Priority.P2,
                type=item.type or ActionType.PREVENT,
                due_on=item.due_on,
                done_when=item.done_when,
            )
        )
    return incident.key, made
