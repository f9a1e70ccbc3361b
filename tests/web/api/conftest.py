"""A program that asks the API."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.core.forms import form_mark
from bot.core.secrets import LINKS
from tests.world import World, a_world


class Program:
    """Asks the API of a world, as whoever sits at its machine."""

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self.world, self._client = world, client

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self._client.get(path, headers=_spelt(headers))

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        json = {} if body is None else {"json": body}
        return await self._client.post(path, headers=_spelt(headers), **json)

    async def send(self, method: str, path: str, content: bytes = b"", **headers: str) -> httpx.Response:
        return await self._client.request(method, path, content=content, headers=_spelt(headers))

    async def open(self, title: str = "checkout is down", **fields: Any) -> str:
        """Open an incident and return its key."""
        answer = await self.post("/incidents", {"title": title, **fields})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["key"])


def identity(world: World) -> dict[str, str]:
    """Return the headers by which whoever sits at the machine is known."""
    secret = world.server.bot.vault.held(LINKS).texts()[0]
    return {"X-CSRF": form_mark(secret, "loopback ")}


@asynccontextmanager
async def a_program(world: World) -> AsyncIterator[Program]:
    """Lend a program that asks a world's API."""
    base = f"{world.url}/api/v1"
    async with httpx.AsyncClient(base_url=base, headers=identity(world), timeout=30) as client:
        yield Program(world, client)


@pytest.fixture(scope="module")
async def program(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """A program, and a world on SQLite behind the API that it asks, which the tests of a file share."""
    folder = tmp_path_factory.mktemp("program")
    shutil.copyfile(sqlite_template, folder / "firstfive.db")
    async with a_world(folder, f"sqlite:///{folder / 'firstfive.db'}") as world, a_program(world) as lent:
        yield lent


def _spelt(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
