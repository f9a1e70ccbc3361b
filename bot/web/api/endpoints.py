"""/api/v1/endpoints: the URLs at which partners hear of events."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from bot.core.events import CHOICES, RATE
from bot.errors import Missing
from bot.flows import tx
from bot.flows.as_json import zulu
from bot.flows.deliveries_as_json import endpoint_object
from bot.flows.partner_page import Standing, partners_view
from bot.flows.register_endpoint import (
    FASTEST,
    LONGEST_DELAY,
    SLOWEST,
    Wishes,
    disable_endpoint,
    pause_endpoint,
    ping_endpoint,
    register_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_endpoint_secret,
)
from bot.flows.tx import Tx
from bot.web.api.exchange import Exchange, Flow, fresh, reads, writes
from bot.web.api.objects import partner as objects
from bot.web.api.objects.told import Page
from bot.web.api.partners import theirs
from bot.web.api.strict import Asked, Strict
from bot.web.api.words import Number
from store.types import Scope

MOST_DELAYS = 20

Reader = Annotated[Exchange, reads(Scope.PARTNERS_READ)]
Writer = Annotated[Exchange, writes(Scope.PARTNERS_WRITE)]
Url = Annotated[
    str, Field(min_length=9, max_length=2000, pattern=r"^https?://[!-~]+$", examples=["https://acme.example/hooks"])
]
Type = Annotated[
    str, Field(description="A type of event, or a group of them.", json_schema_extra={"enum": list(CHOICES)})
]
Delay = Annotated[int, Field(ge=1, le=LONGEST_DELAY)]


class Registering(Asked):
    """An endpoint to register."""

    url: Url
    types: list[Type] = Field([], max_length=len(CHOICES), description="None means all.", examples=[["incident"]])
    full: bool = Field(False, description="Send the incident itself, not only its key.")
    private: bool = Field(False, description="Private incidents may leave to here.")
    plain: bool = Field(False, description="Send the X-Webhook-* headers as well.")
    rate: float = Field(RATE, ge=SLOWEST, le=FASTEST, description="Deliveries a second at most.")
    retry_delays: list[Delay] | None = Field(None, max_length=MOST_DELAYS, description="Seconds before each retry.")


class Rotating(Asked):
    """For how long both secrets sign."""

    overlap_hours: int = Field(24, ge=0, le=720)


def router() -> APIRouter:
    """Return the routes of endpoints."""
    routes = APIRouter(tags=["partners"], route_class=Strict)

    @routes.get("/endpoints", responses={200: {"model": Page[objects.Endpoint]}})
    async def list_endpoints(asked: Reader) -> Response:
        """List every endpoint, by partner."""
        found = await asked.parts.house.read(_objects, asked)
        return asked.told({"items": found, "next": None})

    @routes.post("/partners/{partner}/endpoints", status_code=201, responses={201: {"model": objects.NewEndpoint}})
    async def register_an_endpoint(asked: Writer, partner: Number, body: Registering) -> Response:
        """Register an endpoint, and learn the secret that signs what is sent to it."""
        delays = None if body.retry_delays is None else tuple(body.retry_delays)
        wishes = Wishes(tuple(body.types), body.full, body.private, body.plain, body.rate, delays)

        def work(db: Tx, request: tx.Request) -> Any:
            name = theirs(db, asked, partner).name
            loopback = asked.parts.webhooks_to_loopback
            endpoint, secret = register_endpoint(db, request, str(partner), body.url, wishes, loopback=loopback)
            return endpoint_object(endpoint) | {"partner": name, "secret": secret}

        return await asked.do(work, 201, "/api/v1/endpoints/{id}")

    @routes.get("/endpoints/{endpoint}", responses={200: {"model": objects.Endpoint}})
    async def show_an_endpoint(asked: Reader, endpoint: Number) -> Response:
        """Show one endpoint and how it stands."""
        return await asked.read(_object, asked, endpoint)

    @routes.post("/endpoints/{endpoint}/ping", status_code=202, responses={202: {"model": objects.Sent}})
    async def ping_an_endpoint(asked: Writer, endpoint: Number) -> Response:
        """Send it a test event."""

        def work(db: Tx, request: tx.Request) -> Any:
            return {"number": ping_endpoint(db, request, endpoint), "standing": Standing.WAITING}

        return await asked.do(work, 202)

    @routes.post("/endpoints/{endpoint}/pause", responses={200: {"model": objects.Endpoint}})
    async def pause_an_endpoint(asked: Writer, endpoint: Number) -> Response:
        """Send nothing for now. What happens meanwhile is kept for it."""
        return await _change(asked, endpoint, pause_endpoint)

    @routes.post("/endpoints/{endpoint}/resume", responses={200: {"model": objects.Endpoint}})
    async def resume_an_endpoint(asked: Writer, endpoint: Number) -> Response:
        """Send to it again that paused or was disabled; first what was kept for it."""
        return await _change(asked, endpoint, resume_endpoint)

    @routes.post("/endpoints/{endpoint}/disable", responses={200: {"model": objects.Endpoint}})
    async def disable_an_endpoint(asked: Writer, endpoint: Number) -> Response:
        """Send nothing until it is resumed. What happens meanwhile is not kept for it."""
        return await _change(asked, endpoint, disable_endpoint)

    @routes.post("/endpoints/{endpoint}/secret", status_code=201, responses={201: {"model": objects.NewSecret}})
    async def rotate_a_secret(asked: Writer, endpoint: Number, body: Rotating) -> Response:
        """Give it a new secret. The one before signs as well for some hours."""
        overlap = timedelta(hours=body.overlap_hours)

        def work(db: Tx, request: tx.Request) -> Any:
            secret, until = rotate_endpoint_secret(db, request, endpoint, overlap)
            return {"secret": secret, "both_until": zulu(until)}

        return await asked.do(work, 201)

    @routes.delete("/endpoints/{endpoint}", status_code=204)
    async def remove_an_endpoint(asked: Writer, endpoint: Number) -> Response:
        """Send nothing to it any more, and destroy its secret."""
        return await asked.do(lambda db, request: remove_endpoint(db, request, endpoint), 204)

    return routes


async def _change(asked: Exchange, endpoint_id: int, flow: Flow) -> Response:
    """Do something to an endpoint, and answer with it as it is then."""

    def work(db: Tx, request: tx.Request) -> Any:
        flow(db, request, endpoint_id)
        return fresh(db, _object, asked, endpoint_id)

    return await asked.do(work)


def _objects(db: Tx, asked: Exchange) -> list[dict[str, Any]]:
    found = partners_view(db, asked.viewer.workspace_id)
    return [endpoint_object(each) | {"partner": one.name} for one, endpoints in found for each in endpoints]


def _object(db: Tx, asked: Exchange, endpoint_id: int) -> dict[str, Any]:
    found = next((each for each in _objects(db, asked) if each["id"] == endpoint_id), None)
    if found is None:
        raise Missing(f"There is no endpoint {endpoint_id}.")
    return found
