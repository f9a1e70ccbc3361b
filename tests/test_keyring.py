"""The keyring: made once, readable by its owner alone, and never made anew for a database that needs a lost one."""

import asyncio
import base64
import json
import os
import sys
from pathlib import Path

import pytest

from bot.core.keyring import KeyMissing
from bot.flows.open_incident import open_incident
from bot.flows.tx import Request
from bot.keyring import KeyringError, create, load, shown
from bot.settings import Settings
from bot.wiring import Bot
from store.db import Database
from store.keys import wrapping_keys


def a_bot(url: str, keyring: str) -> Bot:
    return Bot(Settings(database_url=url, keyring=keyring))


def open_one(bot: Bot) -> None:
    bot.house.do_now(open_incident, Request("one", "shell:ana"), "checkout is down")


def test_the_first_start_makes_a_keyring_that_only_its_owner_can_read_and_says_to_back_it_up(
    sqlite_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "keys" / "ring.json"
    first = a_bot(sqlite_url, str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    assert "Back it up, apart from the database." in first.warnings[0]
    assert str(path) in first.warnings[0]
    first.close()
    made = path.read_bytes()
    second = a_bot(sqlite_url, str(path))
    assert second.warnings == []
    second.close()
    assert path.read_bytes() == made
    with pytest.raises(KeyringError, match="File exists"):
        create(str(path))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_keyring_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "ring.json"
    create(str(path))
    path.chmod(mode)
    with pytest.raises(KeyringError, match=f"can be read by others. Close it: chmod 600 {path}"):
        load(str(path))


def test_a_lost_keyring_is_told_and_no_new_one_is_made(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    bot = a_bot(database_url, str(path))
    open_one(bot)
    bot.close()
    path.unlink()
    with pytest.raises(KeyringError, match=r"There is no keyring at .*, and this database has one"):
        a_bot(database_url, str(path))
    assert not path.exists()


async def test_of_two_processes_that_start_first_one_makes_the_keyring_and_the_other_is_told_to_copy_it(
    database_url: str, tmp_path: Path
) -> None:
    places = [tmp_path / "one" / "ring.json", tmp_path / "other" / "ring.json"]
    told = await asyncio.gather(*(first_start(database_url, place) for place in places))
    (refusal,) = filter(None, told)
    assert "opy" in refusal
    made = places[told.index("")]
    assert [place for place in places if place.exists()] == [made]
    a_bot(database_url, made.read_text()).close()
    create(str(tmp_path / "third.json"))
    with pytest.raises(KeyringError, match="lacks the key"):
        a_bot(database_url, str(tmp_path / "third.json"))


async def first_start(url: str, keyring: Path) -> str:
    """Start a process of its own on a database; return why it refused, or nothing."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "list"),
        env={**os.environ, "DATABASE_URL": url, "FIRSTFIVE_KEYRING": str(keyring)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    return said.decode() if process.returncode else ""


def test_a_wrong_keyring_is_told_by_the_key_it_lacks(sqlite_url: str, tmp_path: Path) -> None:
    right, wrong = tmp_path / "right.json", tmp_path / "wrong.json"
    bot = a_bot(sqlite_url, str(right))
    open_one(bot)
    bot.close()
    ring = create(str(wrong))
    database = Database(sqlite_url)
    with database.read() as db:
        (needed,) = wrapping_keys(db)
    database.close()
    with pytest.raises(KeyringError, match=f"The keyring at {wrong} lacks the key {needed}. Restore it"):
        a_bot(sqlite_url, str(wrong))
    with pytest.raises(KeyringError) as inline:
        a_bot(sqlite_url, wrong.read_text())
    assert f"FIRSTFIVE_KEYRING lacks the key {needed}" in str(inline.value)
    assert base64.b64encode(ring.keys[ring.current]).decode() not in str(inline.value)
    with pytest.raises(KeyMissing, match=f"no key {needed}"):
        ring.key(needed)


def test_a_keyring_may_be_given_in_the_environment_itself(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    ring = create(str(path))
    inline = path.read_text()
    path.unlink()
    assert load("\n " + inline) == ring
    bot = a_bot(sqlite_url, inline)
    open_one(bot)
    bot.close()
    assert list(tmp_path.glob("*.json")) == []
    assert shown(inline) == "FIRSTFIVE_KEYRING"


def test_a_keyring_whose_bytes_were_altered_is_told_without_showing_them(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    ring = create(str(path))
    loaded = json.loads(path.read_text())
    altered = bytearray(ring.keys[ring.current])
    altered[0] ^= 1
    encoded = base64.b64encode(altered).decode()
    for broken, told in (
        ("{", "is not a keyring"),
        ("[]", "is not a keyring"),
        ('{"current": "a", "keys": {"a": 1}}', "is not a keyring"),
        ('{"current": "a"}', "is not a keyring"),
        (json.dumps(loaded | {"keys": {ring.current: encoded}}), f"key {ring.current} was altered"),
        (json.dumps(loaded | {"keys": {ring.current: "c2hvcnQ="}}), f"key {ring.current} was altered"),
        (json.dumps(loaded | {"current": "gone"}), "the current key gone is missing"),
    ):
        path.write_text(broken)
        with pytest.raises(KeyringError, match=told) as caught:
            load(str(path))
        assert "from your backup" in str(caught.value)
        assert encoded not in str(caught.value)


async def test_the_key_does_not_stand_in_the_database(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    bot = await asyncio.to_thread(a_bot, sqlite_url, str(path))
    await asyncio.to_thread(open_one, bot)
    key = next(iter(bot.house.keyring.keys.values()))
    files = b"".join(await asyncio.to_thread(lambda: [each.read_bytes() for each in tmp_path.glob("firstfive.db*")]))
    bot.close()
    assert files
    assert key not in files
    assert base64.b64encode(key) not in files
