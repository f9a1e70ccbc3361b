"""Book a review, remind those invited, and ask two questions afterwards."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.reviews import LENGTH, NOTICE, Slot, propose
from bot.core.teams import team_of
from bot.errors import Missing, Refused, Unfit
from bot.flows.asked import asker, incident_asked_for, incident_looked_at, once
from bot.flows.invite_by_mail import invite_by_mail
from bot.flows.meet import meet
from bot.flows.promise import for_incident
from bot.flows.publish_postmortem import to_review
from bot.flows.start_postmortem import start_postmortem
from bot.flows.tx import Request, Tx
from store.incidents import Incident, incident_by_id, participants
from store.people import active_people, people
from store.reviews import Review, answer_of, count_answers, review_of, reviews_to_follow

BEFORE = timedelta(minutes=30)  # the reminder


@dataclass(frozen=True, slots=True)
class Proposal:
    """A time for the review of an incident: *slot*, of how many who were there."""

    incident: Incident
    slot: Slot
    invited: int


def propose_review(tx: Tx, request: Request, after: datetime | None = None, key: str | None = None) -> Proposal:
    """Return the first time, a day from now or later, when most who took part are at work; later than *after*."""
    incident = incident_by_id(tx.db, incident_looked_at(tx, request, key))
    assert incident is not None
    _check_over(incident)
    team = team_of(tx.rules.teams, incident).calendar
    known = people(tx.db, participants(tx.db, incident.id or 0))
    calendars = [replace(team, zone=ZoneInfo(who.zone)) if who.zone else team for who in known]
    slot = propose(team, calendars, after or tx.now + NOTICE)
    if slot is None:
        raise Refused("The team has no working day within ten days. Look at its country in firstfive.toml")
    return Proposal(incident, slot, len(known))


def book_review(tx: Tx, request: Request, at: datetime, key: str | None = None) -> Review:
    """Book a review, or move it, and promise the invitation. Who leads it took no part in the incident."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    _check_over(incident)
    if at <= tx.now:
        raise Unfit("That time is over. Ask for another: /incident review")
    review = review_of(tx.db, incident.id or 0) or Review(incident_id=incident.id or 0, at=at, booked_at=tx.now)
    review.at, review.booked_at, review.reminded, review.asked = at, tx.now, False, False
    review.facilitator, review.called_off_at = _facilitator(tx, incident), None
    tx.db.add(review)
    to_review(tx, incident, start_postmortem(tx, incident), who)
    for_incident(tx, incident, "slack.review", args={"at": at.isoformat()}, order="channel")
    invite_by_mail(tx, incident, review)
    return review


def call_off_review(tx: Tx, request: Request, key: str | None = None) -> Review:
    """Call a review off. Calendars and the channel hear of it, and nobody is reminded."""
    once(tx, request)
    incident, _ = incident_asked_for(tx, request, key)
    review = booked(tx, incident.id or 0)
    if review is None:
        raise Missing(f"No review of {incident.key} is booked. Ask for a time: /incident review")
    if review.at <= tx.now:
        raise Refused("That review is over.")
    review.called_off_at = tx.now
    tx.db.add(review)
    for_incident(tx, incident, "slack.review_off", args={"at": review.at.isoformat()}, order="channel")
    invite_by_mail(tx, incident, review)
    return review


def booked(tx: Tx, incident_id: int) -> Review | None:
    """Return an incident's review, if one is booked and was not called off."""
    review = review_of(tx.db, incident_id)
    return review if review and review.called_off_at is None else None


def follow_reviews(tx: Tx) -> int:
    """Promise the reminder before each review and the two questions after it, each once; return how many."""
    found = reviews_to_follow(tx.db, tx.now + BEFORE, tx.now - LENGTH)
    for review in found:
        incident = incident_by_id(tx.db, review.incident_id)
        assert incident is not None
        over = review.at + LENGTH <= tx.now
        review.reminded, review.asked = True, over
        tx.db.add(review)
        kind = "slack.review_poll" if over else "slack.review_soon"
        for_incident(tx, incident, kind, args={"at": review.at.isoformat()}, order="channel")
    return len(found)


def answer_review(tx: Tx, request: Request, question: str, yes: bool, key: str) -> tuple[int, int, int]:
    """Answer one of the two questions, "learned" or "again"; return (answers, learned, would come again)."""
    once(tx, request)
    incident_id = incident_looked_at(tx, request, key)
    answer = answer_of(tx.db, incident_id, asker(tx, request)[1])
    if question == "learned":
        answer.learned = yes
    else:
        answer.again = yes
    tx.db.add(answer)
    tx.db.flush()
    return count_answers(tx.db, incident_id)


def _check_over(incident: Incident) -> None:
    if incident.live:
        raise Refused(f"{incident.key} is {incident.status}. Review it once it is over: /incident resolve")


def _facilitator(tx: Tx, incident: Incident) -> str | None:
    """Return the team's lead, or else somebody known, who took no part; None when everybody did."""
    part, lead = participants(tx.db, incident.id or 0), team_of(tx.rules.teams, incident).lead
    leading = [meet(tx, incident.workspace_id, lead)] if lead else []
    others = [] if incident.private else active_people(tx.db, incident.workspace_id)
    return next((ref for ref in (*leading, *others) if ref not in part), None)
