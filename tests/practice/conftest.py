"""A fresh practice workspace for each test, a client for its Web API, and an app that hears of what people do."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.clock import MovableClock
from bot.practice.server import Practice
from tests.practice.app import HttpApp, SocketApp


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def practice(clock: MovableClock) -> AsyncIterator[Practice]:
    async with Practice(clock=clock) as running:
        yield running


@pytest.fixture
def slack(practice: Practice) -> AsyncWebClient:
    return AsyncWebClient(token="xoxb-practice", base_url=practice.api_url)


@pytest.fixture
async def room(slack: AsyncWebClient) -> str:
    """The id of a channel that the app has made, with Ana in it."""
    channel: str = (await slack.conversations_create(name="inc-1"))["channel"]["id"]
    await slack.conversations_invite(channel=channel, users="U0ANA0001")
    return channel


@pytest.fixture
async def app(practice: Practice) -> AsyncIterator[SocketApp]:
    """An app on Socket Mode with one connection."""
    app = SocketApp(practice)
    await app.connect()
    yield app
    await app.close()


@pytest.fixture
async def http_app(practice: Practice) -> AsyncIterator[HttpApp]:
    """An app with a request URL, to which the workspace delivers."""
    app = HttpApp()
    await app.start()
    practice.deliver_to = app.url
    yield app
    await app.stop()
