"""What a partner may see: their endpoints, what was sent there, and how each attempt went."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import Refused
from bot.flows.publish import HELD
from bot.flows.send_event import body_of, is_hidden
from bot.flows.tx import Tx
from store.attempts import Attempt, attempts_at
from store.deliveries import deliveries_to, delivery_of
from store.effects import Effect, revive_effects
from store.endpoints import Endpoint, Partner, endpoints_of, partner_by_id, partners_of
from store.events import Event
from store.incidents import incident_by_id
from store.types import EffectState, EndpointState
from store.workspaces import find_workspace

SHOWN = 100  # deliveries on a page
OVER = (EffectState.DONE, EffectState.DEAD)  # what can be sent again


class Standing(StrEnum):
    """How a delivery stands, in a partner's words."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


STATES = {
    Standing.WAITING: (EffectState.DUE, EffectState.UNKNOWN, EffectState.CLAIMED),
    Standing.DELIVERED: (EffectState.DONE,),
    Standing.FAILED: (EffectState.DEAD,),
}


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One delivery. ``attempts`` and ``body`` are there when a single one is looked at."""

    effect: Effect
    event: Event
    endpoint: Endpoint
    attempts: Sequence[Attempt] = ()
    body: str = ""

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return next(standing for standing, states in STATES.items() if self.effect.state in states)

    @property
    def held(self) -> bool:
        """Whether it is kept until its endpoint is resumed."""
        return self.effect.due_at == HELD

    @property
    def can_be_replayed(self) -> bool:
        """Whether it is over, and its endpoint takes deliveries."""
        over = self.standing is not Standing.WAITING
        return over and self.endpoint.state in (EndpointState.ACTIVE, EndpointState.PAUSED)


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """A partner, their endpoints, and some of their deliveries, the newest first."""

    partner: Partner
    endpoints: Sequence[Endpoint]
    deliveries: Sequence[DeliveryView]


def partner_page(
    tx: Tx, partner_id: int, standing: Standing | None = None, endpoint_id: int | None = None
) -> PartnerPage | None:
    """Return a partner's page, or None when there is no such partner. What is another's is as if it were not there."""
    partner = partner_by_id(tx.db, partner_id)
    if partner is None:
        return None
    states = STATES[standing] if standing else tuple(EffectState)
    rows = deliveries_to(tx.db, partner_id, states, endpoint_id, SHOWN)
    return PartnerPage(partner, endpoints_of(tx.db, [partner_id]), [DeliveryView(*row) for row in rows])


def delivery_page(tx: Tx, partner_id: int, effect_id: int) -> tuple[Partner, DeliveryView] | None:
    """Return one delivery of a partner with its attempts and its body as it would be sent now, or None."""
    partner, row = partner_by_id(tx.db, partner_id), delivery_of(tx.db, partner_id, effect_id)
    if partner is None or row is None:
        return None
    effect, event, endpoint = row
    incident = incident_by_id(tx.db, event.incident_id) if event.incident_id is not None else None
    body = "" if is_hidden(endpoint, incident) else body_of(tx, event, endpoint, incident).decode()
    return partner, DeliveryView(effect, event, endpoint, attempts_at(tx.db, effect_id), body)


def replay_delivery(tx: Tx, partner_id: int, effect_id: int) -> None:
    """Send a delivery again under its own id, with all its retries ahead. Asked twice at once, it is sent once."""
    row = delivery_of(tx.db, partner_id, effect_id)
    if row is None:
        raise LookupError(f"partner {partner_id} has no delivery {effect_id}")
    if not DeliveryView(*row).can_be_replayed:
        raise Refused("This delivery cannot be replayed: it is on its way, or its endpoint takes nothing.")
    held = row[2].state is EndpointState.PAUSED
    revive_effects(tx.db, [effect_id], HELD if held else tx.now, of=OVER)
    tx.promised = not held


def partners_view(tx: Tx, workspace_id: int | None = None) -> list[tuple[Partner, list[Endpoint]]]:
    """Return every partner of a workspace with their endpoints; without one, of the workspace that a shell means."""
    partners = partners_of(tx.db, workspace_id or find_workspace(tx.db) or 0)
    endpoints = endpoints_of(tx.db, [partner.id or 0 for partner in partners])
    return [(partner, [one for one in endpoints if one.partner_id == partner.id]) for partner in partners]
