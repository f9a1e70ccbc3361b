"""/feeds and /api/v1/feeds: reviews for calendars, published postmortems for readers, and the links that open them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any
from xml.sax.saxutils import escape

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from bot.core.cursors import LARGEST
from bot.core.reviews import subscription
from bot.flows import tx
from bot.flows.feeds import (
    PATHS,
    Published,
    dated_reviews,
    feed_object,
    published,
    subscribe,
    subscriber,
    subscriptions,
    unsubscribe,
)
from bot.flows.paging import whose
from bot.flows.tx import Tx
from bot.web.access import Closed, needs
from bot.web.api.exchange import Exchange, knows, reads, writes
from bot.web.api.objects import postmortem as objects
from bot.web.api.objects.told import Page
from bot.web.api.postmortems import tag
from bot.web.api.strict import Asked, Strict
from bot.web.api.words import Number
from bot.web.parts import parts_of
from store.paging import Whose
from store.types import FeedKind, Scope

Reader = Annotated[Exchange, reads(Scope.POSTMORTEMS_READ)]
Writer = Annotated[Exchange, writes(Scope.POSTMORTEMS_READ)]
_NEEDED = needs(Scope.POSTMORTEMS_READ)


class Subscribing(Asked):
    """What to subscribe to."""

    kind: FeedKind


class Opened:
    """The dependency of a feed: it opens with a link of its own, or for whoever may read postmortems."""

    def __init__(self, kind: FeedKind) -> None:
        self._kind = kind

    async def __call__(
        self,
        request: Request,
        feed: Annotated[int | None, Query(ge=1, le=LARGEST, description="From the link of a subscription.")] = None,
        key: Annotated[str | None, Query(max_length=200, description="From the link of a subscription.")] = None,
    ) -> Whose:
        """Return whose rows may be told."""
        parts = parts_of(request)
        if feed is None or key is None:
            return whose(await _NEEDED(request))
        found = await parts.house.read(subscriber, feed, self._kind)
        if found is None or not parts.links.subscribes(PATHS[self._kind], feed, key):
            raise Closed(401, "This link opens nothing any more. Make another: POST /api/v1/feeds")
        return found


def feeds() -> APIRouter:
    """Return the routes that calendars and readers ask."""
    routes = APIRouter(tags=["feeds"], route_class=Strict)

    @routes.get(
        PATHS[FeedKind.REVIEWS], responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}}
    )
    async def calendar_of_reviews(
        request: Request, of: Annotated[Whose, Depends(Opened(FeedKind.REVIEWS))]
    ) -> Response:
        """Reviews as a calendar subscribes to them, also those that were called off."""
        parts = parts_of(request)
        found = await parts.house.read(dated_reviews, of)
        text = subscription("Reviews of incidents", found, lambda key: f"{parts.links.base}/postmortems/{key}")
        return _told(request, text, "text/calendar", max((one.changed_at for one in found), default=None))

    @routes.get(
        PATHS[FeedKind.POSTMORTEMS],
        responses={200: {"content": {"application/rss+xml": {"schema": {"type": "string"}}}}},
    )
    async def feed_of_postmortems(
        request: Request, of: Annotated[Whose, Depends(Opened(FeedKind.POSTMORTEMS))]
    ) -> Response:
        """Published postmortems as a reader subscribes to them, the newest first. Nothing that is private or a test."""
        found = await parts_of(request).house.read(published, of)
        text = _rss(parts_of(request).links.base, of.workspace_id, found)
        return _told(request, text, "application/rss+xml", max((one.changed_at for one in found), default=None))

    return routes


def router() -> APIRouter:
    """Return the routes with which somebody subscribes."""
    routes = APIRouter(prefix="/feeds", tags=["feeds"], route_class=Strict)

    @routes.get("", responses={200: {"model": Page[objects.Feed]}})
    async def list_feeds(asked: Reader) -> Response:
        """List what you subscribed to."""
        found = await asked.parts.house.read(subscriptions, asked.viewer)
        return asked.told({"items": [feed_object(feed, asked.parts.links) for feed in found], "next": None})

    @routes.post("", status_code=201, responses={201: {"model": objects.Feed}})
    async def subscribe_to_a_feed(asked: Writer, body: Subscribing) -> Response:
        """Make a link for a calendar or a reader, which cannot sign in. It shows what you may see, until you end it."""

        def work(db: Tx, _request: tx.Request) -> Any:
            return feed_object(subscribe(db, asked.viewer, body.kind), asked.parts.links)

        return await asked.do(work, 201)

    @routes.delete("/{feed}", status_code=204)
    async def end_a_feed(asked: Writer, feed: Number) -> Response:
        """End a subscription. Its link opens nothing any more."""
        return await asked.do(lambda db, _request: unsubscribe(db, asked.viewer, feed), 204)

    return routes


def _told(request: Request, text: str, kind: str, changed_at: datetime | None) -> Response:
    """Answer with a feed, or that it is as the reader knows it."""
    headers = {"ETag": tag(text), "Cache-Control": "private, max-age=300"}
    if changed_at is not None:
        headers["Last-Modified"] = format_datetime(changed_at.astimezone(UTC).replace(microsecond=0), usegmt=True)
    told, since = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
    same = knows(told, headers["ETag"]) if told is not None else _not_since(since, changed_at)
    return Response(status_code=304, headers=headers) if same else Response(text, 200, headers, media_type=kind)


def _not_since(since: str | None, changed_at: datetime | None) -> bool:
    if since is None or changed_at is None:
        return False
    try:
        asked = parsedate_to_datetime(since)
    except (ValueError, TypeError, OverflowError):
        return False
    return asked.tzinfo is not None and changed_at.replace(microsecond=0) <= asked


def _rss(base: str, workspace_id: int, found: Sequence[Published]) -> str:
    items = "".join(
        f"<item><title>{_text(f'{one.key}: {one.title}')}</title>"
        f"<link>{_text(f'{base}/postmortems/{one.key}')}</link>"
        f'<guid isPermaLink="false">firstfive:{workspace_id}:{one.key}:postmortem</guid>'
        f"<pubDate>{format_datetime(one.published_at.astimezone(UTC), usegmt=True)}</pubDate>"
        f"<category>{_text(one.severity)}</category><description>{_text(one.summary)}</description></item>"
        for one in found
    )
    about = "What was learned from incidents."
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Postmortems</title>'
        f"<link>{_text(f'{base}/postmortems')}</link><description>{about}</description>{items}</channel></rss>\n"
    )


def _text(text: str) -> str:
    """Return text as XML takes it; characters that no XML can hold are left out."""
    return escape(
        "".join(letter for letter in text if letter in "\n\t" or (letter >= " " and letter not in "\ufffe\uffff"))
    )
