"""Which function follows which event, and which shortcut."""

from collections.abc import Awaitable, Callable

from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.events import channels, home, installation, marks, messages, shortcuts

Follower = Callable[[Desk, Asked], Awaitable[None]]
Shortcut = Callable[[Desk, Asked], Awaitable[Answer]]

EVENTS: dict[str, Follower] = {
    "reaction_added": marks.reaction_added,
    "pin_added": marks.pin_added,
    "message": messages.message,
    "member_joined_channel": channels.member_joined,
    "member_left_channel": channels.member_left,
    "app_home_opened": home.opened,
    "app_uninstalled": installation.uninstalled,
    "tokens_revoked": installation.tokens_revoked,
    "channel_left": channels.left,
    "group_left": channels.left,
    "channel_archive": channels.archived,
    "group_archive": channels.archived,
    "channel_unarchive": channels.unarchived,
    "group_unarchive": channels.unarchived,
    "channel_rename": channels.renamed,
    "group_rename": channels.renamed,
}
SHORTCUTS: dict[str, Shortcut] = {
    "add_to_timeline": shortcuts.add_to_timeline,
    "open_from_message": shortcuts.open_from_message,
}
