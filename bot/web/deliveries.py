"""/deliveries: what was promised to the outside, what failed for good and why, and trying it again."""

import secrets
from datetime import UTC
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.access import Viewer
from bot.core.spans import span
from bot.core.zones import from_wall
from bot.errors import Missing, Refused, Unfit
from bot.flows.outgoing import effect_page, outgoing, recover_all, retry_seen
from bot.flows.tx import Repeated
from bot.web.access import asking, needs
from bot.web.filled import filled, sent_once
from bot.web.page import page
from bot.web.parts import Parts
from store.types import Cause, Scope

Reader = Annotated[Viewer, Depends(needs(Scope.DELIVERIES_READ))]
Writer = Annotated[Viewer, Depends(needs(Scope.ADMIN))]
ROOT = "/deliveries"
LARGEST = 2**31 - 1  # the largest number that a row can have
TOLD = {
    Cause.BUG: "a fault of ours: a new version mends it",
    Cause.CONFIGURATION: "a setting of ours is wrong",
    Cause.REFUSED: "the neighbour said no",
    Cause.GAVE_UP: "nobody answered for as long as we tried",
}


def router(parts: Parts) -> APIRouter:
    """Return the routes of what is delivered."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(ROOT)
    async def deliveries(request: Request, viewer: Reader) -> Response:
        """What waits, who is left alone, and what failed for good."""
        return await _all(parts, request, viewer)

    @routes.get(ROOT + "/{number:int}")
    async def delivery(request: Request, viewer: Reader, number: int) -> Response:
        """One effect, with every attempt that is kept."""
        return await _one(parts, request, viewer, number)

    @routes.post(ROOT + "/{number:int}/retry")
    async def retry(request: Request, viewer: Writer, number: int) -> Response:
        """Try one again."""
        once = sent_once(viewer, await filled(request), number)
        try:
            await parts.house.do(retry_seen, viewer, asking(viewer, once), min(number, LARGEST))
        except Repeated:
            pass  # The same form was sent twice.
        except Missing:
            raise
        except Refused as refusal:
            return await _one(parts, request, viewer, number, str(refusal))
        return RedirectResponse(f"{ROOT}/{number}", 303)

    @routes.post(ROOT + "/recover")
    async def recover(request: Request, viewer: Writer) -> Response:
        """Try everything again that is meant, since a time."""
        fields = await filled(request)
        kind, cause = _filter(fields.get("kind", ""), fields.get("cause", ""))
        try:
            try:
                since = from_wall(fields["since"], ZoneInfo("UTC")) if fields.get("since") else None
            except (ValueError, OverflowError):
                raise Unfit("Choose a day and a time, such as 2026-03-31 10:00.") from None
            await parts.house.do(recover_all, viewer, asking(viewer, sent_once(viewer, fields)), kind, cause, since)
        except Repeated:
            pass
        except Refused as refusal:
            return await _all(parts, request, viewer, str(refusal))
        return RedirectResponse(f"{ROOT}?begun=1", 303)

    return routes


async def _all(parts: Parts, request: Request, viewer: Viewer, refused: str = "") -> Response:
    asked = request.query_params
    kind, cause = _filter(asked.get("kind", ""), asked.get("cause", ""))
    number = asked.get("before", "")
    before = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
    found = await parts.house.read(outgoing, viewer, kind, cause, before)
    return page(
        request,
        "web/outgoing.html.j2",
        422 if refused else 200,
        found=found,
        kind=kind,
        cause=cause,
        causes=TOLD,
        query=urlencode({name: word for name, word in (("kind", kind), ("cause", cause)) if word}),
        begun=asked.get("begun") == "1",
        refused=refused,
        form=secrets.token_urlsafe(16),
        may_write=viewer.may(Scope.ADMIN),
        may_see_partners=viewer.may(Scope.PARTNERS_READ),
        now=parts.house.clock.now().astimezone(UTC),
        span=span,
    )


async def _one(parts: Parts, request: Request, viewer: Viewer, number: int, refused: str = "") -> Response:
    found = await parts.house.read(effect_page, viewer, min(number, LARGEST))
    return page(
        request,
        "web/outgoing_one.html.j2",
        409 if refused else 200,
        found=found,
        refused=refused,
        form=secrets.token_urlsafe(16),
        causes=TOLD,
        may_write=viewer.may(Scope.ADMIN),
    )


def _filter(kind: str, cause: str) -> tuple[str | None, Cause | None]:
    return kind[:80] or None, Cause(cause) if cause in set(Cause) else None
