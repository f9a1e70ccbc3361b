"""Delivery over HTTP: signed, in Slack's forms, again when it was not acknowledged."""

import asyncio

from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.clock import MovableClock
from bot.practice.server import Practice
from tests.practice.app import BUTTONS, HttpApp, Json, eventually

ANA = "U0ANA0001"


async def test_commands_presses_and_events_come_signed(
    practice: Practice, http_app: HttpApp, slack: AsyncWebClient, room: str
) -> None:
    http_app.answer = lambda payload: web.json_response({"text": "ok"}) if "command" in payload else web.Response()
    assert (await practice.slash(ANA, room, "help me")).text == "ok"
    ts = (await slack.chat_postMessage(channel=room, text="card", blocks=BUTTONS))["ts"]
    assert (await practice.press(ANA, room, ts, "go")).ok
    await practice.idle()
    kinds = {payload.get("type", "command") for payload in http_app.payloads}
    assert kinds == {"command", "block_actions", "event_callback"}


async def test_a_wrong_secret_is_seen_as_a_failure(practice: Practice, http_app: HttpApp) -> None:
    async with Practice(deliver_to=http_app.url, signing_secret="another") as other:
        assert (await other.slash(ANA, "general", "help")).error == "http_401"
    assert http_app.payloads == []


async def test_a_plain_text_answer_is_shown_as_text(practice: Practice, http_app: HttpApp) -> None:
    http_app.answer = lambda _payload: web.Response(text="plain words")
    assert (await practice.slash(ANA, "general", "help")).text == "plain words"


async def test_the_url_is_verified_with_a_challenge(practice: Practice, http_app: HttpApp) -> None:
    assert await practice.verify_url()


async def test_an_app_that_is_gone_is_told_from_one_that_fails(practice: Practice, http_app: HttpApp) -> None:
    http_app.answer = lambda _payload: web.Response(status=500)
    assert (await practice.slash(ANA, "general", "help")).error == "http_500"
    await http_app.stop()
    assert (await practice.slash(ANA, "general", "help")).error == "dispatch_failed"


async def test_a_failed_event_comes_at_once_then_after_one_and_five_minutes(
    practice: Practice, http_app: HttpApp, room: str, clock: MovableClock
) -> None:
    await practice.idle()
    http_app.payloads.clear()
    http_app.requests.clear()
    http_app.answer = lambda _payload: web.Response(status=503)
    practice.subscribed = {"message"}
    practice.say(ANA, room, "listen")
    await eventually(lambda: len(http_app.requests) == 2)
    for seconds in (60, 300):
        await practice.idle()
        so_far = len(http_app.requests)
        clock.advance(seconds - 10)
        await asyncio.sleep(0.1)
        assert len(http_app.requests) == so_far
        clock.advance(10)
        await eventually(lambda: len(http_app.requests) > so_far)  # noqa: B023
    numbers = [request.headers.get("X-Slack-Retry-Num") for request in http_app.requests]
    assert numbers == [None, "1", "2", "3"]
    assert http_app.requests[1].headers["X-Slack-Retry-Reason"] == "http_error"
    assert len({payload["event_id"] for payload in http_app.payloads}) == 1


async def test_an_app_may_say_that_it_wants_no_retry(practice: Practice, http_app: HttpApp, room: str) -> None:
    await practice.idle()
    http_app.payloads.clear()

    def fail(_payload: Json) -> web.Response:
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    http_app.answer = fail
    practice.subscribed = {"message"}
    practice.say(ANA, room, "listen")
    await practice.idle()
    await asyncio.sleep(0.05)
    assert len(http_app.payloads) == 1
