"""pins.*, reactions.* and bookmarks.*: what people and apps attach to messages and channels."""

import copy
import re

from bot.practice import messages
from bot.practice.cast import BOT_USER
from bot.practice.forms import Args
from bot.practice.ids import new_id
from bot.practice.refusal import Json, Refusal, invalid_arguments
from bot.practice.workspace import Channel, Workspace

EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
MOST_BOOKMARKS = 100
LONGEST_TITLE = 256
LONGEST_LINK = 2048


def _message(space: Workspace, args: Args) -> tuple[Channel, str]:
    if not args.get("timestamp") or not args.get("channel"):
        raise Refusal("no_item_specified")
    return space.reachable(args.need("channel")), args.need("timestamp")


def _emoji(args: Args) -> str:
    name = args.need("name")
    if not EMOJI.fullmatch(name):
        raise Refusal("invalid_name")
    return name


def add_pin(space: Workspace, args: Args) -> Json:
    channel, ts = _message(space, args)
    messages.pin(space, space.joined(channel.id), ts, BOT_USER)
    return {}


def remove_pin(space: Workspace, args: Args) -> Json:
    channel, ts = _message(space, args)
    messages.unpin(space, space.joined(channel.id), ts, BOT_USER)
    return {}


def list_pins(space: Workspace, args: Args) -> Json:
    channel = space.joined(args.need("channel"))
    items = [pin | {"message": channel.messages[ts]} for ts, pin in reversed(channel.pins.items())]
    return {"items": copy.deepcopy(items)}


def add_reaction(space: Workspace, args: Args) -> Json:
    name = _emoji(args)
    channel, ts = _message(space, args)
    if channel.is_archived:
        raise Refusal("is_archived")
    messages.react(space, channel, ts, name, BOT_USER)
    return {}


def remove_reaction(space: Workspace, args: Args) -> Json:
    name = _emoji(args)
    channel, ts = _message(space, args)
    messages.unreact(space, channel, ts, name, BOT_USER)
    return {}


def get_reactions(space: Workspace, args: Args) -> Json:
    channel, ts = _message(space, args)
    message = copy.deepcopy(space.message(channel, ts))
    return {"type": "message", "channel": channel.id, "message": message}


def add_bookmark(space: Workspace, args: Args) -> Json:
    channel = space.joined(args.need("channel_id"))
    if args.need("type") != "link":
        raise Refusal("invalid_bookmark_type")
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise Refusal("too_many_bookmarks")
    if len(args.need("title")) > LONGEST_TITLE:
        raise invalid_arguments(f"must be less than {LONGEST_TITLE + 1} characters [json-pointer:/title]")
    now = int(space.clock().timestamp())
    bookmark: Json = {"id": new_id("Bk"), "channel_id": channel.id, "type": "link", "date_created": now}
    bookmark |= {"title": args.need("title"), "link": _link(args.need("link"))}
    bookmark |= {"emoji": args.text("emoji"), "date_updated": 0, "rank": "U", "last_updated_by_user_id": BOT_USER}
    channel.bookmarks.append(bookmark)
    space.show_channel(channel)
    return {"bookmark": dict(bookmark)}


def _link(link: str) -> str:
    if not re.match(r"[a-z][a-z0-9+.-]*://", link, re.IGNORECASE) or len(link) > LONGEST_LINK:
        raise Refusal("invalid_link")
    return link


def _bookmark(space: Workspace, args: Args) -> tuple[Channel, Json]:
    channel = space.joined(args.need("channel_id"))
    for bookmark in channel.bookmarks:
        if bookmark["id"] == args.need("bookmark_id"):
            return channel, bookmark
    raise Refusal("not_found")


def edit_bookmark(space: Workspace, args: Args) -> Json:
    channel, bookmark = _bookmark(space, args)
    if args.get("link"):
        bookmark["link"] = _link(args.text("link"))
    bookmark |= {key: args.text(key) for key in ("title", "emoji") if args.get(key)}
    bookmark["date_updated"] = int(space.clock().timestamp())
    space.show_channel(channel)
    return {"bookmark": dict(bookmark)}


def list_bookmarks(space: Workspace, args: Args) -> Json:
    return {"bookmarks": copy.deepcopy(space.joined(args.need("channel_id")).bookmarks)}


def remove_bookmark(space: Workspace, args: Args) -> Json:
    channel, bookmark = _bookmark(space, args)
    channel.bookmarks.remove(bookmark)
    space.show_channel(channel)
    return {}
