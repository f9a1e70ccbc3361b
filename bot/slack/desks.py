"""The desks: one for each workspace, each with its own token, so that nothing crosses from one to another.

With SLACK_BOT_TOKEN there is one desk, whoever asks. Otherwise there is one wherever the app was installed; what
another replica installs or loses is seen within ``LOOK``.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.core.secrets import Version
from bot.errors import Refused, Retry
from bot.flows.install import Installed, installed
from bot.house import House
from bot.slack.api import Token
from bot.slack.desk import Desk
from store.types import Cause

LOOK = 2.0  # seconds
PAUSE = timedelta(seconds=30)  # before what is promised to a workspace without the app is tried again


@dataclass(frozen=True, slots=True)
class Sealed:
    """The token of an installation, as the Web API takes it."""

    version: Version

    def valid(self) -> list[Version]:
        """Return the one version there is."""
        return [self.version]

    def used(self, version: Version) -> None:
        """Remember nothing: Slack ends it, not we."""


class Desks:
    """Finds the desk of a workspace. *at* makes one that works with a token."""

    def __init__(self, house: House, home: Desk | None, at: Callable[[Token], Desk]) -> None:
        self.house, self.home, self._at = house, home, at
        self._open: dict[str, tuple[Installed, Desk]] = {}
        self._looked = float("-inf")
        self._looking = asyncio.Lock()

    async def of_team(self, team: str | None) -> Desk:
        """Return the desk of a team. Raise Refused where the app is not installed."""
        if self.home is not None:
            return self.home
        await self._look()
        if team not in self._open:
            raise Refused("firstfive is not installed in this workspace any more. An administrator installs it again.")
        return self._open[team][1]

    async def of_workspace(self, workspace_id: int) -> Desk:
        """Return the desk of a workspace. Raise Retry where the app is not installed: what is promised there rests."""
        if self.home is not None:
            return self.home
        await self._look()
        for one, desk in self._open.values():
            if one.workspace_id == workspace_id:
                return desk
        raise Retry("not_installed", PAUSE, cause=Cause.CONFIGURATION)

    async def open(self) -> None:
        """Open the connections of the one desk; the others open theirs when they are made."""
        if self.home is not None:
            await self.home.api.open()

    async def close(self) -> None:
        """Close every desk."""
        for desk in [*([self.home] if self.home else []), *(desk for _, desk in self._open.values())]:
            await desk.close()

    async def _look(self) -> None:
        """Make and close desks so that they are those of the installations, if the last look is too long ago."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if now - self._looked < LOOK:
                return
            found = {one.team: one for one in await self.house.read(installed)}
            for team, (one, desk) in list(self._open.items()):
                if found.get(team) != one:
                    del self._open[team]
                    await desk.close()
            for team, one in found.items():
                if team not in self._open:
                    desk = self._at(Sealed(one.token))
                    desk.bot_user, desk.workspace_id = one.bot_user, one.workspace_id
                    await desk.api.open()
                    self._open[team] = one, desk
            self._looked = now
