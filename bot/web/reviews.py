"""/reviews: those to come and those that were, each with its agenda, who comes, and an invitation for calendars."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.access import Viewer
from bot.core.reviews import LENGTH, invitation
from bot.core.zones import WALL, from_wall, zone_named, zone_names
from bot.errors import Missing, Refused, Unfit
from bot.flows.book_review import book_review
from bot.flows.reviews_page import ReviewPage, review_page, reviews_page
from bot.web.access import asking, needs
from bot.web.filled import filled
from bot.web.page import page
from bot.web.parts import Parts
from store.types import Scope

Reader = Annotated[Viewer, Depends(needs(Scope.POSTMORTEMS_READ))]
Writer = Annotated[Viewer, Depends(needs(Scope.POSTMORTEMS_WRITE))]
ROOT = "/reviews"


def router(parts: Parts) -> APIRouter:
    """Return the routes of reviews."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(ROOT)
    async def reviews(request: Request, viewer: Reader, zone: str = "") -> Response:
        """All that whoever asks may see, in the zone that they choose."""
        found = await parts.house.read(reviews_page, viewer, zone)
        values = {"found": found, "now": parts.house.clock.now(), "length": LENGTH, "zones": zone_names()}
        return page(request, "web/reviews.html.j2", **values)  # type: ignore[arg-type]

    @routes.get(ROOT + "/{key}.ics")
    async def calendar(viewer: Reader, key: str) -> Response:
        """The invitation for a calendar."""
        found = await _one(parts, viewer, key, "")
        if found.line is None:
            raise Missing(f"{found.incident.key} has no review yet.")
        incident, review = found.incident, found.line.review
        link = f"{parts.links.base}/postmortems/{incident.key}"
        text = invitation(incident.key, incident.title, review.at, found.agenda, link, review.booked_at)
        headers = {"Content-Disposition": f'attachment; filename="{incident.key}-review.ics"'}
        return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)

    @routes.get(ROOT + "/{key}")
    async def review(request: Request, viewer: Reader, key: str, zone: str = "") -> Response:
        """One review, or what is needed to book it."""
        return await _show(parts, request, viewer, key, zone)

    @routes.post(ROOT + "/{key}")
    async def book(request: Request, viewer: Writer, key: str) -> Response:
        """Book the review of an incident, or move it."""
        fields = await filled(request)
        name = fields.get("zone", "")
        try:
            zone = zone_named(name)
            if zone is None:
                raise Unfit(f"{name[:40]} is no time zone. Choose one of the list, such as Europe/Madrid.")
            try:
                at = from_wall(fields.get("at", ""), zone)
            except (ValueError, OverflowError):
                raise Unfit("Choose a day and a time, such as 2026-03-31 10:00.") from None
            await parts.house.do(book_review, asking(viewer), at, key)
        except Missing:
            raise
        except Refused as refusal:
            return await _show(parts, request, viewer, key, name, str(refusal))
        return RedirectResponse(f"{ROOT}/{key}?{urlencode({'zone': name})}", 303)

    return routes


async def _one(parts: Parts, viewer: Viewer, key: str, zone: str) -> ReviewPage:
    return await parts.house.read(review_page, viewer, asking(viewer), key, zone)


async def _show(parts: Parts, request: Request, viewer: Viewer, key: str, zone: str, refused: str = "") -> Response:
    found = await _one(parts, viewer, key, zone)
    at = found.line.review.at if found.line else found.proposed.at if found.proposed else None
    return page(
        request,
        "web/review.html.j2",
        422 if refused else 200,
        found=found,
        refused=refused,
        wall=at.astimezone(found.zone).strftime(WALL) if at else "",
        may_write=viewer.may(Scope.POSTMORTEMS_WRITE),
        now=parts.house.clock.now(),
        length=LENGTH,
        zones=zone_names(),
    )
