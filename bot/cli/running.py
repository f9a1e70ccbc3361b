"""Running a bot until it is told to stop."""

import asyncio
import gc
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from socket import socket
from typing import Any

from bot.web.serving import WebDoor
from bot.wiring import Bot, Roles, Server


async def run(bot: Bot, roles: Roles, listening: socket | None, ready: Callable[[], None]) -> None:
    """Start the parts of a bot, call *ready*, and stop in order on SIGTERM or Ctrl-C, within ten seconds."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    server = Server(bot, roles, doctor=lambda: _findings(bot))
    await server.start()
    try:
        async with AsyncExitStack() as doors:
            if listening is not None:
                await doors.enter_async_context(WebDoor(server.web, listening))
            gc.freeze()  # What start-up made stays; looking through it again and again costs a tenth of the throughput.
            ready()
            await told.wait()
    finally:
        await server.stop(patience=5.0)


def _findings(bot: Bot) -> list[Any]:
    """Return what the doctor finds. What it needs is brought in when somebody asks."""
    from bot.cli.checks.table import findings

    return findings(bot.settings)
