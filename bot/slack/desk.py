"""What everything in this door works with: the Web API, the house, and where announcements go."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any

from bot.cache import Cache
from bot.core.cache import Lifetime
from bot.core.links import Links
from bot.core.passes import Pass, Passes
from bot.errors import Failed, Rejected, Retry, Unknown
from bot.flows.know_workspace import know_workspace
from bot.flows.views import IncidentView, incident_view
from bot.house import House
from bot.render import Renderer
from bot.settings import Settings
from bot.slack.api import SlackApi
from store.effects import Claimed
from store.types import Cause

log = logging.getLogger("firstfive.slack")

# What Slack told of people and channels. Events and refusals say when it changed, so it may be old, but not for long.
KNOWN = Lifetime(fresh=600, stale=3600, failed=0.2, shared=True)  # seconds; the outbox pauses longer after an error
PEOPLE, CHANNELS = 2000, 10  # kept at most

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between tries while Slack does not answer


@dataclass(slots=True)
class Desk:
    """One workspace's desk. ``bot_user`` is who we are there, known once an event or ``auth.test`` told.

    ``workspace_id`` is told where there are several.
    """

    api: SlackApi
    house: House
    settings: Settings
    renderer: Renderer
    links: Links
    bot_user: str = ""
    workspace_id: int | None = None
    people: Cache[str, dict[str, Any]] = field(init=False)
    _channels: Cache[str, str] = field(init=False)
    _reading: dict[tuple[str, int | None], asyncio.Future[IncidentView | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people = Cache(self._person, KNOWN, PEOPLE, self._seconds)
        self._channels = Cache(self._joined, KNOWN, CHANNELS, self._seconds)

    async def close(self) -> None:
        """Stop asking Slack."""
        await self.people.close()
        await self._channels.close()
        await self.api.close()

    async def arrive(self) -> None:
        """Introduce ourselves as soon as Slack answers, and find the announce channel before anybody waits for it."""
        pause = FIRST_PAUSE
        while True:
            try:
                answer = await self.api.call("auth.test")
                self.bot_user = answer["user_id"]
                await self.house.do_behind(know_workspace, answer["team_id"], answer["url"])
                await self.announce_channel()
            except (Retry, Unknown) as silence:
                log.warning("Slack does not answer yet (%s); next try in %.0f s", silence.reason, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Rejected as refusal:
                log.warning("Slack refuses: %s. firstfive doctor says what to change", refusal.reason)
                return
            else:
                return

    async def introduce(self) -> None:
        """Ask Slack who we are, unless we know."""
        if not self.bot_user:
            self.bot_user = (await self.api.call("auth.test"))["user_id"]

    async def view(self, effect: Claimed) -> IncidentView | None:
        """Return the incident of an effect as it is now. Effects that were claimed together share one read.

        A read that began before an effect was claimed could miss what the effect is about, so it is not shared further.
        """
        key = (effect.token, effect.incident_id)
        reading = self._reading.get(key)
        if reading is None:
            reading = asyncio.ensure_future(self.house.read(incident_view, effect.incident_id or 0))
            self._reading[key] = reading
            reading.add_done_callback(lambda _: self._reading.pop(key))
        return await asyncio.shield(reading)

    def meet_bot(self, delivery: dict[str, Any]) -> None:
        """Learn who we are from an event, which names whom it is delivered to."""
        us = next((one["user_id"] for one in delivery.get("authorizations") or [] if one.get("is_bot")), "")
        self.bot_user = self.bot_user or us

    async def announce_channel(self) -> str:
        """Return the id of the announce channel, joined."""
        return await self.channel(self.settings.announce_channel)

    async def channel(self, name: str) -> str:
        """Return the id of a channel that the settings name, joined."""
        return await self._channels.get(name)

    async def _joined(self, name: str) -> str:
        channel = await self.channel_named(name)
        if channel is None:
            raise Rejected(f"no_announce_channel: #{name}", cause=Cause.CONFIGURATION)
        if channel.get("is_archived"):
            raise Rejected(f"announce_archived: #{name}", cause=Cause.CONFIGURATION)
        if not channel.get("is_member"):
            await self.api.call("conversations.join", channel=channel["id"])
        return str(channel["id"])

    async def email_of(self, account: str) -> str | None:
        """Return the address under which Slack knows somebody, or None where it does not say."""
        try:
            profile = (await self.people.get(account)).get("profile") or {}
        except Failed:
            return None
        return profile.get("email")

    async def account_with(self, email: str) -> str | None:
        """Return the account of whoever has this address, or None when nobody has."""
        try:
            return str((await self.api.call("users.lookupByEmail", email=email))["user"]["id"])
        except Rejected as refusal:
            if refusal.reason != "users_not_found":
                raise
            return None

    async def _person(self, account: str) -> dict[str, Any]:
        return dict((await self.api.call("users.info", user=account))["user"])

    def _seconds(self) -> float:
        return self.house.clock.now().timestamp()

    def page(self, kind: str, key: str, part: str = "") -> str:
        """Return a signed link to an incident's page: *kind* is "incidents" or "postmortems".

        *part* is a page below it, such as "/conflicts", which the same signature opens.
        """
        signed = self.links.signed(f"/{kind}/{key}", self.house.clock.now(), self.workspace_id)
        return signed.replace("?", f"{part}?", 1)

    def way_in(self, given: Pass) -> str:
        """Return the address where a pass lets somebody in."""
        return f"{self.links.base}/sign-in/pass/{Passes(self.links.secrets).made(given, self.house.clock.now())}"

    def editor(self, key: str) -> str:
        """Return the address at which a postmortem is written; whoever opens it signs in."""
        return f"{self.links.base}/postmortems/{key}/edit"

    @property
    def remembers_channels(self) -> bool:
        """Whether the announce channel was looked up before, so that it may have changed since."""
        return self.settings.announce_channel in self._channels

    def forget_channels(self) -> None:
        """Look the announce channel up again next time: it was renamed, archived, or we were removed."""
        self._channels.forget(self.settings.announce_channel)

    async def channel_named(self, name: str) -> dict[str, Any] | None:
        """Return a channel by name, archived ones too, or None. It reads every page: a workspace may have thousands."""
        cursor = None
        while True:
            answer = await self.api.call(
                "conversations.list", types="public_channel,private_channel", limit=1000, cursor=cursor
            )
            for channel in answer["channels"]:
                if channel["name"] == name:
                    return dict(channel)
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return None

    async def private_line(self, account: str) -> str:
        """Return the id of the direct conversation with a person."""
        answer = await self.api.call("conversations.open", users=account)
        channel = answer.get("channel") or {}
        if "id" not in channel:
            raise Unknown("conversations.open named no channel")
        return str(channel["id"])
