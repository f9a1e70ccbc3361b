"""What happens to a message: it is posted, edited, deleted, answered with an emoji, pinned."""

import copy
from typing import Any

from bot.practice.blocks import with_ids
from bot.practice.cast import BOT_USER, TEAM_ID
from bot.practice.refusal import Json, Refusal
from bot.practice.workspace import Channel, Workspace

NARRATION = {f"channel_{what}" for what in ("join", "leave", "topic", "purpose", "name", "archive", "unarchive")}


def post(space: Workspace, channel: Channel, user: str, text: str, **more: Any) -> Json:
    """Say something in *channel*. *more* is what else a message may carry: blocks, thread_ts, metadata, files."""
    message = _compose(space, channel, user, text, more)
    thread = message.get("thread_ts")
    channel.messages[message["ts"]] = message
    channel.last_read[user] = message["ts"]
    if thread and thread in channel.messages:
        _count_reply(space, channel, channel.messages[thread], message)
    _show(space, channel, message)
    event = message | {"channel": channel.id, "event_ts": message["ts"], "channel_type": channel.type}
    space.tell_app(event, channel)
    if f"<@{BOT_USER}>" in text and user != BOT_USER and not channel.is_im:
        mention = {key: event[key] for key in ("user", "text", "ts", "channel", "event_ts")}
        space.tell_app({"type": "app_mention", **mention} | ({"thread_ts": thread} if thread else {}), channel)
    return message


def _compose(space: Workspace, channel: Channel, user: str, text: str, more: Json) -> Json:
    message: Json = {"type": "message", "ts": space.next_ts(channel), "text": text, "team": TEAM_ID}
    message |= space.signature_of(user)
    if more.get("blocks"):
        message["blocks"] = with_ids(more["blocks"])
    message |= {key: copy.deepcopy(value) for key, value in more.items() if key != "blocks" and value is not None}
    return message


def _count_reply(space: Workspace, channel: Channel, parent: Json, reply: Json) -> None:
    writers = parent.setdefault("reply_users", [])
    if reply["user"] not in writers:
        writers.append(reply["user"])
    parent |= {"thread_ts": parent["ts"], "latest_reply": reply["ts"], "reply_users_count": len(writers)}
    parent["reply_count"] = parent.get("reply_count", 0) + 1
    reply["parent_user_id"] = parent["user"]
    _show(space, channel, parent)


def _show(space: Workspace, channel: Channel, message: Json) -> None:
    space.tell_pages({"type": "message", "channel": channel.id, "message": message}, channel, None)


def narrate(space: Workspace, channel: Channel, subtype: str, user: str, text: str, **more: Any) -> Json:
    """Post the line that Slack itself writes when someone joins, renames, sets a topic and so on."""
    return post(space, channel, user, text, subtype=subtype, **more)


def edit(space: Workspace, channel: Channel, ts: str, changes: Json) -> Json:
    """Change a message in place. Blocks that *changes* does not name are kept, an empty list takes them away."""
    message = space.message(channel, ts)
    before = copy.deepcopy(message)
    changes = copy.deepcopy(changes)
    if "blocks" in changes:
        changes["blocks"] = with_ids(changes["blocks"])
    message |= changes
    for key in [key for key in ("blocks", "attachments") if message.get(key) == []]:
        del message[key]
    message["edited"] = {"user": message["user"], "ts": space.next_ts(channel)}
    _show(space, channel, message)
    _tell_hidden(space, channel, "message_changed", message=message, previous_message=before)
    return message


def _tell_hidden(space: Workspace, channel: Channel, subtype: str, **more: Any) -> None:
    ts = space.next_ts(channel)
    event = {"type": "message", "subtype": subtype, "hidden": True, "channel": channel.id, "ts": ts, "event_ts": ts}
    space.tell_app(copy.deepcopy(event | {"channel_type": channel.type} | more), channel)


def delete(space: Workspace, channel: Channel, ts: str) -> None:
    """Take a message away. One that has replies leaves a tombstone, as in Slack, so that its thread stays."""
    before = copy.deepcopy(space.message(channel, ts))
    channel.pins.pop(ts, None)
    if before.get("reply_count"):
        _bury(space, channel, before)
    else:
        del channel.messages[ts]
        _forget_reply(space, channel, before)
        space.tell_pages({"type": "message_deleted", "channel": channel.id, "ts": ts}, channel, None)
    _tell_hidden(space, channel, "message_deleted", deleted_ts=ts, previous_message=before)


def _bury(space: Workspace, channel: Channel, message: Json) -> None:
    kept = ("type", "ts", "team", "thread_ts", "reply_count", "reply_users", "reply_users_count", "latest_reply")
    tombstone = {key: message[key] for key in kept if key in message}
    tombstone |= {"user": "USLACKBOT", "subtype": "tombstone", "text": "This message was deleted.", "hidden": True}
    channel.messages[message["ts"]] = tombstone
    _show(space, channel, tombstone)


def _forget_reply(space: Workspace, channel: Channel, reply: Json) -> None:
    parent = channel.messages.get(reply.get("thread_ts", ""))
    if parent and parent.get("reply_count"):
        parent["reply_count"] -= 1
        _show(space, channel, parent)


def react(space: Workspace, channel: Channel, ts: str, name: str, user: str) -> None:
    message = space.message(channel, ts)
    reactions = message.setdefault("reactions", [])
    found = next((reaction for reaction in reactions if reaction["name"] == name), None)
    if found and user in found["users"]:
        raise Refusal("already_reacted")
    if found:
        found["users"].append(user)
        found["count"] += 1
    else:
        reactions.append({"name": name, "users": [user], "count": 1})
    _tell_reaction(space, channel, "reaction_added", message, name, user)


def unreact(space: Workspace, channel: Channel, ts: str, name: str, user: str) -> None:
    message = space.message(channel, ts)
    found = next((reaction for reaction in message.get("reactions", []) if reaction["name"] == name), None)
    if not found or user not in found["users"]:
        raise Refusal("no_reaction")
    found["users"].remove(user)
    found["count"] -= 1
    message["reactions"] = [reaction for reaction in message["reactions"] if reaction["count"]]
    _tell_reaction(space, channel, "reaction_removed", message, name, user)


def _tell_reaction(space: Workspace, channel: Channel, kind: str, message: Json, name: str, user: str) -> None:
    _show(space, channel, message)
    item = {"type": "message", "channel": channel.id, "ts": message["ts"]}
    event = {"type": kind, "user": user, "reaction": name, "item": item, "item_user": message["user"]}
    space.tell_app(event | {"event_ts": space.next_ts(channel)}, channel)


def pin(space: Workspace, channel: Channel, ts: str, user: str) -> None:
    message = space.message(channel, ts)
    if ts in channel.pins:
        raise Refusal("already_pinned")
    created = int(space.clock().timestamp())
    channel.pins[ts] = {"type": "message", "channel": channel.id, "created": created, "created_by": user}
    message["pinned_to"] = [channel.id]
    _tell_pin(space, channel, "pin_added", message, user)


def unpin(space: Workspace, channel: Channel, ts: str, user: str) -> None:
    message = space.message(channel, ts)
    if channel.pins.pop(ts, None) is None:
        raise Refusal("no_pin")
    del message["pinned_to"]
    _tell_pin(space, channel, "pin_removed", message, user)


def _tell_pin(space: Workspace, channel: Channel, kind: str, message: Json, user: str) -> None:
    _show(space, channel, message)
    item: Json = {"type": "message", "channel": channel.id, "created_by": user, "message": copy.deepcopy(message)}
    item["created"] = int(space.clock().timestamp())
    event = {"type": kind, "user": user, "channel_id": channel.id, "item": item}
    space.tell_app(event | {"has_pins": bool(channel.pins), "event_ts": space.next_ts(channel)}, channel)
