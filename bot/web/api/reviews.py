"""/api/v1/reviews: when people talk about an incident."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from bot.core.cursors import Place
from bot.errors import Missing
from bot.flows import tx
from bot.flows.as_json import zulu
from bot.flows.book_review import book_review, booked, call_off_review, propose_review
from bot.flows.paging import list_reviews
from bot.flows.postmortem_as_json import review_object
from bot.flows.seen import must_see
from bot.flows.tx import Tx
from bot.web.access import asking
from bot.web.api.exchange import SHOWN, Exchange, Limit, behind, fresh, reads, writes
from bot.web.api.objects import postmortem as objects
from bot.web.api.objects.told import Page
from bot.web.api.strict import Asked, Strict
from bot.web.api.words import Key, Time
from store.incidents import incident_by_id
from store.types import Scope

Reader = Annotated[Exchange, reads(Scope.POSTMORTEMS_READ)]
Writer = Annotated[Exchange, writes(Scope.POSTMORTEMS_WRITE)]


class Booking(Asked):
    """When it is to be."""

    at: Time


def router() -> APIRouter:
    """Return the routes of reviews."""
    routes = APIRouter(tags=["reviews"], route_class=Strict)

    @routes.get("/reviews", responses={200: {"model": Page[objects.Review]}})
    async def list_of_reviews(
        asked: Reader,
        place: Annotated[Place | None, behind("reviews", datetime, int)],
        limit: Limit = SHOWN,
        since: Time | None = None,
    ) -> Response:
        """List the reviews that are to come, or all since a time, the first one first."""
        return await asked.page("reviews", list_reviews, asked.viewer, since, place, limit)

    @routes.get("/incidents/{key}/review", responses={200: {"model": objects.Review}})
    async def show_a_review(asked: Reader, key: Key) -> Response:
        """Say when an incident's review is."""
        return asked.told(await asked.about(key, _object))

    @routes.get("/incidents/{key}/review/proposal", responses={200: {"model": objects.Proposal}})
    async def propose_a_review(asked: Reader, key: Key, after: Time | None = None) -> Response:
        """Propose the first time, a day from now or later, when most who took part are at work."""
        return asked.told(await asked.about(key, _proposed, asked, key, after))

    @routes.post("/incidents/{key}/review", responses={200: {"model": objects.Review}})
    async def book_a_review(asked: Writer, key: Key, body: Booking) -> Response:
        """Book the review, or move it. The invitation follows in the incident's channel."""

        def work(db: Tx, request: tx.Request) -> Any:
            incident_id = must_see(db, asked.viewer, key)
            book_review(db, request, body.at, key=key)
            return fresh(db, _object, incident_id)

        return await asked.do(work)

    @routes.delete("/incidents/{key}/review", status_code=204)
    async def call_off_a_review(asked: Writer, key: Key) -> Response:
        """Call the review off. Calendars that subscribed hear of it."""

        def work(db: Tx, request: tx.Request) -> None:
            must_see(db, asked.viewer, key)
            call_off_review(db, request, key=key)

        return await asked.do(work, 204)

    return routes


def _object(db: Tx, incident_id: int) -> dict[str, Any]:
    incident, review = incident_by_id(db.db, incident_id), booked(db, incident_id)
    assert incident is not None
    if review is None:
        raise Missing(f"No review of {incident.key} is booked.")
    return review_object(db, review, incident)


def _proposed(db: Tx, incident_id: int, asked: Exchange, key: str, after: datetime | None) -> dict[str, Any]:
    found = propose_review(db, asking(asked.viewer), after, key)
    return {
        "key": found.incident.key,
        "at": zulu(found.slot.at),
        "present": found.slot.present,
        "invited": found.invited,
    }
