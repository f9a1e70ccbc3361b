"""Socket Mode: two connections, so that nothing is lost while one is renewed, and a start that waits for nobody."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.practice.cast import APP_TOKEN
from bot.wiring import Bot, Roles, Server
from store.types import EntryKind
from tests.slack.timelines import timeline
from tests.world import ANA, World, a_world

PATIENCE = 15  # seconds of real time: the SDK's own pauses cannot be moved


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.02)


def connections(world: World) -> int:
    return len(world.slack.sockets.connections)


@asynccontextmanager
async def socket_world(folder: Path, database_url: str) -> AsyncIterator[World]:
    """A world whose bot is reached over Socket Mode alone."""
    async with a_world(folder, database_url, SLACK_APP_TOKEN=APP_TOKEN, SLACK_SIGNING_SECRET="") as world:
        world.slack.deliver_to = None
        await eventually(lambda: connections(world) == 2)
        yield world


@pytest.fixture
async def wired(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with socket_world(tmp_path, sqlite_url) as world:
        yield world


async def test_an_incident_is_worked_over_two_connections(wired: World) -> None:
    channel = await wired.open()
    assert await wired.slash(ANA, "note seen over a socket", channel=channel) != ""
    ts = wired.slack.say(ANA, channel, "and this too")
    wired.slack.react(ANA, channel, ts, "pushpin")
    await wired.settle()
    assert [moment.text for moment in await timeline(wired, EntryKind.MESSAGE)] == ["and this too"]


async def test_no_command_is_lost_or_done_twice_while_a_connection_is_renewed(wired: World) -> None:
    channel = await wired.open()
    first, second = wired.slack.sockets.connections
    for number in range(12):
        if number == 4:
            await first.socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
        if number == 8:
            await eventually(lambda: connections(wired) == 2)
            assert second.request.transport is not None
            second.request.transport.abort()
        seen = await wired.slack.slash(ANA, channel, f"note number {number}")
        assert seen.error is None, seen
    notes = [moment.text for moment in await timeline(wired, EntryKind.NOTE)]
    assert notes == [f"number {number}" for number in range(12)]
    await eventually(lambda: connections(wired) == 2)


async def test_an_envelope_that_comes_again_is_done_once(wired: World) -> None:
    channel = await wired.open()
    wired.slack.duplicate_deliveries = True
    await wired.slash(ANA, "note once", channel=channel)
    await wired.settle()
    assert [moment.text for moment in await timeline(wired, EntryKind.NOTE)] == ["once"]


async def test_both_connections_come_back_after_a_cut(wired: World) -> None:
    wired.slack.drop()
    await eventually(lambda: connections(wired) == 0)
    await eventually(lambda: connections(wired) == 2)
    assert "open" in await wired.slash(ANA, "help")


async def test_a_start_waits_for_nobody_and_connects_once_slack_answers(
    wired: World, sqlite_template: Path, tmp_path: Path
) -> None:
    """A second bot on the same Slack: it starts while Slack is down, and is connected soon after it is up."""
    shutil.copyfile(sqlite_template, tmp_path / "second.db")
    settings = replace(wired.server.bot.settings, database_url=f"sqlite:///{tmp_path}/second.db")
    wired.slack.down = True
    bot = Bot(settings, wired.clock)
    server = Server(bot, Roles(outbox=False, jobs=False))
    async with asyncio.timeout(PATIENCE):
        await server.start()
    await asyncio.sleep(0.1)
    assert server.sockets.connected == 0
    wired.slack.down = False
    await eventually(lambda: server.sockets.connected == 2 and connections(wired) == 4)
    await server.stop()
    bot.close()
