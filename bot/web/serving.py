"""Serving the web door: first a socket, so that a taken port is said before anything else starts, then uvicorn."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp
from uvicorn.loops.auto import auto_loop_factory

PATIENCE = 3  # seconds for requests under way when the door closes


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on *host* at *port*; port 0 takes a free one. Raise OSError when it cannot."""
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048)


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    """Return what makes the fastest event loop that this machine has."""
    return auto_loop_factory()


class WebDoor:
    """Serves an application on a socket from ``async with`` to its end."""

    def __init__(self, app: ASGIApp, listening: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=PATIENCE,
            server_header=False,
        )
        self._server, self._socket = _Served(config), listening
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self._server.serve([self._socket]))
        while not self._server.started and not self._running.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.005)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        if self._running is not None:
            await self._running


class _Served(uvicorn.Server):
    """Leaves signals to whoever runs it: what else the process runs must stop in order too."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
