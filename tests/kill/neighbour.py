"""A neighbour on loopback that remembers what it did, can be asked, and can hold whoever speaks to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from tests.kill.keeper import Boundary


class Neighbour:
    """``did`` has the id of every act in order, an effect's number or a webhook's id; ``heard`` counts lines."""

    def __init__(self) -> None:
        self.did: list[str] = []
        self.heard = 0
        self.hold_at: Boundary | None = None
        self.held = asyncio.Event()
        self._speaking: set[asyncio.Task[None] | None] = set()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @classmethod
    @asynccontextmanager
    async def listening(cls) -> AsyncIterator[Self]:
        """Lend a neighbour that listens."""
        neighbour = cls()
        neighbour._server = await asyncio.start_server(neighbour._hear, "127.0.0.1", 0)
        try:
            yield neighbour
        finally:
            neighbour._server.close()
            await neighbour.quiet()

    async def quiet(self) -> None:
        """Wait until nothing of what a dead process said is still on the way: no claim ends sooner than that."""
        while speaking := [task for task in self._speaking if task]:
            await asyncio.wait(speaking)

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._speaking.add(task)
        try:
            while line := (await reader.readline()).decode():
                if not await self._answer(line.split(), reader, writer):
                    return
        except (ConnectionError, asyncio.IncompleteReadError, KeyError):  # killed in the middle of a request
            return
        finally:
            writer.close()
            self._speaking.discard(task)

    async def _answer(self, words: list[str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one line. False when it is held, and whoever said it is gone."""
        self.heard += 1
        match words:
            case ["held"]:
                self.held.set()
                answer = "ok\n"
            case ["did", number]:
                answer = "yes\n" if number in self.did else "no\n"
            case ["do", number]:
                if not await self._does(number, reader):
                    return False
                answer = "done\n"
            case ["POST", *_]:
                if not await self._does(await webhook_id(reader), reader):
                    return False
                answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nthanks"
        writer.write(answer.encode())
        return True

    async def _does(self, id_: str, reader: asyncio.StreamReader) -> bool:
        """Do what is asked for. False when that, or the answer to it, is held."""
        if not await self._passed(Boundary.HEARD, reader):
            return False
        self.did.append(id_)
        return await self._passed(Boundary.ACTED, reader)

    async def _passed(self, boundary: Boundary, reader: asyncio.StreamReader) -> bool:
        """Whether whoever speaks may pass. If not, wait until they are gone."""
        if boundary is not self.hold_at:
            return True
        self.held.set()
        await reader.read()
        return False


async def webhook_id(reader: asyncio.StreamReader) -> str:
    """Read the rest of a request, and return its ``webhook-id``."""
    headers = {}
    while line := (await reader.readline()).decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    await reader.readexactly(int(headers["content-length"]))
    return headers["webhook-id"]
