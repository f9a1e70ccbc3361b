"""An incident as programs see it, at a shell and from the API; docs/reference/incident.md tells each field."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.flows.tx import Tx
from bot.flows.views import IncidentView, incident_view
from store.actions import ActionItem
from store.incidents import Incident, may_see
from store.people import accounts
from store.tickets import ticket_of

Sees = Callable[[Incident], bool]


def incident_object(tx: Tx, incident_id: int, *, private: bool = True) -> dict[str, Any]:
    """Return one incident. Raise LookupError when there is no such row.

    Without *private*, it does not name the private incidents that it was joined to, or that were joined to it.
    """
    return _object(_view(tx, incident_id), lambda other: private or not other.private)


def incident_object_for(tx: Tx, person: str | None, incident_id: int) -> dict[str, Any]:
    """Return one incident as a person sees it, by reference: it names no other incident that they may not see."""
    return _object(_view(tx, incident_id), lambda other: may_see(tx.db, other, person))


def item_object(tx: Tx, item: ActionItem) -> dict[str, Any]:
    """Return one action item as it stands in its incident's object."""
    ticket = ticket_of(tx.db, item.incident_id, item.number)
    owner = accounts(tx.db, {item.owner}).get(item.owner) if item.owner else None
    return _item(item, owner, ticket.key if ticket else None)


def zulu(at: datetime | None) -> str | None:
    """Return a time as programs take it, such as 2026-11-24T03:12:00Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _view(tx: Tx, incident_id: int) -> IncidentView:
    view = incident_view(tx, incident_id)
    if view is None:
        raise LookupError(f"no incident row {incident_id}")
    return view


def _object(view: IncidentView, sees: Sees) -> dict[str, Any]:
    incident, postmortem = view.incident, view.postmortem
    return {
        "key": incident.key,
        "number": incident.number,
        "title": incident.title,
        "severity": incident.severity,
        "status": incident.status,
        "private": incident.private,
        "test": incident.test,
        "impact": incident.impact,
        "opened_at": zulu(incident.opened_at),
        "resolved_at": zulu(incident.resolved_at),
        "closed_at": zulu(incident.closed_at),
        "next_update_due_at": zulu(incident.update_due_at),
        "declared_by": view.people.get(incident.declared_by),
        "roles": dict(view.holders),
        "vacant_roles": list(view.vacant),
        "channel": {"id": incident.channel_id, "name": incident.channel_name} if incident.channel_id else None,
        "joined_to": {"key": view.joined_to.key, "how": incident.link}
        if view.joined_to and sees(view.joined_to)
        else None,
        "joined_here": [other.key for other in view.joined_here if sees(other)],
        "action_items": [_item(item, view.people.get(item.owner or ""), _ticket(view, item)) for item in view.actions],
        "postmortem": {"owner": view.people.get(postmortem.owner or ""), "due_at": zulu(postmortem.due_at)}
        if postmortem
        else None,
        "timeline_entries": incident.entry_count,
        "not_delivered": view.failed,
    }


def _ticket(view: IncidentView, item: ActionItem) -> str | None:
    return view.tickets[item.number].key if item.number in view.tickets else None


def _item(item: ActionItem, owner: str | None, ticket: str | None) -> dict[str, Any]:
    return {
        "number": item.number,
        "title": item.title,
        "owner": owner,
        "priority": item.priority,
        "type": item.type,
        "due_on": item.due_on.isoformat(),
        "state": item.state,
        "done_when": item.done_when,
        "ticket": ticket,
    }
