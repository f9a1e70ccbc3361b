"""conversations.*: channels as the app creates, fills, names and reads them."""

from bot.practice import channels
from bot.practice.cast import BOT_USER
from bot.practice.cursors import page
from bot.practice.forms import Args
from bot.practice.refusal import Json, Refusal, invalid_arguments
from bot.practice.workspace import Channel, Workspace

MOST_INVITED = 100
LONGEST_TOPIC = 250
KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def create(space: Workspace, args: Args) -> Json:
    is_private = args.flag("is_private")
    space.require("groups:write" if is_private else "channels:manage")
    channel = channels.create(space, args.text("name"), BOT_USER, is_private)
    return {"channel": channel.as_slack()}


def _managed(space: Workspace, args: Args, private: str = "groups:write", public: str = "channels:manage") -> Channel:
    """The channel of the call, if the app may manage that kind and is in it."""
    channel = space.reachable(args.need("channel"))
    if channel.is_im:
        raise Refusal("method_not_supported_for_channel_type")
    space.require(private if channel.is_private else public)
    return space.joined(channel.id)


def _open(channel: Channel) -> Channel:
    if channel.is_archived:
        raise Refusal("is_archived")
    return channel


def rename(space: Workspace, args: Args) -> Json:
    channel = _open(_managed(space, args))
    channels.rename(space, channel, args.text("name"), BOT_USER)
    return {"channel": channel.as_slack()}


def archive(space: Workspace, args: Args) -> Json:
    channel = _managed(space, args)
    if channel.is_archived:
        raise Refusal("already_archived")
    if channel.as_slack()["is_general"]:
        raise Refusal("cant_archive_general")
    channels.set_archived(space, channel, BOT_USER, True)
    return {}


def unarchive(space: Workspace, args: Args) -> Json:
    channel = space.reachable(args.need("channel"))
    if not channel.is_archived:
        raise Refusal("not_archived")
    channels.set_archived(space, channel, BOT_USER, False)
    return {}


def invite(space: Workspace, args: Args) -> Json:
    """Invite people; one who cannot be invited fails the whole call, unless `force` is set."""
    channel = space.reachable(args.need("channel"))
    if channel.is_im:
        raise Refusal("method_not_supported_for_channel_type")
    family = "groups" if channel.is_private else "channels"
    space.require("groups:write" if channel.is_private else "channels:manage", f"{family}:write.invites")
    _open(space.joined(channel.id))
    users = args.many("users")
    if not users:
        raise Refusal("no_user")
    if len(users) > MOST_INVITED:
        raise invalid_arguments(f"no more than {MOST_INVITED} users")
    reasons = {user: reason for user in users if (reason := _why_not(space, channel, user))}
    errors: list[Json] = [{"user": user, "ok": False, "error": reason} for user, reason in reasons.items()]
    welcome = [user for user in users if user not in reasons]
    if errors and (not args.flag("force") or not welcome):
        raise Refusal(errors[0]["error"], errors=errors)
    for user in welcome:
        channels.join(space, channel, user, inviter=BOT_USER)
    return {"channel": channel.as_slack()} | ({"errors": errors} if errors else {})


def _why_not(space: Workspace, channel: Channel, user: str) -> str | None:
    if user == BOT_USER:
        return "cant_invite_self"
    if user not in space.people:
        return "user_not_found"
    if space.people[user].deleted:
        return "cant_invite"
    return "already_in_channel" if user in channel.members else None


def kick(space: Workspace, args: Args) -> Json:
    channel = _managed(space, args)
    user = args.need("user")
    if user == BOT_USER:
        raise Refusal("cant_kick_self")
    if channel.as_slack()["is_general"]:
        raise Refusal("cant_kick_from_general")
    space.person(user)
    if not channels.leave(space, channel, user):
        raise Refusal("not_in_channel")
    return {}


def join(space: Workspace, args: Args) -> Json:
    space.require("channels:join")
    channel = space.reachable(args.need("channel"))
    if channel.is_private or channel.is_im:
        raise Refusal("method_not_supported_for_channel_type")
    _open(channel)
    if channels.join(space, channel, BOT_USER):
        return {"channel": channel.as_slack()}
    return {"channel": channel.as_slack(), "warning": "already_in_channel"}


def leave(space: Workspace, args: Args) -> Json:
    channel = space.reachable(args.need("channel"))
    _open(channel)
    return {} if channels.leave(space, channel, BOT_USER) else {"not_in_channel": True}


def info(space: Workspace, args: Args) -> Json:
    channel = space.reachable(args.need("channel"))
    space.require(f"{channel.kind}:read")
    return {"channel": channel.as_slack()}


def list_(space: Workspace, args: Args) -> Json:
    found = [channel for channel in _of_types(space, args) if channel.visible_to(BOT_USER)]
    shown, more = page(found, args)
    return {"channels": [channel.as_slack() for channel in shown]} | more


def of_user(space: Workspace, args: Args) -> Json:
    """users.conversations: the channels that a person (by default the app itself) is in."""
    user = args.text("user", BOT_USER)
    if not space.exists(user):
        raise Refusal("user_not_found")
    shared = [channel for channel in _of_types(space, args) if channel.visible_to(BOT_USER) and user in channel.members]
    shown, more = page(shared, args)
    return {"channels": [channel.as_slack() for channel in shown]} | more


def _of_types(space: Workspace, args: Args) -> list[Channel]:
    types = args.many("types") or ["public_channel"]
    if any(name not in KINDS for name in types):
        raise Refusal("invalid_types")
    kinds = {KINDS[name] for name in types}
    for kind in sorted(kinds):
        space.require(f"{kind}:read")
    open_only = args.flag("exclude_archived")
    return [one for one in space.channels.values() if one.kind in kinds and not (open_only and one.is_archived)]


def members(space: Workspace, args: Args) -> Json:
    channel = space.reachable(args.need("channel"))
    space.require(f"{channel.kind}:read")
    shown, more = page(channel.members, args)
    return {"members": shown} | more


def open_(space: Workspace, args: Args) -> Json:
    """The direct message with one person. Group direct messages are not part of the practice workspace."""
    if args.get("channel"):
        return {"channel": space.reachable(args.need("channel")).as_slack()}
    users = args.many("users")
    if not users:
        raise Refusal("users_list_not_supplied")
    if len(users) > 1:
        raise Refusal("method_not_supported_for_channel_type")
    if space.person(users[0]).deleted:
        raise Refusal("user_disabled")
    already = {channel.id for channel in space.channels.values()}
    channel = space.direct_message(users[0])
    shape = channel.as_slack() if args.flag("return_im") else {"id": channel.id}
    known = channel.id in already
    return {"channel": shape} | ({"no_op": True, "already_open": True} if known else {})


def set_topic(space: Workspace, args: Args) -> Json:
    channel = _open(_topical(space, args))
    topic = args.text("topic")
    if len(topic) > LONGEST_TOPIC:
        raise Refusal("too_long")
    channels.set_topic(space, channel, topic, BOT_USER)
    return {"channel": channel.as_slack()}


def set_purpose(space: Workspace, args: Args) -> Json:
    channel = _open(_topical(space, args))
    purpose = args.text("purpose")
    if len(purpose) > LONGEST_TOPIC:
        raise Refusal("too_long")
    channels.set_purpose(space, channel, purpose, BOT_USER)
    return {"purpose": purpose, "channel": channel.as_slack()}


def _topical(space: Workspace, args: Args) -> Channel:
    channel = space.joined(args.need("channel"))
    manage = "groups:write" if channel.is_private else "channels:manage"
    space.require(manage, f"{channel.kind}:write.topic")
    return channel
