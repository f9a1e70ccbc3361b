"""Partners and their endpoints for people who look after them, and what is done with an endpoint by a button."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.access import Viewer
from bot.errors import Missing
from bot.flows.keep_account import account_for
from bot.flows.partner_token import new_token
from bot.flows.register_endpoint import (
    Wishes,
    pause_endpoint,
    ping_endpoint,
    register_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_endpoint_secret,
    secret_name,
)
from bot.flows.tx import Request, Tx
from store.endpoints import Endpoint, Partner, endpoints_of, partner_by_id, partners_of
from store.requests import first_time
from store.types import Audited


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A partner and the endpoints that they have; removed ones are left out."""

    partner: Partner
    endpoints: Sequence[Endpoint]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, for whoever pressed a button. ``secret`` is shown this once, as ``secret_is`` says what it is."""

    said: str
    secret: str = ""
    secret_is: str = ""


SENT_TWICE = Done("That was done already. A secret is shown once: if you missed it, make a new one.")


def partner_lines(tx: Tx, workspace_id: int) -> list[PartnerLine]:
    """Return a workspace's partners by name, with their endpoints."""
    partners = partners_of(tx.db, workspace_id)
    found = endpoints_of(tx.db, [partner.id or 0 for partner in partners])
    return [PartnerLine(each, [one for one in found if one.partner_id == each.id]) for each in partners]


def partner_seen(tx: Tx, workspace_id: int, partner_id: int) -> Partner:
    """Return a partner of a workspace; another's is as if it were not there."""
    partner = partner_by_id(tx.db, partner_id)
    if partner is None or partner.workspace_id != workspace_id:
        raise Missing(f"There is no partner {partner_id}.")
    return partner


def register_here(
    tx: Tx, viewer: Viewer, request: Request, partner_id: int, url: str, wishes: Wishes, loopback: bool
) -> Done:
    """Register an endpoint of a partner. Its secret is shown this once."""
    partner = partner_seen(tx, viewer.workspace_id, partner_id)
    if not first_time(tx.db, request.id, tx.now):
        return SENT_TWICE
    endpoint, secret = register_endpoint(tx, request, str(partner_id), url, wishes, loopback=loopback)
    account_for(tx, viewer, Audited.SECRET_ROTATED, detail=secret_name(endpoint.id or 0))
    said = f"Endpoint {endpoint.id} of {partner.name} is registered. Give them its secret, then test it with a ping."
    return Done(said, secret, f"The signing secret of endpoint {endpoint.id}")


def new_token_here(tx: Tx, viewer: Viewer, request: Request, partner_id: int) -> Done:
    """Give a partner a token for their programs. The one before ends."""
    partner = partner_seen(tx, viewer.workspace_id, partner_id)
    if not first_time(tx.db, request.id, tx.now):
        return SENT_TWICE
    token = new_token(tx, request, str(partner_id))
    account_for(tx, viewer, Audited.SECRET_ROTATED, detail=f"partner-{partner_id}")
    said = f"{partner.name} has a new token, and the one before ended. Programs send it as Authorization: Bearer TOKEN."
    return Done(said, token, f"The token of {partner.name}")


def act_on_endpoint(tx: Tx, viewer: Viewer, request: Request, number: int, act: str) -> Done:
    """Do with an endpoint what a button says: ping, pause, resume, rotate or remove."""
    if act not in _ACTS:
        raise Missing(f"There is no such thing to do. There are: {', '.join(_ACTS)}.")
    if not first_time(tx.db, request.id, tx.now):
        return SENT_TWICE
    done = _ACTS[act](tx, request, number)
    if done.secret:
        account_for(tx, viewer, Audited.SECRET_ROTATED, detail=secret_name(number))
    return done


def _ping(tx: Tx, request: Request, number: int) -> Done:
    effect = ping_endpoint(tx, request, number)
    return Done(f"A ping to endpoint {number} is on its way as delivery {effect}.")


def _pause(tx: Tx, request: Request, number: int) -> Done:
    pause_endpoint(tx, request, number)
    return Done(f"Endpoint {number} pauses. What happens meanwhile is kept for it.")


def _resume(tx: Tx, request: Request, number: int) -> Done:
    resume_endpoint(tx, request, number)
    return Done(f"Endpoint {number} is active.")


def _remove(tx: Tx, request: Request, number: int) -> Done:
    remove_endpoint(tx, request, number)
    return Done(f"Endpoint {number} is removed. What it was sent stays on its partner's page.")


def _rotate(tx: Tx, request: Request, number: int) -> Done:
    secret, until = rotate_endpoint_secret(tx, request, number)
    said = f"Endpoint {number} has a new secret. The one before signs as well until {until:%Y-%m-%d %H:%M} UTC."
    return Done(said, secret, f"The new signing secret of endpoint {number}")


_ACTS: Mapping[str, Callable[[Tx, Request, int], Done]] = {
    "ping": _ping,
    "pause": _pause,
    "resume": _resume,
    "rotate": _rotate,
    "remove": _remove,
}
