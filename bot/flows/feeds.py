"""What calendars and readers subscribe to, and who subscribed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.core.access import Viewer
from bot.core.links import Links
from bot.core.reviews import Dated
from bot.core.versions import summary
from bot.errors import Missing
from bot.flows.as_json import zulu
from bot.flows.tx import Tx
from bot.flows.versions import versions
from store.feeds import Feed, feed_by_id, feeds_of
from store.paging import Whose, reviews_page
from store.people import person
from store.postmortems import published_postmortems
from store.types import FeedKind
from store.workspaces import home_workspace

PATHS = {FeedKind.REVIEWS: "/feeds/reviews.ics", FeedKind.POSTMORTEMS: "/feeds/postmortems.rss"}
BEHIND = timedelta(days=60)  # of reviews that are over; a calendar keeps what it was told before
MOST = 500  # reviews in a calendar
NEWEST = 50  # postmortems in a reader


@dataclass(frozen=True, slots=True)
class Published:
    """A postmortem that everybody may read: its incident, when it was published and last changed, and its summary."""

    key: str
    title: str
    severity: str
    published_at: datetime
    changed_at: datetime
    summary: str


def subscribe(tx: Tx, viewer: Viewer, kind: FeedKind) -> Feed:
    """Let somebody subscribe: with the link that is made of this, a calendar or a reader sees what they may see."""
    workspace_id = home_workspace(tx.db, viewer.team)
    feed = Feed(workspace_id=workspace_id, person=viewer.person, kind=kind, made_at=tx.now)
    tx.db.add(feed)
    tx.db.flush()
    return feed


def subscriptions(tx: Tx, viewer: Viewer) -> list[Feed]:
    """Return what a viewer subscribed to."""
    return feeds_of(tx.db, viewer.workspace_id, viewer.person)


def unsubscribe(tx: Tx, viewer: Viewer, feed_id: int) -> Feed:
    """End a subscription of a viewer's. Its link opens nothing any more."""
    feed = feed_by_id(tx.db, feed_id)
    if feed is None or (feed.workspace_id, feed.person) != (viewer.workspace_id, viewer.person):
        raise Missing(f"There is no feed {feed_id} of yours.")
    feed.revoked_at = tx.now
    tx.db.add(feed)
    return feed


def revoke_feed(tx: Tx, feed_id: int) -> None:
    """End anybody's subscription, from the shell of the bot's own machine."""
    feed = feed_by_id(tx.db, feed_id)
    if feed is None:
        raise Missing(f"There is no feed {feed_id}. See them: firstfive feeds list")
    feed.revoked_at = tx.now
    tx.db.add(feed)


def feed_object(feed: Feed, links: Links) -> dict[str, Any]:
    """Return a subscription as programs see it, with the link that opens it."""
    url = links.subscribed(PATHS[feed.kind], feed.id or 0)
    return {"id": feed.id, "kind": feed.kind, "made_at": zulu(feed.made_at), "url": url}


def subscriber(tx: Tx, feed_id: int, kind: FeedKind) -> Whose | None:
    """Return whose rows a subscription tells; None when it was revoked, is of another kind, or its person left."""
    feed = feed_by_id(tx.db, feed_id)
    if feed is None or feed.kind is not kind:
        return None
    whose = person(tx.db, feed.person) if feed.person else None
    left = feed.person is not None and (whose is None or not whose.active)
    return None if left else Whose(feed.workspace_id, feed.person)


def dated_reviews(tx: Tx, of: Whose) -> list[Dated]:
    """Return the reviews of the last weeks and those to come, also those that were called off."""
    found = reviews_page(tx.db, of, tx.now - BEHIND, None, MOST, called_off=True)
    return [
        Dated(
            incident.key,
            incident.title,
            review.at,
            review.called_off_at or review.booked_at,
            review.called_off_at is not None,
        )
        for review, incident in found
    ]


def published(tx: Tx, of: Whose) -> list[Published]:
    """Return the newest postmortems that were published, the newest first; nothing that is private or a test."""
    found = []
    for postmortem, incident in reversed(published_postmortems(tx.db, of.workspace_id, NEWEST)):
        kept = versions(tx, incident.id or 0)
        assert postmortem.published_at is not None
        found.append(
            Published(
                incident.key,
                incident.title,
                incident.severity,
                postmortem.published_at,
                kept[-1].created_at if kept else postmortem.published_at,
                summary(kept[-1].text) if kept else "",
            )
        )
    return found
