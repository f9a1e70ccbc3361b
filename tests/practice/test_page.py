"""The browser page's protocol: a snapshot, then every change that the acting person may see."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.clock import real_clock
from bot.practice.server import Practice
from tests.practice.app import BUTTONS, SocketApp, eventually, modal

ANA, BO = "U0ANA0001", "U0BO00001"
COMMANDS = [{"command": "/incident", "usage_hint": "open", "description": "Incidents", "words": ["open", "list"]}]


class Page:
    """One open page, as its own script sees it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def next(self, kind: str) -> dict[str, Any]:
        """The next update of *kind*; others before it are passed over."""
        while True:
            update: dict[str, Any] = await self.socket.receive_json(timeout=5)
            if update["type"] == kind:
                return update

    async def do(self, kind: str, **what: Any) -> None:
        await self.socket.send_json({"type": kind, **what})


@pytest.fixture
async def practice() -> AsyncIterator[Practice]:
    async with Practice(commands=COMMANDS) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def page(practice: Practice, session: aiohttp.ClientSession) -> Page:
    """A page on which Ana acts."""
    return Page(await session.ws_connect(f"{practice.url}/ui/ws", params={"user": ANA}))


async def test_a_page_begins_with_everything_its_person_may_see(
    practice: Practice, session: aiohttp.ClientSession
) -> None:
    practice.create(BO, "bo-only", is_private=True)
    practice.say(BO, "general", "good morning")
    page = Page(await session.ws_connect(f"{practice.url}/ui/ws", params={"user": ANA}))
    snapshot = await page.next("snapshot")
    assert snapshot["me"] == ANA
    assert len(snapshot["people"]) == 7
    assert [channel["name"] for channel in snapshot["channels"]] == ["general", "incidents", "random"]
    assert snapshot["channels"][0]["unread"] == 1
    assert snapshot["messages"]["C0GENERAL1"][0]["text"] == "good morning"
    assert snapshot["commands"] == COMMANDS
    assert snapshot["clock"] == "real"


async def test_the_page_is_served_with_its_scripts(practice: Practice, session: aiohttp.ClientSession) -> None:
    async with session.get(practice.url) as answer:
        assert answer.status == 200
        assert "text/html" in answer.headers["Content-Type"]
    async with session.get(f"{practice.url}/page/index.html") as answer:
        assert answer.status == 200


async def test_another_web_site_may_not_act_here(practice: Practice, session: aiohttp.ClientSession) -> None:
    elsewhere = {"Origin": "https://elsewhere.example"}
    async with session.get(f"{practice.url}/ui/ws", headers=elsewhere) as answer:
        assert answer.status == 403
    async with session.get(practice.url, headers={"Host": "elsewhere.example"}) as answer:
        assert answer.status == 403


async def test_only_loopback_is_listened_on() -> None:
    with pytest.raises(ValueError, match="loopback"):
        await Practice().start(host="0.0.0.0")


async def test_what_is_said_shows_on_every_page_and_in_private_channels_only_to_members(
    practice: Practice, page: Page, session: aiohttp.ClientSession
) -> None:
    bos = Page(await session.ws_connect(f"{practice.url}/ui/ws", params={"user": BO}))
    await bos.do("say", channel="C0GENERAL1", text="hello")
    assert (await page.next("message"))["message"]["text"] == "hello"
    secret = practice.create(BO, "bo-only", is_private=True)
    practice.say(BO, secret, "secret")
    practice.say(BO, "general", "public")
    assert (await page.next("message"))["message"]["text"] == "public"
    practice.invite(BO, secret, ANA)
    assert (await page.next("channel"))["channel"]["name"] == "bo-only"
    assert (await page.next("message"))["message"]["text"] == "secret"
    practice.leave(ANA, secret)
    assert (await page.next("channel_gone"))["channel"] == secret


async def test_a_command_typed_on_the_page_is_answered_there(practice: Practice, page: Page, app: SocketApp) -> None:
    app.answers["command"] = {"text": "INC-1 is open"}
    await page.do("slash", channel="C0GENERAL1", command="/incident", text="open x")
    update = await page.next("ephemeral")
    assert update["channel"] == "C0GENERAL1"
    assert update["message"]["text"] == "INC-1 is open"


async def test_a_choice_on_the_page_reaches_the_app(
    practice: Practice, page: Page, slack: AsyncWebClient, room: str, app: SocketApp
) -> None:
    ts = (await slack.chat_postMessage(channel=room, text="card", blocks=BUTTONS))["ts"]
    option = {"text": {"type": "plain_text", "text": "SEV2"}, "value": "sev2"}
    action = {"type": "static_select", "action_id": "severity", "block_id": "row", "selected_option": option}
    await page.do("press", channel=room, ts=ts, container="message", action=action, state={"values": {}})
    await eventually(lambda: any(request.type == "interactive" for request in app.requests))
    pressed = next(request.payload for request in app.requests if request.type == "interactive")
    assert pressed["actions"][0]["selected_option"] == option


async def test_a_modal_opens_complains_and_closes_on_the_page(
    practice: Practice, page: Page, slack: AsyncWebClient, app: SocketApp
) -> None:
    await slack.views_open(trigger_id=practice.space.triggers.issue(ANA), view=modal())
    view = (await page.next("view"))["views"][0]
    app.answers["view_submission"] = {"response_action": "errors", "errors": {"what": "Say more"}}
    values = {"what": {"text": {"type": "plain_text_input", "value": "x"}}}
    await page.do("submit", view_id=view["id"], values=values)
    assert (await page.next("view"))["views"][0]["errors"] == {"what": "Say more"}
    app.answers.clear()
    await page.do("submit", view_id=view["id"], values=values)
    assert (await page.next("view"))["views"] == []


async def test_home_and_marks_show_on_the_page(practice: Practice, page: Page, slack: AsyncWebClient) -> None:
    await slack.views_publish(user_id=ANA, view={"type": "home", "blocks": BUTTONS})
    assert (await page.next("home"))["view"]["type"] == "home"
    await page.do("say", channel="C0RANDOM01", text="pin me")
    ts = (await page.next("message"))["message"]["ts"]
    await page.do("react", channel="C0RANDOM01", ts=ts, name="eyes")
    assert (await page.next("message"))["message"]["reactions"][0]["users"] == [ANA]
    await page.do("pin", channel="C0RANDOM01", ts=ts)
    assert (await page.next("message"))["message"]["pinned_to"] == ["C0RANDOM01"]
    await page.do("edit", channel="C0RANDOM01", ts=ts, text="changed")
    assert (await page.next("message"))["message"]["text"] == "changed"
    await page.do("delete", channel="C0RANDOM01", ts=ts)
    assert (await page.next("message_deleted"))["ts"] == ts


async def test_reading_a_channel_clears_its_count(practice: Practice, page: Page) -> None:
    practice.say(BO, "random", "hello")
    await page.do("read", channel="C0RANDOM01")
    assert (await page.next("channel"))["channel"]["unread"] == 0


async def test_what_goes_wrong_is_said_in_a_sentence(practice: Practice, page: Page) -> None:
    await page.do("slash", channel="C0GENERAL1", command="/incident", text="help")
    assert "not connected" in (await page.next("toast"))["text"]
    await page.do("delete", channel="C0GENERAL1", ts="1790000000.000001")
    assert "message_not_found" in (await page.next("toast"))["text"]
    await page.do("nonsense")
    assert "nonsense" in (await page.next("toast"))["text"]


async def test_a_real_clock_does_not_move(practice: Practice, session: aiohttp.ClientSession) -> None:
    assert practice.space.clock is real_clock
    async with session.post(f"{practice.url}/ui/clock", json={"advance_seconds": 300}) as answer:
        assert answer.status == 409


async def test_a_movable_clock_moves(session: aiohttp.ClientSession) -> None:
    from bot.practice.clock import MovableClock

    async with Practice(clock=MovableClock(frozen=True)) as practice:
        before = practice.space.clock()
        async with session.post(f"{practice.url}/ui/clock", json={"advance_seconds": 300}) as answer:
            assert answer.status == 200
        assert (practice.space.clock() - before).total_seconds() == 300
