"""Fetching a message that somebody marked: events name it by its place alone."""

from functools import partial
from typing import Any

from bot.errors import Rejected
from bot.flows.follow_message import Mark, action_from_marked, capture_marked
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.desk import Desk
from bot.slack.said import said, title_of
from store.effects import Claimed


async def capture(desk: Desk, effect: Claimed) -> Done:
    """Put the message on the timeline, or make an action item of it. One that was deleted meanwhile is left out."""
    channel, ts, by = effect.args["channel"], effect.args["ts"], effect.args["by"]
    message = await _message_at(desk, channel, ts)
    if message is None:
        return NOTHING_TO_DO
    what, incident_id = said(channel, message), effect.incident_id or 0
    if effect.args["mark"] == Mark.ACTION_ITEM:
        return Done(partial(action_from_marked, incident_id, what, title_of(what.text), by))
    if message.get("user") == desk.bot_user:
        return NOTHING_TO_DO  # What we say ourselves comes from the timeline.
    return Done(partial(capture_marked, incident_id, what, by))


async def _message_at(desk: Desk, channel: str, ts: str) -> dict[str, Any] | None:
    """Return the message at a place, or None when it is gone. The history leaves replies out, so they are asked for."""
    place = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True, "limit": 1}
    answer = await desk.api.call("conversations.history", **place)
    found = [message for message in answer.get("messages", []) if message["ts"] == ts]
    if not found:
        found = await _reply_at(desk, place)
    return dict(found[0]) if found and found[0].get("subtype") != "tombstone" else None


async def _reply_at(desk: Desk, place: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        answer = await desk.api.call("conversations.replies", ts=place["latest"], **place)
    except Rejected as refusal:
        if refusal.reason != "thread_not_found":
            raise
        return []
    return [message for message in answer.get("messages", []) if message["ts"] == place["latest"]]
