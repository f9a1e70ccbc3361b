"""Change an action item: what it says, how urgent it is, until when, and how anyone sees that it is done."""

from datetime import date
from typing import Any

from bot.errors import Missing
from bot.flows.asked import incident_asked_for, once
from bot.flows.file_ticket import follow_in_jira
from bot.flows.open_incident import checked_title
from bot.flows.promise import for_incident
from bot.flows.publish import publish
from bot.flows.record import record
from bot.flows.take_note import optional_text
from bot.flows.tx import Request, Tx
from store.actions import ActionItem, action_by_number
from store.incidents import Incident
from store.types import EntryKind, EventType, Priority


def change_action(
    tx: Tx,
    request: Request,
    number: int,
    *,
    title: str | None = None,
    priority: Priority | None = None,
    due_on: date | None = None,
    done_when: str | None = None,
    key: str | None = None,
) -> ActionItem:
    """Change what is given of an action item, here and in Jira. What is as it was before changes nothing.

    Another priority leaves the date as it is: whoever moved one of them meant that one.
    """
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    item = action_by_number(tx.db, incident.id or 0, number)
    if item is None:
        raise Missing(f"{incident.key} has no action item {number}. See them: /incident show")
    wanted = {
        "title": checked_title(title, missing="Say what is to be done.") if title is not None else None,
        "priority": priority,
        "due_on": due_on,
        "done_when": optional_text(done_when),
    }
    changes = {name: value for name, value in wanted.items() if value is not None and value != getattr(item, name)}
    if changes:
        write_change(tx, incident, item, who, changes)
        follow_in_jira(tx, incident, number)
    return item


def write_change(
    tx: Tx, incident: Incident, item: ActionItem, who: str | None, changes: dict[str, Any], source: str | None = None
) -> None:
    """Change columns of an item that the caller holds, write it on the timeline, and show it.

    Words go sealed into the entry, everything else into its facts.
    """
    words = [str(changes[name]) for name in ("title", "done_when") if name in changes]
    facts: dict[str, Any] = {"number": item.number, "changed": sorted(changes)}
    for name, value in changes.items():
        setattr(item, name, value)
        if name not in ("title", "done_when"):
            facts[name] = value.isoformat() if isinstance(value, date) else value
    tx.db.add(item)
    text = "\n".join(words) or None
    record(tx, incident.id or 0, EntryKind.ACTION_ITEM, actor=who, text=text, facts=facts, source=source)
    told = {name: facts[name] for name in ("state", "priority") if name in facts}
    publish(tx, incident, EventType.ACTION_ITEM_UPDATED, number=item.number, what="/".join(sorted(changes)), **told)
    for_incident(tx, incident, "slack.action_item", args={"number": item.number}, order="channel")
