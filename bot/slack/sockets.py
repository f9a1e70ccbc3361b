"""Socket Mode: two connections, because on any disconnect the SDK closes the old one before it opens the next."""

import asyncio
import logging

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.app import SlackApp
from bot.slack.desk import Desk

log = logging.getLogger("firstfive.slack")

CONNECTIONS = 2
LONGEST_PAUSE = 30  # seconds between tries while Slack does not answer


class Sockets:
    """Keeps the connections up; the SDK reconnects what breaks later."""

    def __init__(self, desk: Desk, app: SlackApp) -> None:
        self._desk, self._app = desk, app
        self._handlers: list[AsyncSocketModeHandler] = []

    async def run(self) -> None:
        """Connect, trying until Slack answers, and stay connected until cancelled."""
        try:
            for _ in range(CONNECTIONS):
                await self._connect()
            await asyncio.Event().wait()
        finally:
            await asyncio.shield(asyncio.gather(*(handler.close_async() for handler in self._handlers)))

    @property
    def connected(self) -> bool:
        """Whether the first connection was made."""
        return bool(self._handlers)

    async def _connect(self) -> None:
        settings, pause = self._desk.settings, 1.0
        while True:
            # A client of its own: the app's client does not hold the app token.
            client = AsyncWebClient(base_url=settings.slack_api_url)
            handler = AsyncSocketModeHandler(self._app.bolt, settings.slack_app_token.value(), web_client=client)
            try:
                await handler.connect_async()
            except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("Slack's Socket Mode did not answer (%s); next try in %.0f s", error, pause)
                await handler.close_async()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._handlers.append(handler)
                return
