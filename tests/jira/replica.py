"""A replica of the bot that only keeps promises, to be killed."""

import asyncio
from pathlib import Path

from bot.settings import read_settings
from bot.wiring import Bot, Roles, Server


def keep(folder: Path, environment: dict[str, str]) -> None:
    """Keep promises until killed."""
    asyncio.run(_keep(folder, environment))


async def _keep(folder: Path, environment: dict[str, str]) -> None:
    await Server(Bot(read_settings(environment, folder)), Roles(web=False, outbox=True, jobs=False)).start()
    await asyncio.Event().wait()
