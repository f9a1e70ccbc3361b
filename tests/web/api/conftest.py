"""A program that asks the API."""

import shutil
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.flows.api_tokens import Maker, Wish, make_token
from bot.flows.meet import meet
from bot.flows.tx import Tx
from bot.practice.cast import TEAM_ID
from store.types import Scope
from store.workspaces import home_workspace
from tests.web.visitor import PUBLIC
from tests.world import ANA, World, a_world


class Program:
    """Asks the API of a world, with a token."""

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


async def identity(world: World, account: str = ANA, scopes: Collection[Scope] = tuple(Scope)) -> dict[str, str]:
    """Return the headers by which a program of somebody's is known."""

    def make(tx: Tx) -> str:
        workspace_id = home_workspace(tx.db, TEAM_ID)
        maker, person = Maker(workspace_id, None, "shell", frozenset(Scope)), meet(tx, workspace_id, account)
        return make_token(tx, maker, Wish("a program", frozenset(scopes), person=person))

    return {"Authorization": f"Bearer {await world.house.do(make)}"}


@asynccontextmanager
async def a_program(world: World, account: str = ANA) -> AsyncIterator[Program]:
    """Lend a program of somebody's that asks a world's API."""
    base, headers = f"{world.url}/api/v1", await identity(world, account)
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=30) as client:
        yield Program(world, client)


@pytest.fixture(scope="module")
async def program(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """A program, and a world on SQLite behind the API that it asks, which the tests of a file share."""
    folder = tmp_path_factory.mktemp("program")
    shutil.copyfile(sqlite_template, folder / "firstfive.db")
    async with a_world(folder, f"sqlite:///{folder / 'firstfive.db'}", **PUBLIC) as world, a_program(world) as lent:
        yield lent


def _spelt(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
