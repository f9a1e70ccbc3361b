"""Partners, their endpoints, and what was promised to the outside, as the API tells it."""

from typing import Any

from pydantic import Field

from bot.flows.partner_page import Standing
from bot.web.api.objects.told import Account, Moment, Told
from store.types import Cause, EffectState, EndpointState, EventType, Outcome


class Partner(Told):
    """Whoever runs endpoints."""

    id: int
    name: str = Field(examples=["Acme Status"])
    endpoints: int = Field(description="How many they have.")
    created_at: Moment


class PartnerToken(Told):
    """A token with which a partner's programs read and replay their own deliveries."""

    token: str = Field(description="Shown this once.", examples=["ffpartner_…"])


class PartnerLink(Told):
    """A link to a partner's page."""

    url: str = Field(description="Opens for 30 days.")


class Endpoint(Told):
    """One URL of a partner. `firstfive webhooks list --json` prints the same."""

    id: int
    partner: str = Field(examples=["Acme Status"])
    url: str = Field(examples=["https://acme.example/hooks"])
    types: list[str] = Field(description="Types of events, or groups of them; none means all.", examples=[["incident"]])
    full: bool = Field(description="Whether the incident itself is sent, or only its key.")
    private: bool = Field(description="Whether private incidents may leave to here.")
    plain: bool = Field(description="Whether the X-Webhook-* headers are sent as well.")
    rate: float = Field(description="Deliveries a second at most.")
    retry_delays: list[int] = Field(description="Seconds before each retry.")
    state: EndpointState
    reason: str | None = Field(description="Why it is disabled.")
    failing_since: Moment | None
    created_at: Moment


class NewEndpoint(Endpoint):
    """An endpoint with the secret that signs what is sent to it."""

    secret: str = Field(description="Shown this once.", examples=["whsec_…"])


class NewSecret(Told):
    """A new secret of an endpoint."""

    secret: str = Field(description="Shown this once.", examples=["whsec_…"])
    both_until: Moment = Field(description="Until then the one before signs as well.")


class Sent(Told):
    """The number of a delivery that is on its way."""

    number: int
    standing: Standing


class EndpointOf(Told):
    """Where a delivery goes."""

    id: int
    url: str


class Delivery(Told):
    """One event on its way to one endpoint."""

    number: int
    id: str = Field(description="What the receiver sees as `webhook-id`.", examples=["evt_0123456789abcdef"])
    type: EventType
    sequence: int | None = Field(description="Counts the events of one incident.")
    occurred_at: Moment
    endpoint: EndpointOf
    standing: Standing
    attempts: int
    next_attempt_at: Moment | None
    reason: str | None = Field(description="Why the last attempt did not work.")


class Try(Told):
    """How one attempt went."""

    number: int
    at: Moment
    duration_ms: int
    status: int | None = Field(description="The HTTP status, if there was an answer.")
    reason: str | None
    answer: str | None = Field(description="The beginning of what came back, secrets masked.")


class Attempt(Try):
    """How one attempt at an effect went."""

    outcome: Outcome


class WholeDelivery(Delivery):
    """A delivery with its attempts and its body."""

    tried: list[Try]
    body: dict[str, Any] | None = Field(description="As it would be sent now; null when it may not be told.")


class Effect(Told):
    """One promised effect. `firstfive deliveries list --json` prints the same."""

    number: int
    kind: str = Field(examples=["slack.card"])
    workspace_id: int
    incident_id: int | None
    state: EffectState
    attempts: int
    created_at: Moment
    due_at: Moment
    give_up_at: Moment | None
    settled_at: Moment | None
    cause: Cause | None = Field(description="Why it is dead, by who has to do something about it.")
    reason: str | None


class WholeEffect(Effect):
    """An effect with the attempts that are kept of it."""

    tried: list[Attempt]


class Retried(Told):
    """An effect that is due again."""

    number: int
    kind: str


class Begun(Told):
    """A recovery that was begun; null numbers when nothing is meant."""

    number: int | None
    total: int
    revived: int


class Recovery(Told):
    """A job that makes dead letters due again, and how far it is."""

    number: int
    asked_by: Account
    created_at: Moment
    finished_at: Moment | None
    since: Moment | None
    until: Moment
    kind: str | None
    cause: Cause | None
    workspace_id: int | None
    incident_id: int | None
    total: int
    revived: int
