"""A person's browser in front of the practice workspace, and the app on the other side."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self

from playwright.async_api import Browser, Locator, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.clock import MovableClock
from bot.practice.server import Practice
from tests.practice.app import HttpApp, eventually

Json = dict[str, Any]

ANA, BO = "U0ANA0001", "U0BO00001"
WORDS = [
    {"word": "open", "hint": "[sev1] title", "help": "Open an incident"},
    {"word": "lead", "hint": "@ana", "help": "Make someone incident commander"},
    {"word": "list", "hint": "", "help": "Show open incidents"},
    {"word": "note", "hint": "text", "help": "Write on the timeline"},
]
COMMANDS = [
    {"command": "/incident", "usage_hint": "open [sev1] title", "description": "Run an incident", "words": WORDS}
]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "row", "elements": list(elements)}


def asked(block_id: str, label: str, element: Json, **more: Any) -> Json:
    """An input block whose element has the same id as the block."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": block_id} | element,
    } | more


def modal(*blocks: Json) -> Json:
    words = {"title": plain("Open an incident"), "submit": plain("Open it"), "close": plain("Cancel")}
    return {"type": "modal", "callback_id": "open", "blocks": list(blocks), **words}


class Desk:
    """What a test does at the page, with the workspace and the app at hand."""

    def __init__(self, practice: Practice, app: HttpApp, page: Page, room: str) -> None:
        self.practice = practice
        self.app = app
        self.page = page
        self.room = room
        self.slack = AsyncWebClient(token="xoxb-practice", base_url=practice.api_url)
        self.complaints: list[str] = []
        self.addresses: list[str] = []
        page.on(
            "console", lambda line: self.complaints.append(line.text) if line.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.addresses.append(request.url))

    @classmethod
    @asynccontextmanager
    async def open(cls, browser: Browser, **context: Any) -> AsyncIterator[Self]:
        async with AsyncExitStack() as stack:
            app = HttpApp()
            await app.start()
            stack.push_async_callback(app.stop)
            practice = Practice(clock=MovableClock(), commands=COMMANDS, deliver_to=app.url)
            await stack.enter_async_context(practice)
            seen = await browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | context))
            stack.push_async_callback(seen.close)
            desk = cls(practice, app, await seen.new_page(), practice.create(ANA, "inc-7"))
            await desk.slack.conversations_join(channel=desk.room)
            await desk.page.goto(f"{practice.url}/#{desk.room}")
            await expect(desk.box).to_be_visible()
            yield desk
        assert desk.complaints == []

    @property
    def box(self) -> Locator:
        return self.page.locator("#composer")

    @property
    def modal(self) -> Locator:
        return self.page.get_by_role("dialog")

    def message(self, text: str) -> Locator:
        return self.page.locator("#channel article", has_text=text)

    async def act_as(self, name: str) -> None:
        await self.page.locator("#acting").click()
        await self.page.get_by_role("button", name=name).last.click()
        await expect(self.page.locator("#acting")).to_contain_text(name)

    async def post(self, *blocks: Json, text: str = "words", **more: Any) -> str:
        """Let the app write in the channel; returns the ts."""
        answer = await self.slack.chat_postMessage(channel=self.room, text=text, blocks=list(blocks) or None, **more)
        ts: str = answer["ts"]
        return ts

    async def heard(self, kind: str) -> Json:
        """The newest payload of *kind* that the app got, once there is one; it is then forgotten."""
        await eventually(lambda: any(_kind(payload) == kind for payload in self.app.payloads))
        newest = [payload for payload in self.app.payloads if _kind(payload) == kind][-1]
        self.app.payloads.clear()
        return newest

    async def show(self, view: Json) -> None:
        """Let the app open *view* over a command that Ana types."""
        await self.box.fill("/incident open ")
        await self.box.press("Enter")
        command = await self.heard("command")
        await self.slack.views_open(trigger_id=command["trigger_id"], view=view)
        await expect(self.modal).to_be_visible()


def _kind(payload: Json) -> str:
    return str(payload.get("type", "command"))
