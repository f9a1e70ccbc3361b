"""What was promised to the outside, partners and their endpoints, as programs see them."""

import json
from typing import Any

from bot.flows.as_json import zulu
from bot.flows.partner_page import DeliveryView, Standing
from bot.flows.send_event import delays_of
from store.attempts import Attempt
from store.effects import Effect
from store.endpoints import Endpoint, Partner
from store.recoveries import Recovery


def effect_object(effect: Effect) -> dict[str, Any]:
    """Return an effect: ids and states, nothing that a person wrote."""
    return {
        "number": effect.id,
        "kind": effect.kind,
        "workspace_id": effect.workspace_id,
        "incident_id": effect.incident_id,
        "state": effect.state,
        "attempts": effect.attempts,
        "created_at": zulu(effect.created_at),
        "due_at": zulu(effect.due_at),
        "give_up_at": zulu(effect.give_up_at),
        "settled_at": zulu(effect.settled_at),
        "cause": effect.cause,
        "reason": effect.reason,
    }


def attempt_object(attempt: Attempt) -> dict[str, Any]:
    """Return one attempt at an effect."""
    return {
        "number": attempt.number,
        "at": zulu(attempt.at),
        "duration_ms": attempt.duration_ms,
        "outcome": attempt.outcome,
        "status": attempt.status,
        "reason": attempt.reason,
        "answer": attempt.answer,
    }


def recovery_object(recovery: Recovery, account: str) -> dict[str, Any]:
    """Return a recovery and how far it is. *account* is of whoever asked for it."""
    return {
        "number": recovery.id,
        "asked_by": account,
        "created_at": zulu(recovery.created_at),
        "finished_at": zulu(recovery.finished_at),
        "since": zulu(recovery.since),
        "until": zulu(recovery.until),
        "kind": recovery.kind,
        "cause": recovery.cause,
        "workspace_id": recovery.workspace_id,
        "incident_id": recovery.incident_id,
        "total": recovery.total,
        "revived": recovery.revived,
    }


def partner_object(partner: Partner, endpoints: int) -> dict[str, Any]:
    """Return a partner and how many endpoints they have."""
    return {
        "id": partner.id,
        "name": partner.name,
        "endpoints": endpoints,
        "created_at": zulu(partner.created_at),
    }


def endpoint_object(endpoint: Endpoint) -> dict[str, Any]:
    """Return an endpoint, without its secret."""
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "types": endpoint.types,
        "full": endpoint.full,
        "private": endpoint.private,
        "plain": endpoint.plain,
        "rate": endpoint.rate,
        "retry_delays": [int(delay.total_seconds()) for delay in delays_of(endpoint)],
        "state": endpoint.state,
        "reason": endpoint.reason,
        "failing_since": zulu(endpoint.failing_since),
        "created_at": zulu(endpoint.created_at),
    }


def delivery_object(view: DeliveryView) -> dict[str, Any]:
    """Return one event on its way to one endpoint."""
    effect, event = view.effect, view.event
    return {
        "number": effect.id,
        "id": event.id,
        "type": event.type,
        "sequence": event.sequence or None,
        "occurred_at": zulu(event.occurred_at),
        "endpoint": {"id": view.endpoint.id, "url": view.endpoint.url},
        "standing": view.standing,
        "attempts": effect.attempts,
        "next_attempt_at": zulu(effect.due_at) if view.standing is Standing.WAITING and not view.held else None,
        "reason": effect.reason,
    }


def delivery_details(view: DeliveryView) -> dict[str, Any]:
    """Return what is told of a delivery that is looked at alone: its attempts, and the body as it would be sent now."""
    tried = [{name: value for name, value in attempt_object(one).items() if name != "outcome"} for one in view.attempts]
    return {"tried": tried, "body": json.loads(view.body) if view.body else None}
