"""What there is to see in the workspace, for tests and for other processes."""

import copy

from bot.practice.messages import NARRATION
from bot.practice.refusal import Json
from bot.practice.workspace import Channel, Workspace


class Looking:
    """Reads the workspace. Channels are given by id or by name; what is returned is a copy unless it says otherwise."""

    space: Workspace

    def channel(self, name: str) -> Channel:
        """The channel itself, as it is now and changes."""
        return self.space.channel(name)

    def messages(self, channel: str) -> list[Json]:
        """Everything in the channel, oldest first: replies too, and the lines that Slack writes about members."""
        return copy.deepcopy([message for _ts, message in sorted(self.channel(channel).messages.items())])

    def said(self, channel: str) -> list[str]:
        """The texts that people and apps have written in the channel, oldest first, as they read now."""
        return [message["text"] for message in self.messages(channel) if message.get("subtype") not in NARRATION]

    def ephemeral(self, user: str) -> list[Json]:
        """The private messages that *user* sees, oldest first."""
        return copy.deepcopy(self.space.ephemerals.get(user, []))

    def views(self, user: str) -> list[Json]:
        """The modals open in front of *user*, the top one last."""
        return copy.deepcopy(self.space.stacks.get(user, []))

    def home(self, user: str) -> Json | None:
        """The App Home that *user* was last shown."""
        return copy.deepcopy(self.space.homes.get(user))

    def file(self, file_id: str) -> bytes:
        return self.space.contents[file_id]

    def state(self) -> Json:
        """Everything at once, as JSON."""
        rooms = [channel.as_slack() | {"members": channel.members} for channel in self.space.channels.values()]
        for room in rooms:
            room |= {"messages": self.messages(room["id"]), "bookmarks": self.channel(room["id"]).bookmarks}
        private = {"ephemerals": self.space.ephemerals, "views": self.space.stacks, "homes": self.space.homes}
        people = [person.as_page() for person in self.space.people.values()]
        return copy.deepcopy({"people": people, "channels": rooms, "files": self.space.files} | private)
