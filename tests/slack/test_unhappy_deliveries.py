"""What reaches the bot twice, forged, late, or not at all; and what the bot keeps while Slack is away."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

from bot.flows.change_status import change_status
from bot.flows.open_incident import open_incident
from bot.flows.post_update import post_update
from bot.flows.tx import Request
from bot.flows.views import visible
from bot.practice import payloads
from bot.practice.cast import SIGNING_SECRET
from bot.practice.delivery_http import signed
from store.types import EntryKind, Status
from tests.slack.timelines import timeline
from tests.world import ANA, BO, World, a_world


def command(world: World, text: str, trigger_id: str, channel: str = "general") -> bytes:
    """Return the body of a slash command as Slack posts it."""
    space = world.slack.space
    room, url = space.channel(channel), f"{world.slack.url}/response/none"
    return urlencode(payloads.slash_command(space.person(ANA), room, "/incident", text, trigger_id, url)).encode()


async def post(
    world: World,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    *,
    secret: str = SIGNING_SECRET,
    age: int = 0,
) -> int:
    """Post a body signed with *secret*, *age* seconds ago, and return the status. *headers* win over the signature."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    head = form | signed(body, secret, int(time.time()) - age) | dict(headers or {})
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{world.url}/slack/events", data=body, headers=head) as answer,
    ):
        return answer.status


async def opened(world: World) -> list[str]:
    return [incident.title for incident in await world.house.read(visible, None)]


async def test_everything_that_arrives_twice_is_done_once(world: World) -> None:
    world.slack.duplicate_deliveries = True
    channel = await world.open()
    await world.slash(ANA, "note it is the database", channel=channel)
    ts = world.slack.say(BO, channel, "look at this")
    world.slack.react(ANA, channel, ts, "pushpin")
    world.slack.react(ANA, channel, ts, "ticket")
    await world.settle()
    await world.press(ANA, channel, "step_done")
    await world.press(ANA, channel, "note")
    await world.slack.submit(ANA, values={"text": "from a form"})
    await world.settle()
    assert await opened(world) == ["checkout is down"]
    notes = [moment.text for moment in await timeline(world, EntryKind.NOTE)]
    assert notes == ["it is the database", "from a form"]
    once = await timeline(world, EntryKind.MESSAGE, EntryKind.ACTION_ITEM, EntryKind.STEP)
    assert sorted(moment.kind for moment in once) == ["action_item", "message", "step"]
    assert len(world.slack.said(channel)) == len(set(world.slack.said(channel)))


async def test_a_delivery_that_slack_retries_is_acknowledged_and_done_once(small_world: World) -> None:
    world = small_world
    body = command(world, "open sev1 checkout is down", "1.2.abc")
    assert await post(world, body) == 200
    assert await post(world, body, {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}) == 200
    assert await opened(world) == ["checkout is down"]


async def test_forged_replayed_and_skewed_deliveries_are_refused_and_leave_nothing(small_world: World) -> None:
    world = small_world
    body = command(world, "open sev1 checkout is down", "1.2.abc")
    assert await post(world, body, secret="guessed") == 401
    assert await post(world, body, secret="") == 401
    assert await post(world, body, age=301) == 401
    assert await post(world, body, age=-301) == 401
    assert await post(world, body, {"X-Slack-Signature": ""}) == 401
    assert await post(world, body, {"X-Slack-Request-Timestamp": "²³"}) == 401
    assert await post(world, body + b"&text=open+sev1+other", signed(body, SIGNING_SECRET)) == 401
    assert await opened(world) == []
    assert await post(world, body, age=290) == 200
    assert await opened(world) == ["checkout is down"]


async def test_a_signing_secret_that_left_its_file_holds_for_another_day(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("new,old\n")
    settings = {"SLACK_SIGNING_SECRET": "", "SLACK_SIGNING_SECRET_FILE": str(path)}
    async with a_world(tmp_path, sqlite_url, **settings) as world:
        for number, secret in enumerate(("old", "new")):
            assert await post(world, command(world, f"open {secret}", f"1.{number}"), secret=secret) == 200
        path.write_text("new")
        os.utime(path, ns=(1, 1))  # a clock that moved back must not hide the change
        await world.server.bot.vault.look(world.house)
        assert await post(world, command(world, "open again", "1.3"), secret="old") == 200
        world.clock.advance(24 * 3600)
        assert await post(world, command(world, "open too late", "1.4"), secret="old") == 401
        assert await post(world, command(world, "open late", "1.5"), secret="new") == 200
        assert await opened(world) == ["late", "again", "new", "old"]


async def test_while_slack_is_down_everything_is_recorded_and_it_catches_up_in_order(world: World) -> None:
    world.slack.down = True
    assert await world.slash(ANA, "open sev1 checkout is down") == "INC-1 is open as SEV1. Its channel is on the way."
    await world.settle()
    for text in ("first", "second", "third"):  # from a shell, because there is no channel to type in
        await world.house.do(post_update, Request(text, "shell:ana"), text, key="INC-1")
    await world.house.do(change_status, Request("status", "shell:ana"), Status.IDENTIFIED, key="INC-1")
    await world.pass_(minutes=10)
    assert world.slack.said("incidents") == []
    world.slack.down = False
    await world.pass_(minutes=2)
    said = world.slack.said("inc-1-checkout-is-down")
    assert said[0] == "SEV1 INC-1 checkout is down: identified"
    assert [text for text in said if "update" in text] == [
        "INC-1 update: first",
        "INC-1 update: second",
        "INC-1 update: third",
    ]
    assert await timeline(world, EntryKind.DELIVERY_FAILED) == []


async def test_without_slack_everything_is_kept_until_it_is_connected(sqlite_url: str, tmp_path: Path) -> None:
    async with a_world(tmp_path, sqlite_url, SLACK_BOT_TOKEN="", SLACK_SIGNING_SECRET="") as alone:
        await alone.house.do(open_incident, Request("shell-1", "shell:ana"), "checkout is down")
        await alone.pass_(minutes=1)
        assert await post(alone, command(alone, "list", "1.1")) == 503
        assert [line["method"] for line in alone.slack.calls] == []
    async with a_world(tmp_path, sqlite_url) as world:
        await world.settle()
        assert "SEV2 INC-1 checkout is down: investigating" in world.slack.said("inc-1-checkout-is-down")
        assert await world.slash(ANA, "open sev1 search is slow") == "INC-2 is open as SEV1. Its channel is on the way."
