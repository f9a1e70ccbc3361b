"""Messages that only one person sees: private answers, posted, replaced and taken away again."""

from typing import Any

from bot.practice.blocks import with_ids
from bot.practice.cast import BOT_USER, TEAM_ID
from bot.practice.refusal import Json
from bot.practice.workspace import Channel, Workspace


def post(space: Workspace, channel: Channel, user: str, text: str, **more: Any) -> Json:
    """Show *user* a message in *channel* that nobody else sees, from the app."""
    message: Json = {"type": "message", "subtype": "bot_message", "ts": space.next_ts(channel), "text": text}
    message |= {"team": TEAM_ID, "ephemeral": True, "channel": channel.id} | space.signature_of(BOT_USER)
    message |= {key: value for key, value in more.items() if value}
    if more.get("blocks"):
        message["blocks"] = with_ids(more["blocks"])
    space.ephemerals.setdefault(user, []).append(message)
    _show(space, user, message)
    return message


def find(space: Workspace, user: str, ts: str) -> Json | None:
    return next((message for message in space.ephemerals.get(user, []) if message["ts"] == ts), None)


def replace(space: Workspace, user: str, message: Json, changes: Json) -> None:
    """Change a private message in place; what *changes* does not carry is gone, as with Slack's replace_original."""
    message.pop("blocks", None)
    message["text"] = changes.get("text", "")
    if changes.get("blocks"):
        message["blocks"] = with_ids(changes["blocks"])
    _show(space, user, message)


def delete(space: Workspace, user: str, message: Json) -> None:
    space.ephemerals[user].remove(message)
    gone = {"type": "ephemeral_deleted", "channel": message["channel"], "ts": message["ts"]}
    space.tell_pages(gone, None, user)


def _show(space: Workspace, user: str, message: Json) -> None:
    space.tell_pages({"type": "ephemeral", "channel": message["channel"], "message": message}, None, user)
