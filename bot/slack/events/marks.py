"""Reactions and pins: 📌 puts a message on the timeline, 🎫 makes it an action item, ✅ settles what it shows."""

from bot.flows.follow_message import Mark, mark_message, tick_message
from bot.slack.asked import Asked
from bot.slack.desk import Desk

MARKS = {"pushpin": Mark.TIMELINE, "round_pushpin": Mark.TIMELINE, "ticket": Mark.ACTION_ITEM}
TICK = "white_check_mark"


async def reaction_added(desk: Desk, asked: Asked) -> None:
    """Follow a reaction to a message."""
    name, item = asked.payload["reaction"], asked.payload["item"]
    if item.get("type") != "message" or asked.request.account == desk.bot_user:
        return
    if name in MARKS:
        await desk.house.do(mark_message, asked.request, item["ts"], MARKS[name])
    elif name == TICK:
        await desk.house.do(tick_message, asked.request, item["ts"])


async def pin_added(desk: Desk, asked: Asked) -> None:
    """Put a message that somebody pinned on the timeline. The card is pinned by ourselves."""
    item = asked.payload["item"]
    ts = (item.get("message") or {}).get("ts")
    if ts and asked.request.account != desk.bot_user:
        await desk.house.do(mark_message, asked.request, ts, Mark.TIMELINE)
