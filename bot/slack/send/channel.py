"""An incident's channel: made once, named, described, filled with the people it concerns."""

from functools import partial
from typing import Any

from bot.core.channels import channel_name
from bot.core.wording import shortened
from bot.errors import Rejected
from bot.flows.attach_channel import attach_channel
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.desk import Desk
from bot.slack.mrkdwn import bare
from store.effects import Claimed
from store.incidents import Incident

NAMES = 20  # tries before a person must help
TOPIC = 250  # characters, set by Slack
SETTLED = {"already_in_channel", "cant_invite_self"}


async def create_channel(desk: Desk, effect: Claimed) -> Done:
    """Create the channel, under another name when the first is taken, and attach it in the settling transaction."""
    view = await desk.view(effect)
    if view is None or view.incident.channel_id is not None:
        return NOTHING_TO_DO
    channel = await _create(desk, effect, view.incident)
    return Done(partial(attach_channel, view.incident.id or 0, channel["id"], channel["name"]))


async def _create(desk: Desk, effect: Claimed, incident: Incident) -> dict[str, Any]:
    for attempt in range(NAMES):
        name = channel_name(incident.number, "" if incident.private else incident.title, attempt)
        if effect.look_first and (mine := await _made_by_us(desk, name, effect)):
            return mine
        try:
            answer = await desk.api.call("conversations.create", name=name, is_private=incident.private)
        except Rejected as refusal:
            if refusal.reason != "name_taken":
                raise
            continue
        return dict(answer["channel"])
    raise Rejected("name_taken")


async def _made_by_us(desk: Desk, name: str, effect: Claimed) -> dict[str, Any] | None:
    """Return the channel that an earlier attempt of this effect made, whose answer was lost."""
    await desk.introduce()
    channel = await desk.channel_named(name)
    if channel is None or channel.get("creator") != desk.bot_user:
        return None
    return channel if channel.get("created", 0) >= int(effect.created_at.timestamp()) - 60 else None


async def invite(desk: Desk, effect: Claimed) -> Done:
    """Invite one person. People without Slack need no invitation."""
    view = await desk.view(effect)
    account = view.people.get(effect.args["person"], "") if view else ""
    if view is None or view.incident.channel_id is None or ":" in account or not account:
        return NOTHING_TO_DO
    try:
        await desk.api.call("conversations.invite", channel=view.incident.channel_id, users=account)
    except Rejected as refusal:
        if refusal.reason == "cant_invite" and await _is_deactivated(desk, account):
            raise Rejected("user_disabled") from refusal
        if refusal.reason not in SETTLED:
            raise
    return NOTHING_TO_DO


async def _is_deactivated(desk: Desk, account: str) -> bool:
    """Ask why somebody cannot be invited: Slack says the same of guests and of closed accounts."""
    desk.people.forget(account)  # What was known of them may be from before.
    return bool((await desk.people.get(account)).get("deleted"))


async def set_topic(desk: Desk, effect: Claimed) -> Done:
    """Write the incident's state into the topic."""
    view = await desk.view(effect)
    if view is None or view.incident.channel_id is None:
        return NOTHING_TO_DO
    incident = view.incident
    text = f"{incident.severity.upper()} · {incident.status} · {bare(incident.title)}"
    await desk.api.call("conversations.setTopic", channel=incident.channel_id, topic=shortened(text, TOPIC))
    return NOTHING_TO_DO


async def add_bookmark(desk: Desk, effect: Claimed) -> Done:
    """Bookmark the incident's page, once."""
    view = await desk.view(effect)
    if view is None or view.incident.channel_id is None:
        return NOTHING_TO_DO
    channel, link = view.incident.channel_id, desk.page("incidents", view.incident.key)
    if effect.look_first:
        answer = await desk.api.call("bookmarks.list", channel_id=channel)
        if any(
            bookmark.get("link", "").partition("?")[0] == link.partition("?")[0]
            for bookmark in answer.get("bookmarks", [])
        ):
            return NOTHING_TO_DO
    await desk.api.call(
        "bookmarks.add", channel_id=channel, title=f"{view.incident.key} timeline", type="link", link=link
    )
    return NOTHING_TO_DO


async def leave_public(desk: Desk, effect: Claimed) -> Done:
    """Empty the old channel of an incident that became private: our messages go, its name and topic say nothing."""
    channel = effect.args["channel"]
    for ts in effect.args["messages"]:
        await _tolerating(desk, {"message_not_found"}, "chat.delete", channel=channel, ts=ts)
    await _tolerating(desk, {"is_archived"}, "conversations.setTopic", channel=channel, topic="This work moved.")
    name = f"moved-{effect.incident_id}-{effect.id}"
    await _tolerating(desk, {"is_archived", "name_taken"}, "conversations.rename", channel=channel, name=name)
    await _tolerating(desk, {"already_archived"}, "conversations.archive", channel=channel)
    return NOTHING_TO_DO


async def _tolerating(desk: Desk, settled: set[str], method: str, **arguments: Any) -> None:
    try:
        await desk.api.call(method, **arguments)
    except Rejected as refusal:
        if refusal.reason not in settled:
            raise
