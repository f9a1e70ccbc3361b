"""A partner's endpoint on loopback, with memory and faults."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in. Header names are lower case."""

    headers: Mapping[str, str]
    body: bytes
    answered: int

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass(slots=True)
class Receiver:
    """Answers ``status`` and ``text`` with ``headers``, after ``delay`` seconds. ``most`` is how many came at once.

    ``faults`` decides each answer instead, if it is set; a status of 0 cuts the connection once the body was taken.
    """

    port: int = 0
    status: int = 200
    text: str = "thanks"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    faults: Callable[[], int] | None = None
    received: list[Received] = field(default_factory=list)
    most: int = 0
    inside: int = 0

    def url(self, path: str = "/hooks", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def ids(self) -> list[str]:
        return [received.id for received in self.received]

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.inside += 1
        self.most = max(self.most, self.inside)
        status = self.faults() if self.faults else self.status
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(Received(headers, body, status))
        await asyncio.sleep(self.delay)
        self.inside -= 1
        if status == 0 and request.transport is not None:
            request.transport.abort()
        return web.Response(status=status or 200, text=self.text, headers=self.headers)


@asynccontextmanager
async def a_receiver(**options: Any) -> AsyncIterator[Receiver]:
    """Run an endpoint on a free port."""
    receiver = Receiver(**options)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()
