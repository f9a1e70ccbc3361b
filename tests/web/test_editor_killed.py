"""A server that is killed while somebody writes: what was answered is there, and what was not is taken once."""

import asyncio
import re
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.flows.change_status import change_status
from bot.keyring import create
from store.types import Status
from tests.cli.test_serve import free_port, said, serving
from tests.home import a_home

FIRST = 0x4E00  # a letter for each edit
KILLS = 3


class Typist:
    """Types letter after letter, and sends the one that was not answered again."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._sent: dict[str, Any] | None = None
        self.text, self.revision, self.answered = "", 0, 0

    async def type(self) -> None:
        """Type until the server is gone."""
        mark = {"X-CSRF": _value(await self.page(), "csrf")}
        while True:
            letter = chr(FIRST + self.answered)
            edit = [len(self.text), letter] if self.text else [letter]
            self._sent = self._sent or {
                "client": "typist",
                "sequence": self.answered + 1,
                "revision": self.revision,
                "edit": edit,
            }
            try:
                answer = await self._client.post("/postmortems/INC-1/edits", json=self._sent, headers=mark)
            except httpx.HTTPError:
                return
            assert answer.status_code == 200, answer.text
            self.text += letter
            self.revision, self._sent, self.answered = answer.json()["revision"], None, self.answered + 1

    async def page(self) -> str:
        answer = await self._client.get("/postmortems/INC-1/edit")
        if not self.answered and self._sent is None:
            self.text = _value(answer.text, "base")
        return answer.text


def _value(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found, page
    return unescape(found[1])


@pytest.mark.long
async def test_a_killed_server_loses_no_edit_that_it_answered_and_takes_none_twice(
    database_url: str, tmp_path: Path
) -> None:
    with a_home(database_url, keyring=create(str(tmp_path / "keyring.json"))) as home:
        key = await home.open()
        await home.do(change_status, home.request(), Status.RESOLVED, key=key)
    port = free_port()
    settings = {"DATABASE_URL": database_url, "FIRSTFIVE_PORT": str(port)}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        typist = Typist(client)
        for _ in range(KILLS):
            async with serving(tmp_path, "--role", "web", **settings) as process:
                await said(process)
                typing, before = asyncio.create_task(typist.type()), typist.answered
                async with asyncio.timeout(30):
                    while typist.answered < before + 10:  # noqa: ASYNC110 - it is killed in the middle of the next one
                        await asyncio.sleep(0.01)
                process.kill()
                await typing
        async with serving(tmp_path, "--role", "web", **settings) as process:
            await said(process)
            there = _value(await typist.page(), "base")
    assert typist.answered >= 10 * KILLS
    letters = [letter for letter in there if letter >= chr(FIRST)]
    assert len(letters) == len(set(letters))
    assert set(letters) >= {chr(FIRST + number) for number in range(typist.answered)}
