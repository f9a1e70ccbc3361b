"""The workspace as a process of its own, driven over HTTP."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.practice.app import HttpApp
from tests.shared import REPOSITORY

ANA = "U0ANA0001"


class Remote:
    """A practice workspace in another process."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def act(self, name: str, /, **what: Any) -> tuple[int, Any]:
        async with self._session.post(f"{self.url}/practice/{name}", json=what) as answer:
            body = await answer.json()
            return answer.status, body.get("result", body)

    async def look(self, what: str) -> Any:
        async with self._session.get(f"{self.url}/practice/{what}") as answer:
            return await answer.json()


@pytest.fixture
async def http_app() -> AsyncIterator[HttpApp]:
    app = HttpApp()
    await app.start()
    yield app
    await app.stop()


@pytest.fixture
async def remote(http_app: HttpApp) -> AsyncIterator[Remote]:
    command = ["-m", "bot.practice", "--latency", "0.01", "--deliver-to", http_app.url]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=REPOSITORY, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    url = (await process.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession() as session:
        yield Remote(url, session)
    process.terminate()
    assert await process.wait() == 0


async def test_people_act_from_another_process(remote: Remote, http_app: HttpApp) -> None:
    status, seen = await remote.act("slash", user=ANA, channel="general", text="help")
    assert (status, seen["ok"], seen["payload"]["text"]) == (200, True, "help")
    assert http_app.payloads[0]["command"] == "/incident"
    _status, ts = await remote.act("say", user=ANA, channel="general", text="hello")
    await remote.act("react", user=ANA, channel="general", ts=ts, name="eyes")
    state = await remote.look("state")
    assert state["channels"][0]["messages"][0]["reactions"][0]["name"] == "eyes"
    assert [call["method"] for call in await remote.look("calls")] == ["ack:command"]


async def test_what_cannot_be_done_is_refused(remote: Remote) -> None:
    assert (await remote.act("delete", user=ANA, channel="general", ts="1.1"))[0] == 409
    assert (await remote.act("say", user=ANA))[0] == 400
    assert (await remote.act("shout", user=ANA))[0] == 404
    assert (await remote.act("fault", kind="nonsense"))[0] == 400
    assert (await remote.act("set", mood="good"))[0] == 400


async def test_faults_and_time_are_ordered_from_another_process(remote: Remote) -> None:
    await remote.act("fault", method="api.test", kind="5xx", status=502)
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{remote.url}/api/api.test") as answer:
            assert answer.status == 502
        async with session.post(f"{remote.url}/api/api.test") as answer:
            assert (await answer.json())["ok"]
    assert (await remote.act("clock", advance_seconds=60))[0] == 200
    await remote.act("reset")
    assert await remote.look("calls") == []
