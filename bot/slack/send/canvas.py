"""The canvas of an incident's channel: made once, written anew with each version that is published."""

from functools import partial
from typing import Any

from bot.errors import Rejected
from bot.flows.publish_page import CANVAS, PageCase, begin_page, page_case, page_written
from bot.formats.canvas import as_canvas
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.desk import Desk
from store.effects import Claimed

TAKEN, GONE = "channel_canvas_already_exists", "canvas_not_found"
NOT_HERE = {  # what a workspace without canvases answers: nothing that somebody could mend
    "canvas_disabled_user_team",
    "free_team_canvas_tab_already_exists",
    "team_tier_cannot_create_channel_canvases",
}


async def show_canvas(desk: Desk, effect: Claimed) -> Done:
    """Bring the canvas to the latest version. A channel has one: somebody else's is left alone, which is told."""
    incident_id = effect.incident_id or 0
    case = await desk.house.read(page_case, incident_id, CANVAS)
    if case is None or case.incident.channel_id is None:
        return NOTHING_TO_DO
    content = {"type": "markdown", "markdown": as_canvas(case.text, desk.page("postmortems", case.incident.key))}
    place = case.publication.place
    try:
        if place is None or not await _edited(desk, place, content):
            place = await _made(desk, case, content)
    except Rejected as refusal:
        if refusal.reason not in NOT_HERE:
            raise
        return NOTHING_TO_DO
    return Done(partial(page_written, incident_id, place, 0, case.version, home=CANVAS))


async def _made(desk: Desk, case: PageCase, content: dict[str, Any]) -> str:
    channel, incident_id = case.incident.channel_id or "", case.incident.id or 0
    if case.publication.asked_at is None:
        await desk.house.do_behind(begin_page, incident_id, CANVAS)
    try:
        answer = await desk.api.call(
            "conversations.canvases.create", channel_id=channel, title=case.title, document_content=content
        )
    except Rejected as refusal:
        there = await _ours(desk, channel) if refusal.reason == TAKEN else None
        if there is None or not await _edited(desk, there, content):
            raise
        return there  # An earlier attempt made it, and its answer was lost.
    return str(answer["canvas_id"])


async def _edited(desk: Desk, place: str, content: dict[str, Any]) -> bool:
    """Write a canvas anew; False when it is gone. Writing it twice changes nothing."""
    try:
        changes = [{"operation": "replace", "document_content": content}]
        await desk.api.call("canvases.edit", canvas_id=place, changes=changes)
    except Rejected as refusal:
        if refusal.reason != GONE:
            raise
        return False
    return True


async def _ours(desk: Desk, channel: str) -> str | None:
    """Return the channel's canvas if it is we who made it."""
    await desk.introduce()
    about = (await desk.api.call("conversations.info", channel=channel))["channel"]
    place = ((about.get("properties") or {}).get("canvas") or {}).get("file_id")
    if not place:
        return None
    file = (await desk.api.call("files.info", file=place))["file"]
    return str(place) if file.get("user") == desk.bot_user else None
