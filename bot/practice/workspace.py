"""The memory of the practice workspace: people, conversations, what was said in them, and who is told of a change."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.practice.cast import APP_ID, APP_TOKEN, BOT_ID, BOT_USER, PRACTICE, ROOMS, TEAM_ID, Person, Team
from bot.practice.clock import Clock
from bot.practice.ids import new_id
from bot.practice.refusal import Json, Refusal
from bot.practice.triggers import Triggers


@dataclass
class Channel:
    """A public or private channel, or a direct message (`is_im`, between the app and one person)."""

    id: str
    name: str
    creator: str
    created: int
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    topic: str = ""
    purpose: str = ""
    members: list[str] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)
    pins: dict[str, Json] = field(default_factory=dict)
    bookmarks: list[Json] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)
    previous_names: list[str] = field(default_factory=list)
    canvas: str = ""

    @property
    def kind(self) -> str:
        """Slack's word for the kind of conversation in the names of scopes: channels, groups or im."""
        return "im" if self.is_im else "groups" if self.is_private else "channels"

    @property
    def type(self) -> str:
        """Slack's word for the kind of conversation in events: channel, group or im."""
        return "im" if self.is_im else "group" if self.is_private else "channel"

    def visible_to(self, user: str) -> bool:
        return not (self.is_private or self.is_im) or user in self.members

    def unread(self, user: str) -> int:
        seen = self.last_read.get(user, "")
        return sum(1 for ts, message in self.messages.items() if ts > seen and message.get("user") != user)

    def as_slack(self, viewer: str = BOT_USER) -> Json:
        """The conversation object of conversations.info, as *viewer* gets it."""
        if self.is_im:
            other = next((member for member in self.members if member != viewer), viewer)
            return {"id": self.id, "created": self.created, "is_im": True, "is_open": True, "user": other}
        shape: Json = {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
        }
        shape |= {"is_group": self.is_private, "is_private": self.is_private, "is_im": False, "is_mpim": False}
        shape |= {
            "is_archived": self.is_archived,
            "is_general": self.id == ROOMS[0][0],
            "is_member": viewer in self.members,
        }
        shape |= {"created": self.created, "creator": self.creator, "context_team_id": TEAM_ID, "is_shared": False}
        shape |= {"topic": {"value": self.topic, "creator": "", "last_set": 0}}
        shape |= {"purpose": {"value": self.purpose, "creator": "", "last_set": 0}}
        if self.canvas:
            shape |= {"properties": {"canvas": {"file_id": self.canvas, "is_empty": False, "quip_thread_id": ""}}}
        return shape | {"previous_names": self.previous_names, "num_members": len(self.members)}

    def as_page(self, viewer: str) -> Json:
        shape = {"id": self.id, "name": self.name, "is_private": self.is_private, "is_im": self.is_im}
        shape |= {"is_archived": self.is_archived, "topic": self.topic, "members": self.members}
        return shape | {"bookmarks": self.bookmarks, "unread": self.unread(viewer)}


@dataclass(frozen=True)
class Grant:
    """What somebody agreed to: they are *person*, and the app that asked with *nonce* may know it."""

    person: Person
    nonce: str
    redirect_uri: str
    at: datetime


TellApp = Callable[[Json, Channel | None], None]
TellPages = Callable[[Json, Channel | None, str | None], None]


class Workspace:
    """Everything that Slack would remember, and nothing about how it is reached.

    Two listeners hear of each change: `tell_app` gets Slack's event, `tell_pages` the update of the browser page
    with the channel or the one person it concerns. `url` is where the workspace is served, `scopes` what the app was
    given (None: everything), `tokens` what it may show, `codes` what it may exchange for one, `grants` who
    signs in with which code, `socket_url` makes the
    address of a new Socket Mode connection.
    """

    def __init__(self, people: Iterable[Person], clock: Clock, team: Team = PRACTICE) -> None:
        self.clock, self.team = clock, team
        self.tokens = {team.bot_token, APP_TOKEN}
        self.codes: dict[str, Workspace] = {}
        self.grants: dict[str, Grant] = {}
        self.scopes: set[str] | None = None
        self.url = ""
        self.socket_url: Callable[[], str] = str
        self.tell_app: TellApp = lambda _event, _channel: None
        self.tell_pages: TellPages = lambda _update, _channel, _user: None
        self._cast = tuple(replace(person, team=team) for person in people)
        self.reset()

    def reset(self) -> None:
        """Forget everything but the cast and the first channels."""
        self.people = {person.id: person for person in self._cast}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: dict[str, list[Json]] = {}
        self.stacks: dict[str, list[Json]] = {}
        self.homes: dict[str, Json] = {}
        self.files: dict[str, Json] = {}
        self.contents: dict[str, bytes] = {}
        self.triggers = Triggers(self.clock)
        self._last_ts: dict[str, int] = {}
        working = [person.id for person in self._cast if not person.deleted]
        for channel_id, name in ROOMS:
            created = int(self.clock().timestamp())
            self.channels[channel_id] = Channel(channel_id, name, working[0], created, members=list(working))

    def next_ts(self, channel: Channel) -> str:
        """The time now as a message ts, never used before in *channel* even when the clock stands still."""
        now = self.clock()
        micros = int(now.timestamp()) * 1_000_000 + now.microsecond
        micros = max(micros, self._last_ts.get(channel.id, 0) + 1)
        self._last_ts[channel.id] = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def require(self, *scopes: str) -> None:
        """Refuse the call unless the app was given at least one of *scopes*."""
        if self.scopes is not None and scopes and not self.scopes.intersection(scopes):
            raise Refusal("missing_scope", needed=scopes[0], provided=",".join(sorted(self.scopes)))

    def has_scope(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes

    def person(self, user: str) -> Person:
        if user not in self.people:
            raise Refusal("user_not_found")
        return self.people[user]

    def exists(self, user: str) -> bool:
        return user in self.people or user == BOT_USER

    def channel(self, name: str) -> Channel:
        """The channel of that id or name (with or without #); among names an open channel wins over archived ones."""
        if name in self.channels:
            return self.channels[name]
        named = [
            channel for channel in self.channels.values() if channel.name == name.lstrip("#") and not channel.is_im
        ]
        if not named:
            raise Refusal("channel_not_found")
        return min(named, key=lambda channel: channel.is_archived)

    def direct_message(self, user: str) -> Channel:
        """The conversation between the app and *user*, opened if it is not there yet."""
        self.person(user)
        for channel in self.channels.values():
            if channel.is_im and user in channel.members:
                return channel
        opened = int(self.clock().timestamp())
        channel = Channel(new_id("D"), user, BOT_USER, opened, is_im=True, members=[user, BOT_USER])
        self.channels[channel.id] = channel
        self.show_channel(channel)
        return channel

    def reachable(self, name: str, by_name: bool = False) -> Channel:
        """The channel as the app finds it: a private one it is not in does not exist for it."""
        channel = self.channel(name) if by_name else self.channels.get(name)
        if channel is None or not channel.visible_to(BOT_USER):
            raise Refusal("channel_not_found")
        return channel

    def joined(self, name: str) -> Channel:
        """A channel that the app is a member of."""
        channel = self.reachable(name)
        if BOT_USER not in channel.members:
            raise Refusal("not_in_channel")
        return channel

    def message(self, channel: Channel, ts: str) -> Json:
        if ts not in channel.messages:
            raise Refusal("message_not_found")
        return channel.messages[ts]

    def show_channel(self, channel: Channel) -> None:
        for user in self.people:
            if channel.visible_to(user):
                self.tell_pages({"type": "channel", "channel": channel.as_page(user)}, None, user)

    def signature_of(self, user: str) -> Json:
        """Who a message is from, as Slack writes it on the message itself."""
        return {"user": user, "bot_id": BOT_ID, "app_id": APP_ID} if user == BOT_USER else {"user": user}
