"""Who may speak as Slack: forged, old and misshapen deliveries are refused unread, a replayed one does nothing."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

from bot.flows.views import visible
from bot.practice.cast import SIGNING_SECRET
from bot.practice.delivery_http import FORM, signed
from tests.world import ANA, World, a_world

BODY = urlencode(
    {
        "command": "/incident",
        "text": "open sev1 checkout is down",
        "team_id": "T0PRACTICE",
        "user_id": ANA,
        "channel_id": "C0GENERAL1",
        "trigger_id": "17.4.a",
    }
).encode()
STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
NO_TEXT = b"text=\xff\xfe"


def refused() -> dict[str, dict[str, str]]:
    """Return headers that must not be believed, by what is wrong with them. They are made now, for they age."""
    now, good = int(time.time()), signed(BODY, SIGNING_SECRET)
    return {
        "signed with another secret": signed(BODY, "another"),
        "six minutes old": signed(BODY, SIGNING_SECRET, now - 360),
        "six minutes ahead": signed(BODY, SIGNING_SECRET, now + 360),
        "of another body": signed(BODY + b"+at+all", SIGNING_SECRET),
        "not signed": {},
        "without a time": {SIGNATURE: good[SIGNATURE]},
        "without a signature": {STAMP: good[STAMP]},
        "at no time": good | {STAMP: "²"},
        "at a time past counting": good | {STAMP: "9" * 5000},
        "signed in another script": good | {SIGNATURE: "v0=é"},
    }


async def posted(world: World, body: bytes | AsyncIterator[bytes], headers: dict[str, str]) -> int:
    """Post to the bot's request URL and return the status of its answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{world.url}/slack/events", data=body, headers={"Content-Type": FORM, **headers}) as answer,
    ):
        return answer.status


async def opened(world: World) -> int:
    """Return how many incidents there are."""
    return len(await world.house.read(visible, None))


async def test_a_delivery_that_slack_did_not_sign_is_refused_unread(small_world: World) -> None:
    for why, headers in refused().items():
        assert await posted(small_world, BODY, headers) == 401, why
    assert await posted(small_world, NO_TEXT, signed(NO_TEXT, "another")) == 401
    assert await opened(small_world) == 0
    assert await posted(small_world, BODY, signed(BODY, SIGNING_SECRET)) == 200
    assert await opened(small_world) == 1


async def test_a_delivery_that_is_replayed_opens_nothing_again(small_world: World) -> None:
    headers = signed(BODY, SIGNING_SECRET)
    assert [await posted(small_world, BODY, headers) for _ in range(3)] == [200, 200, 200]
    assert await opened(small_world) == 1


async def test_while_a_secret_is_rotated_the_old_one_and_the_new_one_are_both_valid(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_world(tmp_path, sqlite_url, SLACK_SIGNING_SECRET="new-one, old-one") as world:
        statuses = [await posted(world, BODY, signed(BODY, secret)) for secret in ("old-one", "new-one", "older")]
    assert statuses == [200, 200, 401]


async def test_a_body_larger_than_any_delivery_is_not_read_to_its_end(small_world: World) -> None:
    async def without_a_stated_length() -> AsyncIterator[bytes]:
        for _ in range(32):
            yield b"x" * (1 << 16)

    assert await posted(small_world, without_a_stated_length(), {}) == 413
