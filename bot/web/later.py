"""A part of the web door that is made when it is first asked: what it takes to make is not paid by who never asks."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class Later:
    """Serves from what *make* returns, which is called once, with the first request."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._making: asyncio.Task[ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._making is None:  # On a thread: people in Slack do not wait for it.
            self._making = asyncio.create_task(asyncio.to_thread(self._make))
        made = await asyncio.shield(self._making)
        await made(scope, receive, send)
