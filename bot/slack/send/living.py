"""Living messages: the card, the announcement and the checklists, posted once and edited from then on."""

from functools import partial
from typing import Any

from bot.errors import Rejected, Retry
from bot.flows.living_message import placed, taken_back
from bot.flows.views import IncidentView, checklist_view
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.blocks.card import announcement, card
from bot.slack.blocks.checklist import checklist_message
from bot.slack.desk import Desk
from bot.slack.send.post import REST, edit, post_once
from store.effects import Claimed
from store.living import LivingMessage

MOVED = {"channel_not_found", "not_in_channel", "is_archived"}  # what was known of the channel may be old


async def show_card(desk: Desk, effect: Claimed) -> Done:
    """Post the card and pin it, or edit it."""
    view = await desk.view(effect)
    if view is None or view.incident.channel_id is None:
        return NOTHING_TO_DO
    message = card(view, desk.house.clock.now())
    return await show(desk, effect, view, "card", view.incident.channel_id, message)


async def pin_card(desk: Desk, effect: Claimed) -> Done:
    """Pin the card."""
    try:
        await desk.api.call("pins.add", channel=effect.args["channel"], timestamp=effect.args["ts"])
    except Rejected as refusal:
        if refusal.reason not in ("already_pinned", "message_not_found"):
            raise
    return NOTHING_TO_DO


async def show_checklist(desk: Desk, effect: Claimed) -> Done:
    """Post a checklist, or edit it."""
    incident, view = await desk.view(effect), await desk.house.read(checklist_view, effect.args["run"])
    if incident is None or view is None or view.incident.channel_id is None:
        return NOTHING_TO_DO
    message = checklist_message(view, desk.house.clock.now())
    return await show(desk, effect, incident, f"checklist:{view.run.id}", view.incident.channel_id, message)


async def show_announcement(desk: Desk, effect: Claimed) -> Done:
    """Post the announcement, edit it, or take it back when the incident became private."""
    view = await desk.view(effect)
    there = view.living.get("announcement") if view else None
    if view is None or (not view.announced and there is None):
        return NOTHING_TO_DO
    if not view.announced and there is not None and view.incident.private:
        await _take_back(desk, there)
        return Done(partial(taken_back, effect.incident_id or 0, there.channel_id))
    remembered = desk.remembers_channels
    try:
        return await show(desk, effect, view, "announcement", await desk.announce_channel(), announcement(view))
    except Rejected as refusal:
        desk.forget_channels()
        if remembered and refusal.reason in MOVED:
            raise Retry(refusal.reason) from refusal
        raise


async def show(
    desk: Desk, effect: Claimed, view: IncidentView, what: str, channel: str, message: dict[str, Any]
) -> Done:
    """Post a living message, or edit it where it stands. *what* tells the living messages of an incident apart."""
    incident_id, there = effect.incident_id or 0, view.living.get(what)
    if there is not None and await edit(desk.api, there.channel_id, there.ts, message):
        return NOTHING_TO_DO
    channel, ts = await post_once(desk.api, effect, channel, message)
    return Done(partial(placed, incident_id, what, channel, ts), REST)


async def _take_back(desk: Desk, there: LivingMessage) -> None:
    try:
        await desk.api.call("chat.delete", channel=there.channel_id, ts=there.ts)
    except Rejected as refusal:
        if refusal.reason != "message_not_found":
            raise
