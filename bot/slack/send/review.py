"""Posting about a review in the incident's channel."""

from datetime import datetime

from bot.core.postmortem import draft
from bot.core.reviews import agenda, invitation
from bot.flows.book_review import booked
from bot.flows.postmortem_case import postmortem_case
from bot.flows.views import account_of
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.blocks import reviews
from bot.slack.desk import Desk
from bot.slack.send.post import REST, post_once
from bot.slack.send.upload import upload_once
from store.effects import Claimed


async def invite(desk: Desk, effect: Claimed) -> Done:
    """Upload the invitation for calendars, with the agenda. One that was moved meanwhile is not sent."""
    view, review = await desk.view(effect), await desk.house.read(booked, effect.incident_id or 0)
    if view is None or view.incident.channel_id is None or review is None or review.at != _at(effect):
        return NOTHING_TO_DO
    incident, link = view.incident, desk.page("postmortems", view.incident.key)
    leads = await desk.house.read(account_of, review.facilitator) if review.facilitator else None
    told = agenda(draft(await desk.house.read(postmortem_case, effect.incident_id or 0)))
    event = invitation(incident.key, incident.title, review.at, told, link, review.booked_at)
    name = f"{incident.key}-review-{effect.id}.ics"
    comment = reviews.invited(incident.key, review.at, leads, told, link)
    return await upload_once(desk, effect, view.incident.channel_id, name, event, f"Review of {incident.key}", comment)


async def call_off(desk: Desk, effect: Claimed) -> Done:
    """Say that it was called off, unless it was booked again."""
    view, again = await desk.view(effect), await desk.house.read(booked, effect.incident_id or 0)
    if view is None or view.incident.channel_id is None or again is not None:
        return NOTHING_TO_DO
    await post_once(desk.api, effect, view.incident.channel_id, reviews.called_off(view.incident.key, _at(effect)))
    return Done(rest=REST)


async def remind(desk: Desk, effect: Claimed) -> Done:
    """Say that it begins soon, unless it was moved."""
    return await _post(desk, effect, soon=True)


async def ask(desk: Desk, effect: Claimed) -> Done:
    """Ask the two questions."""
    return await _post(desk, effect, soon=False)


async def _post(desk: Desk, effect: Claimed, *, soon: bool) -> Done:
    view, review = await desk.view(effect), await desk.house.read(booked, effect.incident_id or 0)
    if view is None or view.incident.channel_id is None or review is None or review.at != _at(effect):
        return NOTHING_TO_DO
    key = view.incident.key
    message = reviews.soon(key, review.at, desk.page("postmortems", key)) if soon else reviews.poll(key)
    await post_once(desk.api, effect, view.incident.channel_id, message)
    return Done(rest=REST)


def _at(effect: Claimed) -> datetime:
    return datetime.fromisoformat(effect.args["at"])
