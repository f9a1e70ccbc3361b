"""Every Web API method of the practice Slack: what answers it, which scopes open it, how often it may be called."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.practice.api import canvases, chat, conversations, files, history, identity, marks, people, views, workplace
from bot.practice.forms import Args
from bot.practice.refusal import Json
from bot.practice.workspace import Workspace

Handler = Callable[[Workspace, Args], Json]


@dataclass(frozen=True)
class Method:
    """One method. Any one of *scopes* opens it; *tier* is Slack's rate limit tier, 0 for none of the four.

    *tokens* are the beginnings of the tokens that it takes; without any it takes none at all.
    """

    answer: Handler
    tier: int
    scopes: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ("xoxb",)


MANAGE = ("channels:manage", "groups:write", "im:write")
INVITE = ("channels:manage", "groups:write", "channels:write.invites", "groups:write.invites")
TOPIC = ("channels:manage", "groups:write", "im:write", "channels:write.topic", "groups:write.topic", "im:write.topic")
READ = ("channels:read", "groups:read", "im:read")
HISTORY = ("channels:history", "groups:history", "im:history")

METHODS = {
    "api.test": Method(workplace.api_test, 4, tokens=()),
    "auth.test": Method(workplace.auth_test, 0, tokens=("xoxb", "xapp")),
    "oauth.v2.access": Method(workplace.oauth_access, 4, tokens=()),
    "openid.connect.token": Method(identity.token, 4, tokens=()),
    "apps.connections.open": Method(workplace.connections_open, 3, tokens=("xapp",)),
    "team.info": Method(workplace.team_info, 3, ("team:read",)),
    "bots.info": Method(workplace.bot_info, 3, ("users:read",)),
    "emoji.list": Method(workplace.emoji_list, 2, ("emoji:read",)),
    "conversations.create": Method(conversations.create, 2, MANAGE),
    "conversations.rename": Method(conversations.rename, 2, MANAGE),
    "conversations.archive": Method(conversations.archive, 2, MANAGE),
    "conversations.unarchive": Method(conversations.unarchive, 2, MANAGE),
    "conversations.invite": Method(conversations.invite, 3, INVITE),
    "conversations.kick": Method(conversations.kick, 3, MANAGE),
    "conversations.join": Method(conversations.join, 3, ("channels:join",)),
    "conversations.leave": Method(conversations.leave, 3, MANAGE),
    "conversations.list": Method(conversations.list_, 2, READ),
    "conversations.info": Method(conversations.info, 3, READ),
    "conversations.members": Method(conversations.members, 4, READ),
    "conversations.open": Method(conversations.open_, 3, MANAGE),
    "conversations.setTopic": Method(conversations.set_topic, 2, TOPIC),
    "conversations.setPurpose": Method(conversations.set_purpose, 2, TOPIC),
    "conversations.history": Method(history.history, 3, HISTORY),
    "conversations.replies": Method(history.replies, 3, HISTORY),
    "conversations.mark": Method(history.mark, 3, MANAGE),
    "chat.postMessage": Method(chat.post_message, 0, ("chat:write",)),
    "chat.postEphemeral": Method(chat.post_ephemeral, 4, ("chat:write",)),
    "chat.update": Method(chat.update, 3, ("chat:write",)),
    "chat.delete": Method(chat.delete, 3, ("chat:write",)),
    "chat.meMessage": Method(chat.me_message, 3, ("chat:write",)),
    "chat.getPermalink": Method(chat.get_permalink, 0),
    "views.open": Method(views.open_, 4),
    "views.push": Method(views.push, 4),
    "views.update": Method(views.update, 4),
    "views.publish": Method(views.publish, 4),
    "users.info": Method(people.info, 4, ("users:read",)),
    "users.list": Method(people.list_, 2, ("users:read",)),
    "users.lookupByEmail": Method(people.look_up_by_email, 3, ("users:read.email",)),
    "users.conversations": Method(conversations.of_user, 3, READ),
    "usergroups.list": Method(people.groups, 2, ("usergroups:read",)),
    "usergroups.users.list": Method(people.group_members, 2, ("usergroups:read",)),
    "pins.add": Method(marks.add_pin, 2, ("pins:write",)),
    "pins.remove": Method(marks.remove_pin, 2, ("pins:write",)),
    "pins.list": Method(marks.list_pins, 2, ("pins:read",)),
    "reactions.add": Method(marks.add_reaction, 3, ("reactions:write",)),
    "reactions.remove": Method(marks.remove_reaction, 2, ("reactions:write",)),
    "reactions.get": Method(marks.get_reactions, 3, ("reactions:read",)),
    "bookmarks.add": Method(marks.add_bookmark, 2, ("bookmarks:write",)),
    "bookmarks.edit": Method(marks.edit_bookmark, 2, ("bookmarks:write",)),
    "bookmarks.list": Method(marks.list_bookmarks, 3, ("bookmarks:read",)),
    "bookmarks.remove": Method(marks.remove_bookmark, 2, ("bookmarks:write",)),
    "canvases.create": Method(canvases.create, 2, ("canvases:write",)),
    "canvases.edit": Method(canvases.edit, 3, ("canvases:write",)),
    "conversations.canvases.create": Method(canvases.create_in_channel, 2, ("canvases:write",)),
    "files.getUploadURLExternal": Method(files.get_upload_url, 4, ("files:write",)),
    "files.completeUploadExternal": Method(files.complete_upload, 4, ("files:write",)),
    "files.info": Method(files.info, 4, ("files:read",)),
    "files.delete": Method(files.delete, 3, ("files:write",)),
}
