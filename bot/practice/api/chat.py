"""chat.*: what the app says, corrects and takes back."""

import copy

from bot.practice import ephemerals, messages
from bot.practice.cast import BOT_USER
from bot.practice.forms import Args
from bot.practice.limits import LONGEST_EDIT, check_message
from bot.practice.refusal import Json, Refusal, invalid_arguments
from bot.practice.workspace import Channel, Workspace

CARRIED = ("blocks", "attachments", "metadata")


def post_message(space: Workspace, args: Args) -> Json:
    """Post to a channel by id or #name, or to a person by user id."""
    channel = _writable(space, _addressed(space, args.need("channel")))
    check_message(args)
    thread = args.text("thread_ts") or None
    if thread and thread not in channel.messages:
        raise Refusal("cannot_reply_to_message")
    more = {key: args[key] for key in CARRIED if args.get(key)}
    text = args.text("text") or args.text("markdown_text")
    message = messages.post(space, channel, BOT_USER, text, thread_ts=thread, **more)
    return {"channel": channel.id, "ts": message["ts"], "message": copy.deepcopy(message)}


def _addressed(space: Workspace, name: str) -> Channel:
    if name in space.people:
        if space.people[name].deleted:
            raise Refusal("channel_not_found")
        return space.direct_message(name)
    return space.reachable(name, by_name=True)


def _writable(space: Workspace, channel: Channel) -> Channel:
    if channel.is_archived:
        raise Refusal("is_archived")
    if BOT_USER not in channel.members and not space.has_scope("chat:write.public"):
        raise Refusal("not_in_channel")
    return channel


def me_message(space: Workspace, args: Args) -> Json:
    channel = _writable(space, space.reachable(args.need("channel")))
    check_message(args)
    message = messages.post(space, channel, BOT_USER, args.text("text"), subtype="me_message")
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(space: Workspace, args: Args) -> Json:
    channel = space.reachable(args.need("channel"), by_name=True)
    user = args.need("user")
    if channel.is_archived:
        raise Refusal("is_archived")
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    if user not in channel.members:
        raise Refusal("user_not_in_channel")
    check_message(args)
    more = {"blocks": args.get("blocks"), "thread_ts": args.text("thread_ts")}
    message = ephemerals.post(space, channel, user, args.text("text"), **more)
    return {"message_ts": message["ts"]}


def update(space: Workspace, args: Args) -> Json:
    """Change one of the app's own messages; what is not given stays as it is."""
    channel = space.reachable(args.need("channel"))
    ts = args.need("ts")
    message = space.message(channel, ts)
    if message["user"] != BOT_USER:
        raise Refusal("cant_update_message")
    if channel.is_archived:
        raise Refusal("is_inactive")
    check_message(_after(message, args), LONGEST_EDIT)
    changes = {key: args[key] for key in ("text", *CARRIED) if key in args and args[key] is not None}
    changed = messages.edit(space, channel, ts, changes)
    return {"channel": channel.id, "ts": ts, "text": changed["text"], "message": copy.deepcopy(changed)}


def _after(message: Json, args: Args) -> Json:
    if not any(key in args for key in ("text", *CARRIED)):
        raise Refusal("no_text")
    kept = {key: message[key] for key in ("text", "attachments") if key in message}
    return kept | {key: args[key] for key in ("text", *CARRIED) if key in args}


def delete(space: Workspace, args: Args) -> Json:
    channel = space.reachable(args.need("channel"))
    ts = args.need("ts")
    if space.message(channel, ts)["user"] != BOT_USER:
        raise Refusal("cant_delete_message")
    messages.delete(space, channel, ts)
    return {"channel": channel.id, "ts": ts}


def get_permalink(space: Workspace, args: Args) -> Json:
    channel = space.reachable(args.need("channel"))
    ts = args.text("message_ts")
    if not ts:
        raise invalid_arguments("missing required field: message_ts")
    space.message(channel, ts)
    link = f"{space.url}/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}
