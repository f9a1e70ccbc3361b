"""Faults on order, latency, rate limits and an outage."""

import asyncio
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.clock import MovableClock
from bot.practice.server import Practice
from tests.practice.app import SocketApp
from tests.practice.refusals import refused


@pytest.fixture
def slack(practice: Practice) -> AsyncWebClient:
    """A client that never tries again by itself."""
    return AsyncWebClient(token="xoxb-practice", base_url=practice.api_url, retry_handlers=[])


async def test_a_rate_limit_says_how_long_to_wait(practice: Practice, slack: AsyncWebClient) -> None:
    practice.fault(method="chat.postMessage", kind="429", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await slack.chat_postMessage(channel="#random", text="x")
    assert caught.value.response.headers["Retry-After"] == "7"
    assert practice.calls[-1]["retry_after"] == 7
    assert practice.said("random") == []
    await slack.chat_postMessage(channel="#random", text="x")


async def test_a_cut_before_the_effect_leaves_nothing(practice: Practice, slack: AsyncWebClient) -> None:
    practice.fault(method="chat.postMessage", kind="cut_before")
    with pytest.raises(aiohttp.ClientConnectionError):
        await slack.chat_postMessage(channel="#random", text="x")
    assert practice.said("random") == []


async def test_a_cut_after_the_effect_leaves_the_message(practice: Practice, slack: AsyncWebClient) -> None:
    practice.fault(method="chat.postMessage", kind="cut_after")
    with pytest.raises(aiohttp.ClientConnectionError):
        await slack.chat_postMessage(channel="#random", text="x")
    assert practice.said("random") == ["x"]


async def test_a_server_error_and_a_slack_error_are_told_apart(practice: Practice, slack: AsyncWebClient) -> None:
    practice.fault(kind="5xx", status=503)
    with pytest.raises(SlackApiError) as caught:
        await slack.auth_test()
    assert caught.value.response.status_code == 503
    practice.fault(kind="error", error="fatal_error")
    async with refused("fatal_error"):
        await slack.auth_test()


async def test_a_fault_lets_the_first_calls_through(practice: Practice, slack: AsyncWebClient) -> None:
    practice.fault(method="auth.test", kind="error", after=1, times=2, error="internal_error")
    outcomes = []
    for _ in range(4):
        try:
            outcomes.append((await slack.auth_test())["ok"])
        except SlackApiError:
            outcomes.append(False)
    assert outcomes == [True, False, False, True]


async def test_a_fault_of_an_unknown_kind_is_refused_at_once(practice: Practice) -> None:
    with pytest.raises(ValueError, match="cut_before"):
        practice.fault(kind="nonsense")


async def test_a_delayed_call_takes_effect_later(practice: Practice, slack: AsyncWebClient) -> None:
    practice.fault(kind="delay", seconds=0.1)
    started = time.monotonic()
    await slack.auth_test()
    assert time.monotonic() - started >= 0.1


async def test_latency_is_spent_side_by_side(practice: Practice, slack: AsyncWebClient) -> None:
    practice.latency = 0.1
    started = time.monotonic()
    await asyncio.gather(*(slack.auth_test() for _ in range(10)))
    assert 0.1 <= time.monotonic() - started < 0.6


async def test_a_tier_opens_again_when_its_minute_has_passed(
    practice: Practice, slack: AsyncWebClient, clock: MovableClock
) -> None:
    practice.rate_limits = True
    for number in range(20):
        await slack.conversations_create(name=f"inc-{number}")
    with pytest.raises(SlackApiError) as caught:
        await slack.conversations_create(name="inc-20")
    assert caught.value.response.status_code == 429
    clock.advance(float(caught.value.response.headers["Retry-After"]))
    await slack.conversations_create(name="inc-20")


async def test_posts_are_counted_by_channel(practice: Practice, slack: AsyncWebClient) -> None:
    practice.rate_limits = True
    for _ in range(5):
        await slack.chat_postMessage(channel="#random", text="x")
    async with refused("ratelimited"):
        await slack.chat_postMessage(channel="#random", text="x")
    await slack.chat_postMessage(channel="#general", text="x")


async def test_an_outage_drops_calls_and_connections(practice: Practice, slack: AsyncWebClient, app: SocketApp) -> None:
    practice.down = True
    with pytest.raises(aiohttp.ClientConnectionError):
        await slack.auth_test()
    assert (await practice.slash("U0ANA0001", "random", "help")).error == "dispatch_failed"
    practice.down = False
    assert (await slack.auth_test())["ok"]
