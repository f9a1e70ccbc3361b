"""The page on which a partner sees its own deliveries and has them sent again. Nobody else's, and for nobody else.

It opens with a signed link, for people, or with the partner's token, for programs, which get JSON. A button to replay
carries a signature of its own for that one delivery, so that no other page can press it.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.errors import Refused
from bot.flows.deliveries_as_json import delivery_details, delivery_object
from bot.flows.partner_page import Standing, delivery_page, partner_page, replay_delivery
from bot.flows.partner_token import TOLD, token_that_opens, use_token
from bot.web.page import page as framed
from bot.web.parts import Parts
from bot.web.problems import problem

LARGEST = 2**31 - 1  # the largest number that a row can have
ROOT = "/partners/{partner_id:int}/deliveries"


def router(parts: Parts) -> APIRouter:
    """Return the routes of partners."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(ROOT)
    async def deliveries(request: Request, partner_id: int) -> Response:
        """The last deliveries, by how they stand and to which endpoint."""
        if not await _opens(parts, request, partner_id):
            return _closed(request)
        asked = request.query_params
        standing = Standing(asked["standing"]) if asked.get("standing") in set(Standing) else None
        number = asked.get("endpoint", "")
        endpoint = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
        page = await parts.house.read(partner_page, partner_id, standing, endpoint)
        if page is None:
            return _closed(request)
        if _token(request):
            return JSONResponse({"deliveries": [delivery_object(view) for view in page.deliveries]})
        values = {"page": page, "standing": standing, "endpoint_id": endpoint}
        return _page(parts, request, partner_id, "web/deliveries.html.j2", **values)

    @routes.get(ROOT + "/{number:int}")
    async def delivery(request: Request, partner_id: int, number: int) -> Response:
        """One delivery: every attempt with its answer, and the body."""
        if not await _opens(parts, request, partner_id, number):
            return _closed(request)
        found = await parts.house.read(delivery_page, partner_id, number)
        if found is None:
            return _closed(request)
        partner, view = found
        if _token(request):
            return JSONResponse(delivery_object(view) | delivery_details(view))
        body = json.dumps(json.loads(view.body), indent=2, ensure_ascii=False) if view.body else ""
        return _page(parts, request, partner_id, "web/delivery.html.j2", partner=partner, view=view, body=body)

    @routes.post(ROOT + "/{number:int}/replay")
    async def replay(request: Request, partner_id: int, number: int) -> Response:
        """Send one delivery again."""
        opens = await _opens(parts, request, partner_id, number)
        if not opens or not (_token(request) or _pressed_here(parts, request)):
            return _closed(request)
        try:
            await parts.house.do(replay_delivery, partner_id, number)
        except LookupError:
            return _closed(request)
        except Refused as refusal:
            if _token(request):
                return problem(409, "Not replayed", str(refusal))
        if _token(request):
            return JSONResponse({"number": number, "standing": Standing.WAITING}, 202)
        return RedirectResponse(f"{_root(partner_id)}/{number}?{_words(request)}", 303)

    return routes


def _root(partner_id: int) -> str:
    return f"/partners/{partner_id}/deliveries"


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


async def _opens(parts: Parts, request: Request, partner_id: int, number: int = 0) -> bool:
    """Whether whoever asks may see this partner's deliveries. Sitting at the machine is not enough."""
    if max(partner_id, number) > LARGEST:
        return False
    asked, now = request.query_params, parts.house.clock.now()
    if token := _token(request):
        version = await parts.house.read(token_that_opens, partner_id, token)
        if version is not None and not version.was_used(now, TOLD):
            await parts.house.do_behind(use_token, version)
        return version is not None
    return parts.links.allows(_root(partner_id), asked.get("until", ""), asked.get("key", ""), now)


def _pressed_here(parts: Parts, request: Request) -> bool:
    """Whether a button was pressed on a page of ours: it knows the signature of its own address."""
    until, _, key = request.query_params.get("form", "").partition(".")
    return parts.links.allows(request.url.path, until, key, parts.house.clock.now())


def _words(request: Request) -> str:
    """Return the words of the link by which a page was opened, for the links on it."""
    return f"until={request.query_params['until']}&key={request.query_params['key']}"


def _page(parts: Parts, request: Request, partner_id: int, template: str, **values: Any) -> Response:
    now, words = parts.house.clock.now(), _words(request)

    def action(number: int) -> str:
        path = f"{_root(partner_id)}/{number}/replay"
        until, _, key = urlsplit(parts.links.signed(path, now)).query.removeprefix("until=").partition("&key=")
        return f"{path}?{words}&form={until}.{key}"

    values |= {"root": _root(partner_id), "words": words, "action": action, "now": now}
    return framed(request, template, **values)


def _closed(request: Request) -> Response:
    if _token(request):
        return problem(
            401, "Not yours", "This token opens nothing here. It is shown by: firstfive webhooks partner token"
        )
    return framed(request, "web/partner_closed.html.j2", 403)
