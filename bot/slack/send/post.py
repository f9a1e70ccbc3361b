"""Posting to a channel once, and looking a post up when its answer was lost."""

from datetime import timedelta
from typing import Any

from bot.errors import Rejected
from bot.slack.api import SlackApi
from store.effects import Claimed

EVENT = "firstfive_effect"  # the metadata by which a message is recognised
REST = timedelta(seconds=1)  # Slack takes one message a second in a channel


async def post_once(api: SlackApi, effect: Claimed, channel: str, message: dict[str, Any]) -> tuple[str, str]:
    """Post a message unless an earlier attempt did, and return (channel id, timestamp).

    Every post carries the number of its effect, so that a post whose answer was lost is found instead of repeated.
    """
    if effect.look_first:
        found = await find_post(api, effect, channel, message.get("thread_ts"))
        if found is not None:
            return channel, found
    metadata = {"event_type": EVENT, "event_payload": {"effect": effect.id}}
    answer = await api.call("chat.postMessage", channel=channel, metadata=metadata, **_quiet(message))
    return str(answer["channel"]), str(answer["ts"])


async def find_post(api: SlackApi, effect: Claimed, channel: str, thread: str | None = None) -> str | None:
    """Return the timestamp of the message that this effect posted, or None."""
    method = "conversations.replies" if thread else "conversations.history"
    since = f"{effect.created_at.timestamp() - 60:.6f}"
    cursor = None
    while True:
        answer = await api.call(
            method, channel=channel, ts=thread, oldest=since, limit=200, cursor=cursor, include_all_metadata=True
        )
        for message in answer.get("messages", []):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT and metadata["event_payload"].get("effect") == effect.id:
                return str(message["ts"])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return None


async def edit(api: SlackApi, channel: str, ts: str, message: dict[str, Any]) -> bool:
    """Edit a message in place. False when it is gone, because somebody deleted it."""
    try:
        await api.call("chat.update", channel=channel, ts=ts, **message)
    except Rejected as refusal:
        if refusal.reason not in ("message_not_found", "cant_update_message"):
            raise
        return False
    return True


def _quiet(message: dict[str, Any]) -> dict[str, Any]:
    return {"unfurl_links": False, "unfurl_media": False, **message}
