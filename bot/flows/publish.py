"""Publish: write down an event and promise it to every endpoint that wants it, in its cause's own transaction."""

import secrets
from datetime import UTC, datetime
from typing import Any

from bot.core.events import wants
from bot.flows.promise import promise
from bot.flows.tx import Tx
from store.deliveries import add_delivery
from store.endpoints import Endpoint, endpoints_listening
from store.events import add_event
from store.incidents import Incident
from store.types import EndpointState, EventType, Lane

HELD = datetime(9999, 1, 1, tzinfo=UTC)  # when what is kept for a pausing endpoint falls due


def publish(tx: Tx, incident: Incident, type: EventType, **change: Any) -> None:
    """Tell partners what happened. *change* holds words, numbers and times, never what a person wrote.

    A private incident is told only to endpoints that may hear of private ones, here and again when it is sent.
    """
    event_id = new_event(tx, incident.workspace_id, incident.id, type, change)
    for endpoint in endpoints_listening(tx.db, incident.workspace_id):
        if wants(endpoint.types, type) and (endpoint.private or not incident.private):
            deliver(tx, incident.workspace_id, endpoint, event_id, incident.id)


def new_event(tx: Tx, workspace_id: int, incident_id: int | None, type: EventType, change: dict[str, Any]) -> str:
    """Write down an event that nobody is told of yet, and return its id."""
    event_id = f"evt_{secrets.token_hex(12)}"
    add_event(tx.db, event_id, workspace_id, incident_id, type, tx.now, change)
    return event_id


def deliver(tx: Tx, workspace_id: int, endpoint: Endpoint, event_id: str, incident_id: int | None = None) -> int:
    """Promise an event to one endpoint and return the effect that carries it."""
    endpoint_id = endpoint.id or 0
    effect_id = promise(
        tx,
        "webhook.deliver",
        workspace_id=workspace_id,
        incident_id=incident_id,
        args={"event": event_id, "endpoint": endpoint_id},
        budget_key=str(endpoint_id),
        lane=Lane.BATCH,
        due_at=HELD if endpoint.state is EndpointState.PAUSED else None,
    )
    add_delivery(tx.db, effect_id, endpoint_id, event_id)
    return effect_id
