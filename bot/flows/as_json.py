"""An incident as programs see it, at a shell and from the API; docs/reference/incident.md tells each field."""

from datetime import UTC, datetime
from typing import Any

from bot.flows.tx import Tx
from bot.flows.views import IncidentView, incident_view
from store.actions import ActionItem


def incident_object(tx: Tx, incident_id: int, *, private: bool = True) -> dict[str, Any]:
    """Return one incident. Raise LookupError when there is no such row.

    Without *private*, it does not name the private incidents that were joined to it.
    """
    view = incident_view(tx, incident_id)
    if view is None:
        raise LookupError(f"no incident row {incident_id}")
    return _object(view, private)


def _object(view: IncidentView, private: bool) -> dict[str, Any]:
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
        "opened_at": _time(incident.opened_at),
        "resolved_at": _time(incident.resolved_at),
        "closed_at": _time(incident.closed_at),
        "next_update_due_at": _time(incident.update_due_at),
        "declared_by": view.people.get(incident.declared_by),
        "roles": dict(view.holders),
        "vacant_roles": list(view.vacant),
        "channel": {"id": incident.channel_id, "name": incident.channel_name} if incident.channel_id else None,
        "joined_to": {"key": view.joined_to.key, "how": incident.link} if view.joined_to else None,
        "joined_here": [other.key for other in view.joined_here if private or not other.private],
        "action_items": [_item(item, view) for item in view.actions],
        "postmortem": {"owner": view.people.get(postmortem.owner or ""), "due_at": _time(postmortem.due_at)}
        if postmortem
        else None,
        "timeline_entries": incident.entry_count,
        "not_delivered": view.failed,
    }


def _item(item: ActionItem, view: IncidentView) -> dict[str, Any]:
    return {
        "number": item.number,
        "title": item.title,
        "owner": view.people.get(item.owner or ""),
        "priority": item.priority,
        "type": item.type,
        "due_on": item.due_on.isoformat(),
        "state": item.state,
        "done_when": item.done_when,
        "ticket": view.tickets[item.number].key if item.number in view.tickets else None,
    }


def _time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
