"""An incident as programs see it, at a shell and from the API; docs/reference/incident.md tells each field."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.flows.tx import Tx
from store.actions import ActionItem
from store.around import Around, around
from store.incidents import Incident, incident_by_id, may_see
from store.people import accounts
from store.tickets import Ticket, ticket_of

Sees = Callable[[Incident], bool]


def incident_object(tx: Tx, incident_id: int, *, private: bool = True) -> dict[str, Any]:
    """Return one incident. Raise LookupError when there is no such row.

    Without *private*, it does not name the private incidents that it was joined to, or that were joined to it.
    """
    return _objects(tx, [_row(tx, incident_id)], lambda other: private or not other.private)[0]


def incident_object_for(tx: Tx, person: str | None, incident_id: int) -> dict[str, Any]:
    """Return one incident as a person sees it, by reference: it names no other incident that they may not see."""
    return incident_objects_for(tx, person, [_row(tx, incident_id)])[0]


def incident_objects_for(tx: Tx, person: str | None, incidents: Sequence[Incident]) -> list[dict[str, Any]]:
    """Return incidents as a person sees them: as many questions to the database for a hundred as for one."""
    return _objects(tx, incidents, lambda other: may_see(tx.db, other, person))


def item_object(tx: Tx, item: ActionItem) -> dict[str, Any]:
    """Return one action item as it stands in its incident's object."""
    ticket = ticket_of(tx.db, item.incident_id, item.number)
    owner = accounts(tx.db, {item.owner}).get(item.owner) if item.owner else None
    return _item(item, owner, ticket)


def zulu(at: datetime | None) -> str | None:
    """Return a time as programs take it, such as 2026-11-24T03:12:00Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _row(tx: Tx, incident_id: int) -> Incident:
    incident = incident_by_id(tx.db, incident_id)
    if incident is None:
        raise LookupError(f"no incident row {incident_id}")
    return incident


def _objects(tx: Tx, incidents: Sequence[Incident], sees: Sees) -> list[dict[str, Any]]:
    there = around(tx.db, incidents)
    return [_object(tx, incident, there, sees) for incident in incidents]


def _object(tx: Tx, incident: Incident, there: Around, sees: Sees) -> dict[str, Any]:
    incident_id, people = incident.id or 0, there.people
    held, demanded = there.holders[incident_id], tx.rules.demands[incident.severity].roles
    order = [*demanded, *sorted(set(held) - set(demanded))]
    postmortem, other = there.postmortems.get(incident_id), there.others.get(incident.joined_to_id or 0)
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
        "declared_by": people.get(incident.declared_by),
        "roles": {role: people[held[role]] for role in order if held.get(role) in people},
        "vacant_roles": [role for role in demanded if held.get(role) not in people],
        "channel": {"id": incident.channel_id, "name": incident.channel_name} if incident.channel_id else None,
        "joined_to": {"key": other.key, "how": incident.link} if other and sees(other) else None,
        "joined_here": [each.key for each in there.joined_here[incident_id] if sees(each)],
        "action_items": [
            _item(item, people.get(item.owner or ""), there.tickets.get((incident_id, item.number)))
            for item in there.actions[incident_id]
        ],
        "postmortem": {"owner": people.get(postmortem.owner or ""), "due_at": zulu(postmortem.due_at)}
        if postmortem
        else None,
        "timeline_entries": incident.entry_count,
        "not_delivered": there.failed.get(incident_id, 0),
    }


def _item(item: ActionItem, owner: str | None, ticket: Ticket | None) -> dict[str, Any]:
    return {
        "number": item.number,
        "title": item.title,
        "owner": owner,
        "priority": item.priority,
        "type": item.type,
        "due_on": item.due_on.isoformat(),
        "state": item.state,
        "done_when": item.done_when,
        "ticket": ticket.key if ticket else None,
    }
