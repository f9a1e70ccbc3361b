"""response_urls: five answers in thirty minutes, new or in place of what was pressed."""

from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.clock import MovableClock
from bot.practice.server import Practice
from tests.practice.app import BUTTONS, Json, SocketApp

ANA = "U0ANA0001"
Answer = Callable[[str, Json], Awaitable[int]]


@pytest.fixture
async def answer() -> Answer:
    """Posts one answer and returns the status."""

    async def post(url: str, body: Json) -> int:
        async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
            return response.status

    return post


async def test_five_answers_are_taken(practice: Practice, app: SocketApp, answer: Answer) -> None:
    url = (await practice.slash(ANA, "general", "help")).payload["response_url"]
    assert [await answer(url, {"text": f"{n}"}) for n in range(6)] == [200] * 5 + [404]
    assert [message["text"] for message in practice.ephemeral(ANA)] == ["0", "1", "2", "3", "4"]
    assert [call["error"] for call in practice.calls if call["method"] == "response_url"][-1] == "used_url"


async def test_after_thirty_minutes_none_is(
    practice: Practice, app: SocketApp, clock: MovableClock, answer: Answer
) -> None:
    url = (await practice.slash(ANA, "general", "help")).payload["response_url"]
    clock.advance(1801)
    assert await answer(url, {"text": "late"}) == 404


async def test_what_slack_refuses_is_not_counted(practice: Practice, app: SocketApp, answer: Answer) -> None:
    url = (await practice.slash(ANA, "general", "help")).payload["response_url"]
    assert await answer(url, {"text": ""}) == 400
    assert await answer(url, {"blocks": [{"type": "nonsense"}]}) == 400
    assert [await answer(url, {"text": "x"}) for _ in range(5)] == [200] * 5


async def test_an_answer_may_go_to_the_channel(practice: Practice, app: SocketApp, answer: Answer) -> None:
    url = (await practice.slash(ANA, "general", "help")).payload["response_url"]
    await answer(url, {"text": "for all", "response_type": "in_channel"})
    assert practice.said("general") == ["for all"]


async def test_a_private_message_is_replaced_and_taken_away(
    practice: Practice, slack: AsyncWebClient, room: str, app: SocketApp, answer: Answer
) -> None:
    sent = await slack.chat_postEphemeral(channel=room, user=ANA, text="nudge", blocks=BUTTONS)
    url = (await practice.press(ANA, room, sent["message_ts"], "go")).payload["response_url"]
    await answer(url, {"replace_original": True, "text": "done"})
    assert [(message["text"], "blocks" in message) for message in practice.ephemeral(ANA)] == [("done", False)]
    await answer(url, {"delete_original": True})
    assert practice.ephemeral(ANA) == []


async def test_a_public_message_is_replaced(
    practice: Practice, slack: AsyncWebClient, room: str, app: SocketApp, answer: Answer
) -> None:
    ts = (await slack.chat_postMessage(channel=room, text="card", blocks=BUTTONS))["ts"]
    url = (await practice.press(ANA, room, ts, "go")).payload["response_url"]
    await answer(url, {"replace_original": True, "text": "done"})
    assert practice.said(room) == ["done"]
