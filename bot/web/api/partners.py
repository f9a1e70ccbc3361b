"""/api/v1/partners: who hears of what happens, and what was sent to them."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from bot.core.cursors import Place
from bot.errors import Missing
from bot.flows import tx
from bot.flows.deliveries_as_json import delivery_details, delivery_object, partner_object
from bot.flows.paging import list_deliveries
from bot.flows.partner_page import Standing, delivery_page, partners_view, replay_delivery
from bot.flows.partner_token import new_token
from bot.flows.register_endpoint import LONGEST_NAME, add_partner
from bot.flows.tx import Tx
from bot.web.api.exchange import SHOWN, Exchange, Limit, behind, reads, writes
from bot.web.api.objects import partner as objects
from bot.web.api.objects.told import Page
from bot.web.api.strict import Asked, Strict
from bot.web.api.words import Number
from store.endpoints import Partner, endpoints_of, partner_by_id
from store.types import Scope

NAME = r"^[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s0-9][^\x00-\x1f\x7f]*$"  # not only digits, which are a number

Reader = Annotated[Exchange, reads(Scope.PARTNERS_READ)]
Writer = Annotated[Exchange, writes(Scope.PARTNERS_WRITE)]


class Naming(Asked):
    """A partner to register."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=NAME, examples=["Acme Status"])


def router() -> APIRouter:
    """Return the routes of partners."""
    routes = APIRouter(prefix="/partners", tags=["partners"], route_class=Strict)

    @routes.get("", responses={200: {"model": Page[objects.Partner]}})
    async def list_partners(asked: Reader) -> Response:
        """List every partner, by name."""
        found = await asked.parts.house.read(partners_view, asked.viewer.workspace_id)
        return asked.told({"items": [partner_object(one, len(theirs)) for one, theirs in found], "next": None})

    @routes.post("", status_code=201, responses={201: {"model": objects.Partner}})
    async def register_a_partner(asked: Writer, body: Naming) -> Response:
        """Register a partner. Their endpoints come next."""

        def work(db: Tx, request: tx.Request) -> Any:
            return partner_object(add_partner(db, request, body.name), 0)

        return await asked.do(work, 201, "/api/v1/partners/{id}")

    @routes.get("/{partner}", responses={200: {"model": objects.Partner}})
    async def show_a_partner(asked: Reader, partner: Number) -> Response:
        """Show one partner."""
        return await asked.read(_object, asked, partner)

    @routes.post("/{partner}/token", status_code=201, responses={201: {"model": objects.PartnerToken}})
    async def make_a_partner_token(asked: Writer, partner: Number) -> Response:
        """Make a token for the partner's programs: to read and replay their deliveries. The one before holds a day."""

        def work(db: Tx, request: tx.Request) -> Any:
            theirs(db, asked, partner)
            return {"token": new_token(db, request, str(partner))}

        return await asked.do(work, 201)

    @routes.post("/{partner}/link", status_code=201, responses={201: {"model": objects.PartnerLink}})
    async def make_a_partner_link(asked: Writer, partner: Number) -> Response:
        """Make a link to the partner's page, where they see and replay their own deliveries."""

        def work(db: Tx, _request: tx.Request) -> Any:
            theirs(db, asked, partner)
            return {"url": asked.parts.links.signed(f"/partners/{partner}/deliveries", db.now)}

        return await asked.do(work, 201)

    @routes.get("/{partner}/deliveries", responses={200: {"model": Page[objects.Delivery]}})
    async def deliveries_of_a_partner(
        asked: Reader,
        partner: Number,
        place: Annotated[Place | None, behind("deliveries", int)],
        limit: Limit = SHOWN,
        standing: Standing | None = None,
        endpoint: Number | None = None,
    ) -> Response:
        """List what was sent to a partner, the newest first."""
        return await asked.page("deliveries", _deliveries, asked, partner, standing, endpoint, place, limit)

    @routes.get("/{partner}/deliveries/{number}", responses={200: {"model": objects.WholeDelivery}})
    async def show_a_delivery(asked: Reader, partner: Number, number: Number) -> Response:
        """Show one delivery: every attempt that is kept, and the body as it would be sent now."""
        return await asked.read(_delivery, asked, partner, number)

    @routes.post("/{partner}/deliveries/{number}/replay", status_code=202, responses={202: {"model": objects.Sent}})
    async def replay_a_delivery(asked: Writer, partner: Number, number: Number) -> Response:
        """Send one delivery again, under its own id."""

        def work(db: Tx, _request: tx.Request) -> Any:
            _delivery(db, asked, partner, number)
            replay_delivery(db, partner, number)
            return {"number": number, "standing": Standing.WAITING}

        return await asked.do(work, 202)

    return routes


def theirs(db: Tx, asked: Exchange, partner_id: int) -> Partner:
    """Return a partner of the asker's workspace. Raise Missing when there is none of that number."""
    found = partner_by_id(db.db, partner_id)
    if found is None or found.workspace_id != asked.viewer.workspace_id:
        raise Missing(f"There is no partner {partner_id}.")
    return found


def _object(db: Tx, asked: Exchange, partner_id: int) -> dict[str, Any]:
    return partner_object(theirs(db, asked, partner_id), len(endpoints_of(db.db, [partner_id])))


def _deliveries(db: Tx, asked: Exchange, partner_id: int, *wanted: Any) -> Any:
    theirs(db, asked, partner_id)
    return list_deliveries(db, partner_id, *wanted)


def _delivery(db: Tx, asked: Exchange, partner_id: int, number: int) -> dict[str, Any]:
    theirs(db, asked, partner_id)
    found = delivery_page(db, partner_id, number)
    if found is None:
        raise Missing(f"Partner {partner_id} has no delivery {number}.")
    return delivery_object(found[1]) | delivery_details(found[1])
