"""Socket Mode: two connections, so that one hears while the other is renewed.

The SDK's own client is not used: after a cut it is deaf for up to ten seconds, and it tries an address that failed for
ever, though an address opens one connection only.
"""

import asyncio
import json
import logging
from collections.abc import Coroutine
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.errors import Rejected, Retry, Unknown
from bot.house import Clock
from bot.secret import APP_TOKEN
from bot.settings import Settings
from bot.slack.api import SlackApi
from bot.slack.app import SlackApp
from bot.vault import Vault

log = logging.getLogger("firstfive.slack")

CONNECTIONS = 2
HEARTBEAT = 10.0  # seconds between our pings; a connection that answers none of them is given up
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between tries while Slack does not answer
SHORT = 1.0  # seconds; a connection that ended sooner is not renewed at once
LAST_WORDS = 3.0  # seconds for what is being answered when a connection is renewed
CLOSING = aiohttp.ClientWSTimeout(ws_close=1.0)
BROKEN = (Rejected, Retry, Unknown, aiohttp.ClientError, TimeoutError, OSError)


class Sockets:
    """Keeps the connections up. ``connected`` says how many hear at the moment."""

    def __init__(self, settings: Settings, vault: Vault, clock: Clock, app: SlackApp) -> None:
        self._app = app
        self._api = SlackApi(vault.held(APP_TOKEN), settings.slack_api_url, clock)
        self.connected = 0

    async def run(self) -> None:
        """Connect, trying until Slack answers, and stay connected until cancelled."""
        await self._api.open()
        try:
            async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
                for _ in range(CONNECTIONS):
                    group.create_task(self._keep(session))
        finally:
            await self._api.close()

    async def _keep(self, session: aiohttp.ClientSession) -> None:
        """Keep one connection up."""
        pause, time = FIRST_PAUSE, asyncio.get_running_loop().time
        while True:
            began = time()
            try:
                address = (await self._api.call("apps.connections.open"))["url"]
                async with session.ws_connect(address, heartbeat=HEARTBEAT, timeout=CLOSING) as socket:
                    await self._hear(socket)
            except BROKEN as failure:
                log.warning("Socket Mode is not connected (%s); next try in %.1f s", failure or type(failure), pause)
            if time() - began >= SHORT:
                pause = FIRST_PAUSE
                continue
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _hear(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Answer what comes until Slack wants the connection renewed, or it ends."""
        answers = _Answers()
        self.connected += 1
        try:
            async for frame in socket:
                told = frame.json() if frame.type is aiohttp.WSMsgType.TEXT else {}
                if told.get("type") == "disconnect":
                    return
                if "envelope_id" in told:
                    answers.start(self._answer(socket, told))
        finally:
            self.connected -= 1
            await answers.finish()

    async def _answer(self, socket: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        """Answer one envelope. What is not acknowledged comes again, over whichever connection is there."""
        request = SocketModeRequest.from_dict(envelope)
        assert request is not None, "an envelope has an id, a type and a payload"
        response = await run_async_bolt_app(self._app.bolt, request)
        if response.status != 200:
            log.warning("%s was not acknowledged: %s", request.envelope_id, response.status)
            return
        payload = _payload(response)
        try:
            await socket.send_json({"envelope_id": request.envelope_id} | ({"payload": payload} if payload else {}))
        except ConnectionError as failure:
            log.info("an acknowledgement was cut off (%s)", failure)


class _Answers:
    """What is being answered over one connection."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_WORDS)


def _payload(response: BoltResponse) -> dict[str, Any]:
    """Return what an acknowledgement carries: Bolt answers as it would over HTTP."""
    body = response.body or ""
    if response.first_headers().get("content-type", "").startswith("application/json"):
        return dict(json.loads(body))
    return {"text": body} if body else {}
