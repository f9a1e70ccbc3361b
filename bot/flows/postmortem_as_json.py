"""Postmortems, their versions and reviews as programs see them."""

from typing import Any

from bot.flows.as_json import zulu
from bot.flows.tx import Tx
from bot.flows.versions import Version
from store.incidents import Incident
from store.people import accounts
from store.postmortems import Postmortem
from store.reviews import Review


def version_object(version: Version) -> dict[str, Any]:
    """Return what a postmortem said at one time."""
    return {"number": version.number, "created_at": zulu(version.created_at), "text": version.text}


def postmortem_object(tx: Tx, postmortem: Postmortem, incident: Incident) -> dict[str, Any]:
    """Return where a postmortem stands; what it says is asked for in a format."""
    owner = accounts(tx.db, {postmortem.owner}).get(postmortem.owner) if postmortem.owner else None
    return {
        "key": incident.key,
        "title": incident.title,
        "severity": incident.severity,
        "private": incident.private,
        "test": incident.test,
        "state": postmortem.state,
        "owner": owner,
        "due_at": zulu(postmortem.due_at),
        "created_at": zulu(postmortem.created_at),
        "published_at": zulu(postmortem.published_at),
    }


def review_object(tx: Tx, review: Review, incident: Incident) -> dict[str, Any]:
    """Return when an incident is talked about, and who leads that."""
    facilitator = accounts(tx.db, {review.facilitator}).get(review.facilitator) if review.facilitator else None
    return {
        "key": incident.key,
        "title": incident.title,
        "private": incident.private,
        "at": zulu(review.at),
        "facilitator": facilitator,
        "booked_at": zulu(review.booked_at),
    }
