"""What happens to a conversation: it is created, renamed, joined, left, archived."""

import re

from bot.practice import messages
from bot.practice.cast import BOT_USER, TEAM_ID
from bot.practice.ids import new_id
from bot.practice.refusal import Json, Refusal
from bot.practice.workspace import Channel, Workspace

LONGEST_NAME = 80  # characters, set by Slack
NAME = re.compile(r"[\w-]+")


def check_name(space: Workspace, name: str) -> str:
    """The name if Slack takes it. Names of archived channels stay taken."""
    if not name:
        raise Refusal("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise Refusal("invalid_name_maxlength")
    if name != name.lower() or not NAME.fullmatch(name):
        raise Refusal("invalid_name_specials")
    if not name.strip("-_"):
        raise Refusal("invalid_name_punctuation")
    if any(channel.name == name for channel in space.channels.values() if not channel.is_im):
        raise Refusal("name_taken")
    return name


def create(space: Workspace, name: str, creator: str, is_private: bool = False) -> Channel:
    created = int(space.clock().timestamp())
    channel = Channel(new_id("C"), check_name(space, name), creator, created, is_private, members=[creator])
    space.channels[channel.id] = channel
    space.show_channel(channel)
    if not is_private:
        space.tell_app({"type": "channel_created", "channel": channel.as_slack()}, None)
    return channel


def join(space: Workspace, channel: Channel, user: str, inviter: str | None = None) -> bool:
    """Let *user* into the channel; False if they were in already."""
    if user in channel.members:
        return False
    channel.members.append(user)
    space.show_channel(channel)
    if channel.is_private:
        _show_past(space, channel, user)
    event: Json = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": _letter(channel),
    }
    event |= {"team": TEAM_ID, "event_ts": space.next_ts(channel)}
    space.tell_app(event | ({"inviter": inviter} if inviter else {}), channel)
    invited = {"inviter": inviter} if inviter else {}
    messages.narrate(space, channel, "channel_join", user, f"<@{user}> has joined the channel", **invited)
    return True


def _show_past(space: Workspace, channel: Channel, user: str) -> None:
    for message in channel.messages.values():
        space.tell_pages({"type": "message", "channel": channel.id, "message": message}, None, user)


def leave(space: Workspace, channel: Channel, user: str) -> bool:
    """Take *user* out of the channel, by themselves or by someone else; False if they were not in it."""
    if user not in channel.members:
        return False
    event = {"type": "member_left_channel", "user": user, "channel": channel.id, "channel_type": _letter(channel)}
    space.tell_app(event | {"team": TEAM_ID, "event_ts": space.next_ts(channel)}, channel)
    messages.narrate(space, channel, "channel_leave", user, f"<@{user}> has left the channel")
    channel.members.remove(user)
    space.show_channel(channel)
    if not channel.visible_to(user):
        space.tell_pages({"type": "channel_gone", "channel": channel.id}, None, user)
    if user == BOT_USER:
        space.tell_app({"type": "channel_left", "channel": channel.id, "event_ts": space.next_ts(channel)}, None)
    return True


def rename(space: Workspace, channel: Channel, name: str, user: str) -> None:
    old, channel.name = channel.name, check_name(space, name)
    channel.previous_names.insert(0, old)
    renamed = {"id": channel.id, "name": name, "created": channel.created}
    space.tell_app({"type": "channel_rename", "channel": renamed}, channel)
    messages.narrate(space, channel, "channel_name", user, f"renamed the channel to {name}", old_name=old, name=name)
    space.show_channel(channel)


def set_archived(space: Workspace, channel: Channel, user: str, archived: bool) -> None:
    word = "channel_archive" if archived else "channel_unarchive"
    said = "archived the channel" if archived else "un-archived the channel"
    messages.narrate(space, channel, word, user, said)
    channel.is_archived = archived
    event = {"type": word, "channel": channel.id, "user": user, "event_ts": space.next_ts(channel)}
    space.tell_app(event, channel)
    space.show_channel(channel)


def set_topic(space: Workspace, channel: Channel, topic: str, user: str) -> None:
    channel.topic = topic
    messages.narrate(space, channel, "channel_topic", user, f"set the channel topic: {topic}", topic=topic)
    space.show_channel(channel)


def set_purpose(space: Workspace, channel: Channel, purpose: str, user: str) -> None:
    channel.purpose = purpose
    messages.narrate(
        space, channel, "channel_purpose", user, f"set the channel description: {purpose}", purpose=purpose
    )
    space.show_channel(channel)


def _letter(channel: Channel) -> str:
    """Slack's one-letter kind of channel, used in membership events only."""
    return "G" if channel.is_private else "C"
