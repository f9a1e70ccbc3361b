"""Reviews for people: those to come, those that were, what is still without one, and one with its agenda."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.core.access import Viewer
from bot.core.named import called
from bot.core.postmortem import draft
from bot.core.reviews import Slot, agenda
from bot.core.zones import zone_named
from bot.errors import Missing, Refused
from bot.flows.book_review import booked, propose_review
from bot.flows.meet import names_of
from bot.flows.postmortem_case import postmortem_case
from bot.flows.seen import seen_incident
from bot.flows.tx import Request, Tx
from store.incidents import Incident, incident_by_id, participants
from store.people import people, person
from store.postmortems import Postmortem, postmortem_of
from store.reviews import Review, answers_to, reviews_seen, without_review

SHOWN = 50  # of each


@dataclass(frozen=True, slots=True)
class Line:
    """One review. ``answers`` are (who answered, who learned something, who would come again), in total only."""

    review: Review
    incident: Incident
    leads: str
    answers: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    """What is to come, what was, and the incidents that are over and have no review; times are told in ``zone``."""

    zone: ZoneInfo
    coming: Sequence[Line]
    past: Sequence[Line]
    unbooked: Sequence[Incident]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The review of one incident, or the time that could be one: ``proposed``, at which most of ``invited`` work."""

    zone: ZoneInfo
    incident: Incident
    postmortem: Postmortem | None
    line: Line | None
    invited: Sequence[str]
    agenda: Sequence[str]
    proposed: Slot | None


def reviews_page(tx: Tx, viewer: Viewer, zone: str) -> ReviewsPage:
    """Return the reviews that a viewer may see, in the zone that they name, or where they live."""
    see = (tx.db, viewer.workspace_id, viewer.person)
    coming = reviews_seen(*see, tx.now, past=False, limit=SHOWN)
    past = reviews_seen(*see, tx.now, past=True, limit=SHOWN)
    return ReviewsPage(
        zone=reading_zone(tx, viewer, zone),
        coming=_lines(tx, coming),
        past=_lines(tx, past),
        unbooked=without_review(*see, limit=SHOWN),
    )


def review_page(tx: Tx, viewer: Viewer, request: Request, key: str, zone: str) -> ReviewPage:
    """Return the review of one incident. What a viewer may not see is not there."""
    incident_id = seen_incident(tx, viewer, key)
    incident = incident_by_id(tx.db, incident_id) if incident_id else None
    if incident is None:
        raise Missing(f"There is no incident {key[:40]}.")
    review = booked(tx, incident.id or 0)
    invited = [
        called([who.account, *names_of(tx, who)]) for who in people(tx.db, participants(tx.db, incident.id or 0))
    ]
    return ReviewPage(
        zone=reading_zone(tx, viewer, zone),
        incident=incident,
        postmortem=postmortem_of(tx.db, incident.id or 0),
        line=_lines(tx, [(review, incident)])[0] if review else None,
        invited=sorted(invited, key=str.casefold),
        agenda=agenda(draft(postmortem_case(tx, incident.id or 0))),
        proposed=_proposed(tx, request, incident),
    )


def reading_zone(tx: Tx, viewer: Viewer, asked: str) -> ZoneInfo:
    """Return the zone that somebody asks for, the one that Slack knows of them, or that of the settings."""
    who = person(tx.db, viewer.person) if viewer.person else None
    return zone_named(asked) or zone_named(who.zone if who else None) or tx.rules.zone


def _proposed(tx: Tx, request: Request, incident: Incident) -> Slot | None:
    try:
        return propose_review(tx, request, key=incident.key).slot
    except Refused:  # It goes on, or nobody works within ten days: there is no time to propose.
        return None


def _lines(tx: Tx, found: Sequence[tuple[Review, Incident]]) -> list[Line]:
    answers = answers_to(tx.db, [review.incident_id for review, _ in found])
    leading = people(tx.db, {review.facilitator for review, _ in found if review.facilitator})
    names = {who.ref: called([who.account, *names_of(tx, who)]) for who in leading}
    return [
        Line(review, incident, names.get(review.facilitator or "", ""), answers.get(review.incident_id, (0, 0, 0)))
        for review, incident in found
    ]
