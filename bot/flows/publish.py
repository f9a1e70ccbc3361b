"""Publish: write down an event and promise it to every endpoint that wants it, in its cause's own transaction."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.core.events import wants
from bot.flows.promise import Alone, promise_all
from bot.flows.tx import Tx
from store.deliveries import add_deliveries
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
    listening = endpoints_listening(tx.db, incident.workspace_id)
    told = [each for each in listening if wants(each.types, type) and (each.private or not incident.private)]
    deliver(tx, incident.workspace_id, told, event_id, incident.id)


def new_event(tx: Tx, workspace_id: int, incident_id: int | None, type: EventType, change: dict[str, Any]) -> str:
    """Write down an event that nobody is told of yet, and return its id."""
    event_id = f"evt_{secrets.token_hex(12)}"
    add_event(tx.db, event_id, workspace_id, incident_id, type, tx.now, change)
    return event_id


def deliver(
    tx: Tx, workspace_id: int, endpoints: Sequence[Endpoint], event_id: str, incident_id: int | None = None
) -> list[int]:
    """Promise an event to endpoints and return the effects that carry it."""
    many = [
        Alone(
            args={"event": event_id, "endpoint": endpoint.id},
            budget_key=str(endpoint.id),
            due_at=HELD if endpoint.state is EndpointState.PAUSED else None,
        )
        for endpoint in endpoints
    ]
    ids = promise_all(tx, "webhook.deliver", many, workspace_id=workspace_id, incident_id=incident_id, lane=Lane.BATCH)
    add_deliveries(tx.db, {id_: endpoint.id or 0 for id_, endpoint in zip(ids, endpoints, strict=True)}, event_id)
    return ids
