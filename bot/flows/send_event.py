"""What sending an event needs to know, and what an endpoint's answers mean for the endpoint."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.core.events import DELAYS, DISABLED_AFTER, WARNED_AFTER, payload
from bot.flows.as_json import incident_object
from bot.flows.keep_secret import secret_versions
from bot.flows.promise import promise
from bot.flows.register_endpoint import secret_name
from bot.flows.tx import Tx
from bot.flows.views import entry_text
from store.endpoints import Endpoint, endpoint_by_id, endpoints_by_id, partner_by_id
from store.events import Event, events_by_id
from store.incidents import Incident, incidents_by_id
from store.types import EndpointState

NOTICE = DISABLED_AFTER - WARNED_AFTER  # between saying so and doing it, whenever it was said


@dataclass(frozen=True, slots=True)
class Parcel:
    """One event as it goes to one endpoint. ``secrets`` are those in force, the newest first.

    ``failing`` tells whether the endpoint's last delivery failed, and ``withheld`` why nothing is sent at all.
    """

    event_id: str
    url: str
    body: bytes
    secrets: tuple[str, ...]
    plain: bool
    rate: float
    delays: tuple[timedelta, ...]
    failing: bool
    withheld: str | None = None


def parcels(tx: Tx, wanted: Mapping[int, tuple[str, int]]) -> dict[int, Parcel]:
    """Return the parcels of deliveries, given (event id, endpoint id) of each by any number of the caller's."""
    events = events_by_id(tx.db, {event for event, _ in wanted.values()})
    endpoints = endpoints_by_id(tx.db, {endpoint for _, endpoint in wanted.values()})
    incidents = incidents_by_id(
        tx.db, {event.incident_id for event in events.values() if event.incident_id is not None}
    )
    secrets = _secrets(tx, endpoints)
    objects: dict[tuple[int, bool], dict[str, Any]] = {}
    found = {}
    for number, (event_id, endpoint_id) in wanted.items():
        event, endpoint = events[event_id], endpoints[endpoint_id]
        incident = incidents.get(event.incident_id or 0)
        found[number] = Parcel(
            event_id=event_id,
            url=endpoint.url,
            body=body_of(tx, event, endpoint, incident, objects),
            secrets=secrets[endpoint_id],
            plain=endpoint.plain,
            rate=endpoint.rate,
            delays=delays_of(endpoint),
            failing=endpoint.failing_since is not None,
            withheld=_why_withheld(endpoint, incident),
        )
    return found


def delays_of(endpoint: Endpoint) -> tuple[timedelta, ...]:
    """Return the pauses before each retry."""
    return DELAYS if endpoint.delays is None else tuple(timedelta(seconds=delay) for delay in endpoint.delays)


def body_of(
    tx: Tx,
    event: Event,
    endpoint: Endpoint,
    incident: Incident | None,
    objects: dict[tuple[int, bool], dict[str, Any]] | None = None,
) -> bytes:
    """Return an event's payload for an endpoint, with its incident as it is now. *objects* keeps what was read."""
    objects = {} if objects is None else objects
    about, change = None, dict(event.change)
    if incident is not None and incident.id is not None and endpoint.full:
        key = (incident.id, endpoint.private)
        about = objects[key] = objects.get(key) or incident_object(tx, incident.id, private=endpoint.private)
        if "entry" in change:
            change["text"] = entry_text(tx, incident.id, change["entry"])
    elif incident is not None:
        about = {"key": incident.key, "test": incident.test}
    content = payload(event.type, event.occurred_at, event.sequence, change, about)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _why_withheld(endpoint: Endpoint, incident: Incident | None) -> str | None:
    if endpoint.state in (EndpointState.DISABLED, EndpointState.REMOVED):
        return f"the endpoint is {endpoint.state}"
    return "the incident became private" if is_hidden(endpoint, incident) else None


def is_hidden(endpoint: Endpoint, incident: Incident | None) -> bool:
    """Whether an incident is private, and an endpoint may not hear of those."""
    return incident is not None and incident.private and not endpoint.private


def _secrets(tx: Tx, endpoint_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Map endpoints to their secrets in force, the newest first."""
    names = {secret_name(endpoint_id): endpoint_id for endpoint_id in endpoint_ids}
    found: dict[int, tuple[str, ...]] = dict.fromkeys(names.values(), ())
    for version in secret_versions(tx, list(names)):
        if version.is_valid(tx.now):
            found[names[version.name]] += (version.text,)
    return found


def note_success(endpoint_id: int, tx: Tx) -> None:
    """Remember that an endpoint that had been failing takes deliveries again."""
    endpoint = endpoint_by_id(tx.db, endpoint_id, lock=True)
    if endpoint is not None:
        endpoint.failing_since = endpoint.warned_at = None
        tx.db.add(endpoint)


def note_failure(tx: Tx, endpoint_id: int, reason: str, *, gone: bool = False) -> None:
    """Remember that a delivery failed. After 96 hours of nothing else it is said, after 120 the endpoint is disabled.

    A receiver that is *gone* said so itself, and is disabled at once.
    """
    endpoint = endpoint_by_id(tx.db, endpoint_id, lock=True)
    if endpoint is None or endpoint.state in (EndpointState.DISABLED, EndpointState.REMOVED):
        return
    since = endpoint.failing_since = endpoint.failing_since or tx.now
    if gone:
        _disable(tx, endpoint, "the receiver answered 410 Gone")
    elif endpoint.warned_at is None and tx.now - since >= WARNED_AFTER:
        endpoint.warned_at = tx.now
        _tell(tx, endpoint)
    elif endpoint.warned_at and tx.now - endpoint.warned_at >= NOTICE and tx.now - since >= DISABLED_AFTER:
        _disable(tx, endpoint, f"every delivery failed for {DISABLED_AFTER // timedelta(hours=1)} hours: {reason}")
    tx.db.add(endpoint)


def _disable(tx: Tx, endpoint: Endpoint, reason: str) -> None:
    endpoint.state, endpoint.reason = EndpointState.DISABLED, reason
    _tell(tx, endpoint)


def _tell(tx: Tx, endpoint: Endpoint) -> None:
    """Promise a line in the announce channel that says how the endpoint stands."""
    partner = partner_by_id(tx.db, endpoint.partner_id)
    assert partner is not None
    args = {"endpoint": endpoint.id}
    line = f"announcements:{partner.workspace_id}"
    promise(tx, "slack.endpoint", workspace_id=partner.workspace_id, args=args, order_key=line)


def endpoint_told(tx: Tx, endpoint_id: int) -> tuple[str, Endpoint] | None:
    """Return (partner's name, endpoint) for whoever is to be told about it."""
    endpoint = endpoint_by_id(tx.db, endpoint_id)
    partner = partner_by_id(tx.db, endpoint.partner_id) if endpoint else None
    return (partner.name, endpoint) if endpoint and partner else None
