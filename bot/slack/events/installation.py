"""The app itself: thrown out of a workspace, or its token revoked."""

import logging

from bot.flows.install import uninstall
from bot.slack.asked import Asked
from bot.slack.desk import Desk

log = logging.getLogger("firstfive.slack")


async def uninstalled(desk: Desk, asked: Asked) -> None:
    """Follow the app's removal. What is promised to that workspace rests until it is installed again."""
    if await desk.house.do(uninstall, asked.request.team or ""):
        log.warning(
            "the app was removed from %s: what waits there goes out once it is installed again", asked.request.team
        )


async def tokens_revoked(desk: Desk, asked: Asked) -> None:
    """Follow a revoked token of the bot; those of people are none of ours."""
    if asked.payload.get("tokens", {}).get("bot"):
        await uninstalled(desk, asked)
