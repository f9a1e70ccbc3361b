"""A small app on the other side of the practice workspace: it takes what Slack sends and answers as it is told."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.cast import SIGNING_SECRET
from bot.practice.server import Practice

Json = dict[str, Any]

BUTTONS = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "INC-1"},
            {
                "type": "static_select",
                "action_id": "severity",
                "options": [
                    {"text": {"type": "plain_text", "text": "SEV1"}, "value": "sev1"},
                    {"text": {"type": "plain_text", "text": "SEV2"}, "value": "sev2"},
                ],
            },
            {"type": "users_select", "action_id": "lead"},
        ],
    }
]


def modal(*, title: str = "Open an incident", optional: bool = False, **more: Any) -> Json:
    """A modal that asks for one line of text."""
    asked = {"type": "plain_text_input", "action_id": "text", "max_length": 20}
    label = {"type": "plain_text", "text": "What is wrong?"}
    block = {"type": "input", "block_id": "what", "label": label, "element": asked, "optional": optional}
    words = {key: {"type": "plain_text", "text": text} for key, text in (("title", title), ("submit", "Open"))}
    return {"type": "modal", "callback_id": "open", "blocks": [block], **words, **more}


class SocketApp:
    """An app on Socket Mode. `answers` maps a kind of payload to the payload of its acknowledgement."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.requests: list[SocketModeRequest] = []
        self.answers: dict[str, Json | None] = {}
        self.silent = False
        self.clients: list[SocketModeClient] = []

    async def connect(self) -> SocketModeClient:
        slack = AsyncWebClient(base_url=self.practice.api_url)
        client = SocketModeClient(app_token="xapp-practice", web_client=slack, ping_interval=0.1)
        client.socket_mode_request_listeners.append(self._hear)
        wanted = len(self.practice.sockets.connections) + 1
        await client.connect()
        await eventually(lambda: len(self.practice.sockets.connections) >= wanted)
        self.clients.append(client)
        return client

    async def _hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.requests.append(request)
        if not self.silent:
            kind = request.payload.get("type", "command")
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.answers.get(kind)))

    def events(self, kind: str | None = None) -> list[Json]:
        told = [request.payload["event"] for request in self.requests if request.type == "events_api"]
        return [event for event in told if kind in (None, event["type"])]

    async def close(self) -> None:
        for client in self.clients:
            await client.close()


class HttpApp:
    """An app with a request URL, which takes only what is signed with the right secret."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.payloads: list[Json] = []
        self.answer: Callable[[Json], web.StreamResponse] = lambda _payload: web.Response()
        self.url = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/slack/events", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"

    async def _take(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        if not SignatureVerifier(SIGNING_SECRET).is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        payload = _decoded(request, body)
        self.requests.append(request)
        self.payloads.append(payload)
        if payload.get("type") == "url_verification":
            return web.Response(text=payload["challenge"])
        return self.answer(payload)

    async def stop(self) -> None:
        await self._runner.cleanup()


def _decoded(request: web.Request, body: str) -> Json:
    if request.content_type == "application/json":
        told: Json = json.loads(body)
        return told
    form: Json = dict(parse_qsl(body, keep_blank_values=True))
    payload: Json = json.loads(form["payload"]) if "payload" in form else form
    return payload


async def eventually(claim: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until *claim* holds, and fail if it does not in time."""
    async with asyncio.timeout(seconds):
        while not claim():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
