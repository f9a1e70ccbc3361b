"""Action items: add one, and say what became of it."""

from datetime import date

from bot.core.actions import DUE_DAYS
from bot.core.teams import team_of
from bot.errors import Missing, Refused, Unfit
from bot.flows.asked import incident_asked_for, once
from bot.flows.file_ticket import follow_in_jira, want_ticket
from bot.flows.meet import meet
from bot.flows.open_incident import checked_title
from bot.flows.promise import for_incident, tell
from bot.flows.publish import publish
from bot.flows.record import record
from bot.flows.take_note import optional_text
from bot.flows.tx import Request, Tx
from store.actions import ActionItem, action_by_number, next_action_number
from store.conflicts import undecided
from store.incidents import Incident
from store.types import ActionState, ActionType, EntryKind, EventType, Priority


def add_action(
    tx: Tx,
    request: Request,
    title: str,
    *,
    owner: str | None = None,
    priority: Priority = Priority.P2,
    type: ActionType = ActionType.PREVENT,
    due_on: date | None = None,
    done_when: str | None = None,
    key: str | None = None,
) -> tuple[str, ActionItem]:
    """Add an action item and return (incident key, item). *owner* is an account. It is due as its priority demands.

    *done_when* is how anyone can see that it is done.
    """
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    item = new_action(
        tx, incident, who, title, owner=owner, priority=priority, type=type, due_on=due_on, done_when=done_when
    )
    return incident.key, item


def new_action(
    tx: Tx,
    incident: Incident,
    who: str,
    title: str,
    *,
    owner: str | None = None,
    priority: Priority = Priority.P2,
    type: ActionType = ActionType.PREVENT,
    due_on: date | None = None,
    done_when: str | None = None,
    source: str | None = None,
) -> ActionItem:
    """Add an action item to an incident that the caller holds, and tell its owner. *source* is what it comes from."""
    incident_id = incident.id or 0
    item = ActionItem(
        incident_id=incident_id,
        number=next_action_number(tx.db, incident_id),
        title=checked_title(title, missing="Say what is to be done: /incident ticket alert on a full queue"),
        owner=meet(tx, incident.workspace_id, owner) if owner else None,
        priority=priority,
        type=type,
        due_on=due_on or _due_on(tx, incident, priority),
        done_when=optional_text(done_when),
        created_at=tx.now,
    )
    tx.db.add(item)
    tx.db.flush()
    facts = {
        "number": item.number,
        "priority": priority,
        "type": type,
        "due_on": item.due_on.isoformat(),
        "owner": item.owner,
    }
    record(tx, incident_id, EntryKind.ACTION_ITEM, actor=who, text=item.title, facts=facts, source=source)
    publish(tx, incident, EventType.ACTION_ITEM_CREATED, number=item.number, priority=priority)
    for_incident(tx, incident, "slack.action_item", args={"number": item.number}, order="channel")
    want_ticket(tx, incident, item.number)
    if item.owner not in (None, who):
        tell(tx, incident, item.owner, "action_given", number=item.number)
    return item


def _due_on(tx: Tx, incident: Incident, priority: Priority) -> date:
    calendar = team_of(tx.rules.teams, incident).calendar
    return calendar.days_after(calendar.day_of(tx.now), DUE_DAYS[priority])


def settle_action(
    tx: Tx, request: Request, number: int, state: ActionState, reason: str | None = None, key: str | None = None
) -> ActionItem:
    """Mark an action item done, open again, or declined, which asks for the reason. A declined item stays."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    item = action_by_number(tx.db, incident.id or 0, number)
    if item is None:
        raise Missing(f"{incident.key} has no action item {number}. See them: /incident show")
    reason = optional_text(reason)
    if item.state is state:
        raise Refused(f"Action item {number} is {state} already.")
    if state is ActionState.DONE and (left := undecided(tx.db, incident.id or 0, number)):
        rows = "1 row is" if left == 1 else f"{left} rows are"
        raise Refused(f"{rows} not decided yet. Keep A or keep B for each: /incident conflicts")
    if state is ActionState.DECLINED and not reason:
        raise Unfit("Say why it is declined, so that whoever reads it later understands.")
    item.state, item.settled_at = state, None if state is ActionState.OPEN else tx.now
    tx.db.add(item)
    facts = {"number": number, "state": state}
    record(tx, incident.id or 0, EntryKind.ACTION_ITEM, actor=who, text=reason, facts=facts)
    publish(tx, incident, EventType.ACTION_ITEM_UPDATED, number=number, state=state)
    for_incident(tx, incident, "slack.action_item", args={"number": number}, order="channel")
    follow_in_jira(tx, incident, number)
    return item
