"""A part of the web door that is made when it is first asked: what it takes to make is not paid by who never asks."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class Later:
    """Serves the paths that begin with one of *paths* from what *make* returns, and everything else from *app*."""

    def __init__(self, app: ASGIApp, paths: tuple[str, ...], make: Callable[[], ASGIApp]) -> None:
        self._app, self._paths, self._make = app, paths, make
        self._making: asyncio.Task[ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._paths):
            await self._app(scope, receive, send)
            return
        if self._making is None:  # On a thread: people in Slack do not wait for it.
            self._making = asyncio.create_task(asyncio.to_thread(self._make))
        made = await asyncio.shield(self._making)
        await made(scope, receive, send)
