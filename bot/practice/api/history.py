"""conversations.history, .replies and .mark: reading what was said."""

import copy
import re

from bot.practice.cursors import page
from bot.practice.forms import Args
from bot.practice.refusal import Json, Refusal
from bot.practice.workspace import Channel, Workspace

TS = re.compile(r"\d+(\.\d+)?")


def history(space: Workspace, args: Args) -> Json:
    """The messages of a channel, newest first, replies left out unless they were broadcast."""
    channel = _readable(space, args)
    whole = _between(channel, args)
    top = [message for message in whole if message.get("thread_ts") in (None, message["ts"])]
    shown, more = page(top[::-1], args)
    has_more = bool(more["response_metadata"]["next_cursor"])
    answer: Json = {"messages": _as_asked(shown, args), "has_more": has_more, "pin_count": len(channel.pins)}
    return answer | (more if has_more else {})


def replies(space: Workspace, args: Args) -> Json:
    """A thread, its first message in front, oldest first."""
    channel = _readable(space, args)
    ts = args.need("ts")
    if ts not in channel.messages:
        raise Refusal("thread_not_found")
    root = channel.messages[ts].get("thread_ts", ts)
    thread = [one for one in _between(channel, args) if root in (one["ts"], one.get("thread_ts"))]
    shown, more = page(thread, args)
    has_more = bool(more["response_metadata"]["next_cursor"])
    return {"messages": _as_asked(shown, args), "has_more": has_more} | (more if has_more else {})


def mark(space: Workspace, args: Args) -> Json:
    _readable(space, args)
    args.need("ts")
    return {}


def _readable(space: Workspace, args: Args) -> Channel:
    channel = space.reachable(args.need("channel"))
    space.require(f"{channel.kind}:history")
    return space.joined(channel.id)


def _between(channel: Channel, args: Args) -> list[Json]:
    oldest, latest = _bound(args, "oldest"), _bound(args, "latest")
    inclusive = args.flag("inclusive")

    def wanted(ts: float) -> bool:
        if inclusive and ts in (oldest, latest):
            return True
        return (not oldest or ts > oldest) and (not latest or ts < latest)

    return [message for ts, message in sorted(channel.messages.items()) if wanted(float(ts))]


def _bound(args: Args, name: str) -> float:
    value = args.text(name, "0")
    if not TS.fullmatch(value):
        raise Refusal(f"invalid_ts_{name}")
    return float(value)


def _as_asked(messages: list[Json], args: Args) -> list[Json]:
    messages = copy.deepcopy(messages)
    if not args.flag("include_all_metadata"):
        for message in messages:
            message.pop("metadata", None)
    return messages
