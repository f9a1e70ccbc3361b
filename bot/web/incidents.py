"""/incidents: what goes on, what is over, and a search of all that is not sealed."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.access import Viewer
from bot.core.listing import Listing
from bot.core.spans import span
from bot.flows.incident_list import COUNTED, GOING_ON, incident_list
from bot.web.access import needs
from bot.web.page import page
from bot.web.parts import Parts
from store.listing import Order
from store.types import Scope, Severity, Status

Reader = Annotated[Viewer, Depends(needs(Scope.INCIDENTS_READ))]
ROOT = "/incidents"


def router(parts: Parts) -> APIRouter:
    """Return the routes of the list."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    @routes.get(ROOT)
    async def incidents(request: Request, viewer: Reader) -> Response:
        """The incidents that whoever asks may see, as the words of the address ask for them."""
        asked = request.query_params.multi_items()
        wish, live = Listing.asked(asked), request.headers.get("hx-request") == "true"
        if not live and any(not value for _, value in asked):
            return RedirectResponse(_address(wish), 303)  # What a form left empty need not be shared.
        found = await parts.house.read(incident_list, viewer.workspace_id, viewer.person, wish)
        return page(
            request,
            "web/incidents.html.j2",
            wish=wish,
            address=_address(wish),
            found=found,
            teams=parts.house.rules.teams,
            severities=Severity,
            statuses=Status,
            orders=Order,
            counted=COUNTED,
            most_going_on=GOING_ON,
            now=parts.house.clock.now(),
            span=span,
        )

    return routes


def _address(wish: Listing) -> str:
    """Return the shortest address of a list."""
    query = wish.query(after=wish.after)
    return f"{ROOT}?{query}" if query else ROOT
