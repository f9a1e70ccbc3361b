"""Give an action item to somebody, or take it."""

from bot.errors import Missing
from bot.flows.asked import incident_asked_for, once
from bot.flows.file_ticket import follow_in_jira
from bot.flows.meet import meet
from bot.flows.promise import for_incident, tell
from bot.flows.publish import publish
from bot.flows.record import record
from bot.flows.tx import Request, Tx
from store.actions import ActionItem, action_by_number
from store.types import EntryKind, EventType


def give_action(tx: Tx, request: Request, number: int, account: str, key: str | None = None) -> ActionItem:
    """Make somebody the owner of an action item, and tell them. Giving it to who has it changes nothing."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    item = action_by_number(tx.db, incident.id or 0, number)
    if item is None:
        raise Missing(f"{incident.key} has no action item {number}. See them: /incident show")
    owner = meet(tx, incident.workspace_id, account)
    if owner == item.owner:
        return item
    before, item.owner = item.owner, owner
    tx.db.add(item)
    facts = {"number": number, "owner": owner, "before": before}
    record(tx, incident.id or 0, EntryKind.ACTION_ITEM, actor=who, facts=facts)
    publish(tx, incident, EventType.ACTION_ITEM_UPDATED, number=number, what="owner")
    for_incident(tx, incident, "slack.action_item", args={"number": number}, order="channel")
    follow_in_jira(tx, incident, number)
    if owner != who:
        tell(tx, incident, owner, "action_given", number=number)
    return item
