"""Edits and deletions of messages: what was captured follows them."""

from bot.flows.follow_message import follow_edit
from bot.slack.asked import Asked
from bot.slack.desk import Desk
from bot.slack.said import words


async def message(desk: Desk, asked: Asked) -> None:
    """Follow an edit or a deletion. What people merely say is theirs, until somebody marks it."""
    event = asked.payload
    now = event.get("message") or {}
    if event.get("subtype") == "message_deleted":
        await desk.house.do(follow_edit, asked.request, event["deleted_ts"], None)
    elif event.get("subtype") == "message_changed" and now.get("subtype") == "tombstone":
        await desk.house.do(follow_edit, asked.request, now["ts"], None)  # deleted, with a thread that stays
    elif event.get("subtype") == "message_changed" and now.get("user") != desk.bot_user:
        await desk.house.do(follow_edit, asked.request, now["ts"], words(now))
