"""/partners: who hears of what happens and where. A partner's own page is in ``bot.web.partners``."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.access import Viewer
from bot.core.events import CHOICES, RATE
from bot.errors import Refused, Unfit
from bot.flows.partners_page import (
    Done,
    act_on_endpoint,
    new_token_here,
    partner_lines,
    partner_seen,
    register_here,
)
from bot.flows.register_endpoint import Wishes, add_partner
from bot.web.access import asking, needs
from bot.web.filled import chosen, filled, sent_once
from bot.web.page import page
from bot.web.parts import Parts
from store.types import Scope

Reader = Annotated[Viewer, Depends(needs(Scope.PARTNERS_READ))]
Writer = Annotated[Viewer, Depends(needs(Scope.PARTNERS_WRITE))]
ROOT = "/partners"
LARGEST = 2**31 - 1  # the largest number that a row can have


def router(parts: Parts) -> APIRouter:
    """Return the routes of those who look after partners."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(ROOT)
    async def partners(request: Request, viewer: Reader) -> Response:
        """Every partner with their endpoints."""
        return await _page(parts, request, viewer)

    @routes.post(ROOT)
    async def add(request: Request, viewer: Writer) -> Response:
        """Register a partner."""
        fields = await filled(request)
        try:
            partner = await parts.house.do(add_partner, asking(viewer), fields.get("name", ""))
        except Refused as refusal:
            return await _page(parts, request, viewer, refused={"add": str(refusal)}, typed=fields)
        return RedirectResponse(f"{ROOT}#partner-{partner.id}", 303)

    @routes.post(ROOT + "/{partner_id:int}/endpoints")
    async def register(request: Request, viewer: Writer, partner_id: int) -> Response:
        """Register an endpoint. The page that follows shows its secret, this once."""
        fields, types = await filled(request), await chosen(request, "type")
        number = min(partner_id, LARGEST)
        try:
            wishes = _wishes(fields, types)
            asked = asking(viewer, sent_once(viewer, fields, "register", number))
            args = (viewer, asked, number, fields.get("url", ""), wishes, parts.webhooks_to_loopback)
            done = await parts.house.do(register_here, *args)
        except Refused as refusal:
            typed = {**fields, "types": types}
            return await _page(parts, request, viewer, refused={f"partner {number}": str(refusal)}, typed=typed)
        return await _page(parts, request, viewer, done=done)

    @routes.post(ROOT + "/{partner_id:int}/link")
    async def link(request: Request, viewer: Writer, partner_id: int) -> Response:
        """Show a link to a partner's own page."""
        return await _page(parts, request, viewer, done=await _link(parts, viewer, min(partner_id, LARGEST)))

    @routes.post(ROOT + "/{partner_id:int}/token")
    async def token(request: Request, viewer: Writer, partner_id: int) -> Response:
        """Give a partner a new token, which is shown this once."""
        asked = asking(viewer, sent_once(viewer, await filled(request), "token", partner_id))
        done = await parts.house.do(new_token_here, viewer, asked, min(partner_id, LARGEST))
        return await _page(parts, request, viewer, done=done)

    @routes.post(ROOT + "/endpoints/{number:int}/{act}")
    async def act_on(request: Request, viewer: Writer, number: int, act: str) -> Response:
        """Do with an endpoint what a button says."""
        asked = asking(viewer, sent_once(viewer, await filled(request), act, number))
        try:
            done = await parts.house.do(act_on_endpoint, viewer, asked, min(number, LARGEST), act)
        except Refused as refusal:
            return await _page(parts, request, viewer, refused={f"endpoint {number}": str(refusal)})
        return await _page(parts, request, viewer, done=done)

    return routes


def _wishes(fields: Any, types: tuple[str, ...]) -> Wishes:
    try:
        rate = float(fields.get("rate") or RATE)
    except ValueError:
        raise Unfit("A rate is a number of deliveries a second, such as 20.") from None
    ticked = {name: fields.get(name) == "1" for name in ("full", "private", "plain")}
    return Wishes(types=types, rate=rate, **ticked)


async def _link(parts: Parts, viewer: Viewer, partner_id: int) -> Done:
    partner = await parts.house.read(partner_seen, viewer.workspace_id, partner_id)
    address = parts.links.signed(f"{ROOT}/{partner_id}/deliveries", parts.house.clock.now())
    said = f"Whoever has this link sees what was sent to {partner.name}, and can have it sent again, for 30 days."
    return Done(said, address, f"The page of {partner.name}")


async def _page(
    parts: Parts,
    request: Request,
    viewer: Viewer,
    *,
    done: Done | None = None,
    refused: dict[str, str] | None = None,
    typed: Any = None,
) -> Response:
    return page(
        request,
        "web/endpoints.html.j2",
        422 if refused else 200,
        found=await parts.house.read(partner_lines, viewer.workspace_id),
        done=done,
        refused=refused or {},
        form=secrets.token_urlsafe(16),
        typed=typed or {},
        choices=CHOICES,
        rate=RATE,
        may_write=viewer.may(Scope.PARTNERS_WRITE),
    )
