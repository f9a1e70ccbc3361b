"""Rotation under load: no request fails while a secret is rotated, and the old one is refused after its end."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import httpx

from bot.core.keyring import key_id
from bot.core.secrets import LINKS
from bot.flows.record import read_texts, read_timeline
from bot.flows.rewrap_keys import rewrap_keys
from bot.flows.tx import Tx
from bot.keyring import alter, load, new_key
from bot.practice.cast import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from store.incidents import incident_by_id
from store.types import EntryKind
from tests.rotation.traffic import Plan, followed, rotate, under_traffic
from tests.slack.test_sockets import connections, eventually, socket_world
from tests.slack.test_unhappy_deliveries import command, post
from tests.slack.timelines import timeline
from tests.world import ANA, BO, World, a_world

A_DAY = 24 * 3600 + 1


async def test_slacks_signing_secret(plan: Plan, small_world: World) -> None:
    world, server = small_world, small_world.server
    used = [SIGNING_SECRET]

    async def ask() -> None:
        assert await world.slash(ANA, "list") == "Nothing is being worked on."

    async def turn(_number: int) -> None:
        used.append(await rotate(plan, server, "SLACK_SIGNING_SECRET"))
        world.slack.signing_secret = used[-1]  # Slack signs with the new one from here on.

    await under_traffic(plan, ask, turn)
    body = command(world, "list", "7.1")
    assert {await post(world, body, secret=secret) for secret in used} == {200}
    world.clock.advance(A_DAY)
    assert [await post(world, body, secret=secret) for secret in used] == [401] * 5 + [200]


async def test_slacks_bot_token(plan: Plan, small_world: World) -> None:
    world, server = small_world, small_world.server
    current = BOT_TOKEN
    under_way: set[asyncio.Event] = set()

    async def ask() -> None:
        over = asyncio.Event()
        under_way.add(over)
        assert (await server.desk.api.call("auth.test"))["ok"]
        under_way.remove(over)
        over.set()

    async def turn(number: int) -> None:
        nonlocal current
        fresh = f"xoxb-rotated-{number}"
        if number % 2:  # Slack knows the new token first, or we do: either way nothing fails.
            world.slack.tokens |= {fresh}
        await rotate(plan, server, "SLACK_BOT_TOKEN", fresh)
        world.slack.tokens = {APP_TOKEN, fresh, current}
        await asyncio.gather(*(call.wait() for call in under_way))  # Nobody revokes a token within milliseconds.
        world.slack.tokens = {APP_TOKEN, fresh}
        current = fresh

    await under_traffic(plan, ask, turn)
    assert server.bot.vault.held("SLACK_BOT_TOKEN").texts()[0] == "xoxb-rotated-5"
    world.clock.advance(A_DAY)
    assert server.bot.vault.held("SLACK_BOT_TOKEN").texts() == ["xoxb-rotated-5"]


async def test_slacks_app_token(plan: Plan, sqlite_url: str, tmp_path: Path) -> None:
    async with socket_world(tmp_path, sqlite_url) as world:

        async def ask() -> None:
            seen = await world.slack.slash(ANA, "#general", "list")
            assert seen.error is None, seen

        async def turn(number: int) -> None:
            fresh = f"xapp-rotated-{number}"
            world.slack.tokens |= {fresh}
            await rotate(plan, world.server, "SLACK_APP_TOKEN", fresh)
            world.slack.tokens = {BOT_TOKEN, fresh}
            first = world.slack.sockets.connections[0]
            await first.socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
            await eventually(lambda: connections(world) == 2 and first not in world.slack.sockets.connections)

        await under_traffic(plan, ask, turn)


def visitor(world: World, number: int) -> httpx.AsyncClient:
    """Return a browser at an address of its own; one alone would be told that it comes too often."""
    at = httpx.AsyncHTTPTransport(local_address=f"127.0.1.{number + 1}", verify=False)
    return httpx.AsyncClient(base_url=world.url, transport=at)


async def test_what_signs_links(plan: Plan, sqlite_url: str, tmp_path: Path) -> None:
    async with a_world(tmp_path, sqlite_url, FIRSTFIVE_HOST="0.0.0.0") as world:
        await world.open()
        links = [world.server.desk.page("incidents", "INC-1")]

        async with AsyncExitStack() as stack:
            visitors = cycle([await stack.enter_async_context(visitor(world, number)) for number in range(250)])

            async def status(link: str) -> int:
                path = link.removeprefix(world.server.bot.settings.public_url)
                return (await next(visitors).get(path)).status_code

            async def ask() -> None:
                assert {await status(link) for link in (links[0], links[-1])} == {200}

            async def turn(_number: int) -> None:
                await rotate(plan, world.server, LINKS)
                links.append(world.server.desk.page("incidents", "INC-1"))

            await under_traffic(plan, ask, turn)
            world.clock.advance(A_DAY)
            assert await status(links[-1]) == 200
            assert 200 not in {await status(link) for link in links[:-1]}


def last_text(tx: Tx) -> str | None:
    """Return the text of the last entry of INC-1."""
    incident = incident_by_id(tx.db, 1)
    return read_texts(tx, 1, {incident.entry_count}).get(incident.entry_count) if incident else None


async def test_the_key_encryption_key(plan: Plan, database_url: str, tmp_path: Path) -> None:
    """Every key is destroyed while people write: nothing is lost, and nothing of the old key is left."""
    async with a_world(tmp_path, database_url) as world:
        server, place = world.server, world.server.bot.settings.keyring
        channel, keys = await world.open(), [world.house.keyring.current]

        async def ask() -> None:
            assert await world.slash(BO if len(keys) % 2 else ANA, "note seen", channel=channel)
            assert await world.house.read(last_text) == "seen"

        async def turn(_number: int) -> None:
            notes = await world.house.read(read_timeline, 1)
            assert {note.text for note in notes if note.kind is EntryKind.NOTE} == {"seen"}
            key = new_key()
            alter(place, lambda ring: ring.with_key(key))
            await followed(plan, server)
            ends_at = world.clock.now() + timedelta(seconds=10)
            alter(place, lambda ring: ring.turned_to(key_id(key), ends_at))
            await followed(plan, server)
            await server.timer.beat()
            world.clock.advance(11)
            await followed(plan, server)
            keys.append(key_id(key))

        await under_traffic(plan, ask, turn)
        while await world.house.do(rewrap_keys):
            pass
        world.clock.advance(11)
        await server.bot.vault.look(world.house)
        ring = load(place)
        assert ring is not None
        assert list(ring.keys) == keys[-1:]
        assert len(set(keys)) == 6
        await server.bot.vault.look(world.house)
        assert {note.text for note in await timeline(world, EntryKind.NOTE)} == {"seen"}
