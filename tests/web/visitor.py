"""Visitors: people with a browser each, who sign in, follow links and post forms as pages would."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape

import httpx

from tests.world import World

PUBLIC = {"FIRSTFIVE_HOST": "0.0.0.0"}  # a setting; the test itself listens on loopback


class Visitor:
    """One browser. It keeps cookies and follows nothing by itself."""

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self.world, self.client = world, client

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(self._here(path), headers=headers)

    async def post(
        self, path: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self.client.post(self._here(path), data=form or {}, headers=headers)

    async def press(self, page: str, action: str, **fields: str) -> httpx.Response:
        """Post the form on a page that leads to *action*, with what it carries."""
        return await self.post(action, {"csrf": await self.csrf(page)} | fields)

    async def csrf(self, page: str = "/incidents") -> str:
        """Return the mark that a page's forms carry."""
        found = re.search(r'<meta name="csrf" content="([^"]*)"', (await self.get(page)).text)
        assert found
        return found[1]

    async def sign_in(self, account: str, channel: str = "#general") -> httpx.Response:
        """Type /incident web and press the button behind its link."""
        return await self.post(await self.pass_for(account, channel))

    async def pass_for(self, account: str, channel: str = "#general") -> str:
        """Return where /incident web leads."""
        answer = await self.world.slash(account, "web", channel)
        found = re.search(r"<([^|>]+)\|", answer)
        assert found, answer
        return unescape(found[1])

    def _here(self, address: str) -> str:
        return self.world.url + address.removeprefix(self.world.server.bot.links.base)


@asynccontextmanager
async def visiting(world: World) -> AsyncIterator[Visitor]:
    """Lend a new browser."""
    async with httpx.AsyncClient(timeout=30) as client:
        yield Visitor(world, client)


@asynccontextmanager
async def signed_in(world: World, account: str) -> AsyncIterator[Visitor]:
    """Lend a browser with which somebody is signed in."""
    async with visiting(world) as visitor:
        answer = await visitor.sign_in(account)
        assert answer.status_code == 303, answer.text
        yield visitor
