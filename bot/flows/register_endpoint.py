"""Partners and their endpoints: register, pause, resume, rotate the secret, ping, remove."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core import signing
from bot.core.addresses import why_not_url
from bot.core.events import CHOICES, RATE
from bot.core.secrets import OVERLAP
from bot.core.wording import shortened
from bot.errors import Missing, Refused, Unfit
from bot.flows.asked import asker
from bot.flows.keep_account import account_of_request
from bot.flows.keep_secret import rotate_secret
from bot.flows.publish import HELD, deliver, new_event
from bot.flows.tx import Request, Tx
from store.deliveries import put_off
from store.endpoints import (
    Endpoint,
    Partner,
    endpoint_by_id,
    partner_by_id,
    partner_named,
)
from store.secrets import forget_versions
from store.types import Audited, EndpointState, EventType

LONGEST_NAME = 80  # characters
LONGEST_DELAY = 7 * 24 * 3600  # seconds
SLOWEST, FASTEST = 2.0, 1000.0  # deliveries a second; a slower one would keep a call in hand past its time


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a partner wants of an endpoint; see ``store.endpoints.Endpoint``."""

    types: tuple[str, ...] = ()
    full: bool = False
    private: bool = False
    plain: bool = False
    rate: float = RATE
    delays: tuple[int, ...] | None = None


def add_partner(tx: Tx, request: Request, name: str) -> Partner:
    """Register a partner. A name is taken once."""
    workspace_id, _ = asker(tx, request)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or name.isdigit():
        raise Unfit(f"A partner's name has up to {LONGEST_NAME} characters, and not only digits.")
    if partner_named(tx.db, workspace_id, name):
        raise Refused(f"There is a partner {name} already. Register its endpoint: firstfive webhooks add")
    partner = Partner(workspace_id=workspace_id, name=name, created_at=tx.now)
    tx.db.add(partner)
    tx.db.flush()
    return partner


def find_partner(tx: Tx, request: Request, name: str) -> Partner:
    """Return a partner by name or number, or refuse."""
    workspace_id, _ = asker(tx, request)
    by_number = name.isascii() and name.isdigit() and len(name) < 10
    found = partner_by_id(tx.db, int(name)) if by_number else partner_named(tx.db, workspace_id, name)
    if found is None or found.workspace_id != workspace_id:
        raise Missing(
            f"There is no partner {shortened(name, 40)}. See them: firstfive webhooks partner list. "
            "Register one: firstfive webhooks partner add NAME"
        )
    return found


def register_endpoint(
    tx: Tx, request: Request, partner: str, url: str, wishes: Wishes = Wishes(), *, loopback: bool = False
) -> tuple[Endpoint, str]:
    """Register an endpoint and return it with its secret, which is shown this once."""
    _, who = asker(tx, request)
    theirs = find_partner(tx, request, partner)
    if why := why_not_url(url, loopback=loopback):
        raise Unfit(f"{shortened(url, 80)} cannot be an endpoint: {why}.")
    _check(wishes)
    endpoint = Endpoint(
        partner_id=theirs.id or 0,
        url=url,
        types=list(wishes.types),
        full=wishes.full,
        private=wishes.private,
        plain=wishes.plain,
        rate=wishes.rate,
        delays=list(wishes.delays) if wishes.delays is not None else None,
        registered_by=who,
        created_at=tx.now,
    )
    tx.db.add(endpoint)
    tx.db.flush()
    return endpoint, _new_secret(tx, endpoint, OVERLAP)


def pause_endpoint(tx: Tx, request: Request, endpoint_id: int) -> Endpoint:
    """Send nothing to an endpoint for now. What happens meanwhile is kept for it."""
    endpoint = found_endpoint(tx, request, endpoint_id)
    if endpoint.state is not EndpointState.ACTIVE:
        raise Refused(f"Endpoint {endpoint_id} is {endpoint.state} already.")
    endpoint.state = EndpointState.PAUSED
    tx.db.add(endpoint)
    put_off(tx.db, endpoint_id, HELD)
    return endpoint


def resume_endpoint(tx: Tx, request: Request, endpoint_id: int) -> Endpoint:
    """Send to an endpoint again, what was kept for it first."""
    endpoint = found_endpoint(tx, request, endpoint_id)
    if endpoint.state is EndpointState.ACTIVE:
        raise Refused(f"Endpoint {endpoint_id} is active already.")
    endpoint.state, endpoint.reason = EndpointState.ACTIVE, None
    endpoint.failing_since = endpoint.warned_at = None
    tx.db.add(endpoint)
    tx.promised = put_off(tx.db, endpoint_id, tx.now) > 0
    return endpoint


def disable_endpoint(tx: Tx, request: Request, endpoint_id: int) -> Endpoint:
    """Send nothing to an endpoint until it is resumed. What happens meanwhile is not kept for it."""
    endpoint = found_endpoint(tx, request, endpoint_id)
    if endpoint.state is EndpointState.DISABLED:
        raise Refused(f"Endpoint {endpoint_id} is disabled already.")
    endpoint.state, endpoint.reason = EndpointState.DISABLED, "it was disabled by hand"
    tx.db.add(endpoint)
    tx.promised = put_off(tx.db, endpoint_id, tx.now) > 0  # It is settled as not sent.
    return endpoint


def rotate_endpoint_secret(
    tx: Tx, request: Request, endpoint_id: int, overlap: timedelta = OVERLAP
) -> tuple[str, datetime]:
    """Give an endpoint a new secret and return it with the time until which the one before signs as well."""
    endpoint = found_endpoint(tx, request, endpoint_id)
    account_of_request(tx, request, Audited.SECRET_ROTATED, f"endpoint {endpoint_id}")
    return _new_secret(tx, endpoint, overlap), tx.now + overlap


def remove_endpoint(tx: Tx, request: Request, endpoint_id: int) -> Endpoint:
    """Send nothing to an endpoint any more. What it was sent stays on its partner's page."""
    endpoint = found_endpoint(tx, request, endpoint_id)
    endpoint.state = EndpointState.REMOVED
    tx.db.add(endpoint)
    forget_versions(tx.db, secret_name(endpoint_id))
    tx.promised = put_off(tx.db, endpoint_id, tx.now) > 0  # It is settled as not sent, rather than kept for nobody.
    return endpoint


def ping_endpoint(tx: Tx, request: Request, endpoint_id: int) -> int:
    """Promise a test event to one endpoint, and return the number of its delivery."""
    endpoint = found_endpoint(tx, request, endpoint_id)
    if endpoint.state is not EndpointState.ACTIVE:
        raise Refused(f"Endpoint {endpoint_id} is {endpoint.state}. First: firstfive webhooks resume {endpoint_id}")
    workspace_id, _ = asker(tx, request)
    event_id = new_event(tx, workspace_id, None, EventType.PING, {})
    [effect_id] = deliver(tx, workspace_id, [endpoint], event_id)
    return effect_id


def found_endpoint(tx: Tx, request: Request, endpoint_id: int) -> Endpoint:
    """Return an endpoint of the asker's workspace, locked, or refuse."""
    workspace_id, _ = asker(tx, request)
    endpoint = endpoint_by_id(tx.db, endpoint_id, lock=True)
    partner = partner_by_id(tx.db, endpoint.partner_id) if endpoint else None
    removed = endpoint is None or endpoint.state is EndpointState.REMOVED
    if endpoint is None or removed or partner is None or partner.workspace_id != workspace_id:
        raise Missing(f"There is no endpoint {endpoint_id}. See them: firstfive webhooks list")
    return endpoint


def secret_name(endpoint_id: int) -> str:
    """Return what an endpoint's secret is called among all secrets."""
    return f"webhook-{endpoint_id}"


def _new_secret(tx: Tx, endpoint: Endpoint, overlap: timedelta) -> str:
    secret = signing.as_secret(secrets.token_bytes(signing.KEY))
    rotate_secret(tx, secret_name(endpoint.id or 0), secret, overlap)
    return secret


def _check(wishes: Wishes) -> None:
    unknown = [word for word in wishes.types if word not in CHOICES]
    if unknown:
        raise Unfit(f"{unknown[0]} is no type of event. There are: {', '.join(CHOICES)}.")
    if not SLOWEST <= wishes.rate <= FASTEST:
        raise Unfit(f"A rate is a number of deliveries a second, from {SLOWEST:g} to {FASTEST:g}.")
    if wishes.delays is not None and not all(1 <= delay <= LONGEST_DELAY for delay in wishes.delays):
        raise Unfit(f"Retry delays are whole seconds from 1 to {LONGEST_DELAY}.")
