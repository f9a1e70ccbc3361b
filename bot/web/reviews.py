"""/reviews: those to come and those that were, each with its agenda, who comes, and an invitation for calendars."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.access import Viewer
from bot.core.cursors import LARGEST
from bot.core.reviews import LENGTH, invitation
from bot.core.zones import WALL, from_wall, zone_named, zone_names
from bot.errors import Missing, Refused, Unfit
from bot.flows.book_review import book_review, call_off_review
from bot.flows.feeds import feed_object, subscribe, subscriptions, unsubscribe
from bot.flows.reviews_page import ReviewPage, review_page, reviews_page
from bot.flows.seen import must_see
from bot.web.access import asking, needs
from bot.web.filled import filled
from bot.web.page import page
from bot.web.parts import Parts
from store.types import FeedKind, Scope

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
        values["feeds"] = await _feeds(parts, viewer)
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

    @routes.post(ROOT + "/feeds")
    async def follow(viewer: Reader) -> Response:
        """Make a link with which a calendar subscribes to all reviews that its person may see."""
        await parts.house.do(subscribe, viewer, FeedKind.REVIEWS)
        return RedirectResponse(f"{ROOT}#calendar", 303)

    @routes.post(ROOT + "/feeds/{number:int}/end")
    async def unfollow(viewer: Reader, number: int) -> Response:
        """End one."""
        await parts.house.do(unsubscribe, viewer, min(number, LARGEST))
        return RedirectResponse(f"{ROOT}#calendar", 303)

    @routes.post(ROOT + "/{key}/call-off")
    async def call_off(request: Request, viewer: Writer, key: str) -> Response:
        """Call the review of an incident off."""
        try:
            await parts.house.read(must_see, viewer, key)
            await parts.house.do(call_off_review, asking(viewer), key)
        except Missing:
            raise
        except Refused as refusal:
            return await _show(parts, request, viewer, key, "", str(refusal))
        return RedirectResponse(f"{ROOT}/{key}", 303)

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


async def _feeds(parts: Parts, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the links by which whoever asks follows reviews."""
    found = await parts.house.read(subscriptions, viewer)
    return [feed_object(feed, parts.links) for feed in found if feed.kind is FeedKind.REVIEWS]


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
