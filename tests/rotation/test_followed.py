"""Rotations are followed: by every replica, from files however they are swapped, and by nothing that is half there."""

import asyncio
import logging
import os
from pathlib import Path

import pytest

from bot.core.secrets import OVERLAP
from bot.flows.keep_secret import rotate_secret, secret_versions
from bot.log import masked
from bot.settings import Settings, read_settings
from bot.vault import BEAT
from bot.wiring import Bot, Roles, Server
from tests.world import World, WorldClock

SIGNING, JIRA = "SLACK_SIGNING_SECRET", "JIRA_API_TOKEN"


def settings(url: str, folder: Path, **more: str) -> Settings:
    jira = {"JIRA_URL": "http://127.0.0.1:9", "JIRA_PROJECT": "OPS"}  # Its token makes no sense without them.
    place = {"DATABASE_URL": url, "FIRSTFIVE_KEYRING": str(folder / "ring.json")}
    return read_settings({**place, **jira, **more}, folder)


def a_server(url: str, folder: Path, clock: WorldClock, **more: str) -> Server:
    return Server(Bot(settings(url, folder, **more), clock), Roles(web=False, outbox=False, jobs=False))


async def test_a_replica_whose_settings_are_older_takes_what_the_others_have(database_url: str, tmp_path: Path) -> None:
    clock = WorldClock()
    old = a_server(database_url, tmp_path, clock, JIRA_API_TOKEN="the-old-one")
    new = a_server(database_url, tmp_path, clock, JIRA_API_TOKEN="the-new-one")
    for server in (old, new, old, new):
        await server.bot.vault.look(server.bot.house)
    for server in (old, new):
        assert server.bot.vault.held(JIRA).texts() == ["the-new-one", "the-old-one"]
        server.bot.close()


async def test_a_running_process_follows_on_its_own_beat(small_world: World) -> None:
    held = small_world.server.bot.vault.held(SIGNING)
    await small_world.house.do(rotate_secret, SIGNING, "a-new-one", OVERLAP)
    async with asyncio.timeout(30 * BEAT):  # two beats on a machine that has time
        while held.texts()[0] != "a-new-one":  # noqa: ASYNC110 - it is the beat that is tested
            await asyncio.sleep(0.05)


async def test_when_a_version_was_last_used_is_written_down(small_world: World) -> None:
    await small_world.slash("U0ANA0001", "list")
    await small_world.server.bot.vault.look(small_world.house)
    versions = await small_world.house.read(secret_versions, [SIGNING])
    assert versions[0].was_used(small_world.clock.now())


async def test_a_mounted_secret_is_followed_when_its_folder_is_swapped(sqlite_url: str, tmp_path: Path) -> None:
    """As an orchestrator does it: the file is a link into a folder that is a link, and that one is replaced."""
    for number in ("1", "2"):
        (tmp_path / f"data-{number}").mkdir()
        (tmp_path / f"data-{number}" / "token").write_text(f"mounted-{number}\n")
    (tmp_path / "data").symlink_to("data-1")
    (tmp_path / "token").symlink_to("data/token")
    server = a_server(sqlite_url, tmp_path, WorldClock(), JIRA_API_TOKEN_FILE=str(tmp_path / "token"))
    vault, house = server.bot.vault, server.bot.house
    await vault.look(house)
    (tmp_path / "data-next").symlink_to("data-2")
    (tmp_path / "data-next").replace(tmp_path / "data")
    await vault.look(house)
    assert vault.held(JIRA).texts() == ["mounted-2", "mounted-1"]
    server.bot.close()


async def test_a_file_that_is_gone_or_empty_leaves_the_last_value_in_force(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "token"
    path.write_text("the-first")
    server = a_server(sqlite_url, tmp_path, WorldClock(), JIRA_API_TOKEN_FILE=str(path))
    vault, house = server.bot.vault, server.bot.house
    await vault.look(house)
    path.write_text("")
    await vault.look(house)
    path.unlink()
    await vault.look(house)
    assert vault.held(JIRA).texts() == ["the-first"]
    assert "the file is empty" in caplog.text
    assert "cannot be read" in caplog.text
    path.write_text("the-second")
    os.utime(path, ns=(1, 1))
    await vault.look(house)
    assert vault.held(JIRA).texts() == ["the-second", "the-first"]
    server.bot.close()


async def test_a_version_that_ends_soon_and_is_used_is_warned_of_once(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = WorldClock()
    server = a_server(sqlite_url, tmp_path, clock, JIRA_API_TOKEN="the-first")
    vault, house = server.bot.vault, server.bot.house
    await vault.look(house)
    vault.used(vault.valid(JIRA)[0])
    await house.do(rotate_secret, JIRA, "the-second", OVERLAP)
    await vault.look(house)
    assert "ends at" not in caplog.text
    clock.advance(22.5 * 3600)
    for _ in range(2):
        await vault.look(house)
    assert caplog.text.count("JIRA_API_TOKEN version 1 ends at") == 1
    server.bot.close()


async def test_nothing_that_a_process_holds_is_logged(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = a_server(sqlite_url, tmp_path, WorldClock(), JIRA_API_TOKEN="without-any-form")
    await server.bot.house.do(rotate_secret, JIRA, 'quoted "and" rotated', OVERLAP)
    with caplog.at_level(logging.DEBUG):
        await server.bot.vault.look(server.bot.house)
    links = server.bot.vault.held("links").texts()[0]
    for text in ("without-any-form", 'quoted "and" rotated', links, "ATATT3xabc=", "whsec_a/b+c="):
        assert text not in caplog.text
        assert text not in masked(f"it said {text} once")
    server.bot.close()
