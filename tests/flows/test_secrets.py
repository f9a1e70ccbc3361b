"""Secrets: one version is current, the old one holds a while and ends, and none stands readable in the database."""

from datetime import timedelta

import pytest

from bot.core.secrets import OVERLAP, Version
from bot.errors import Refused
from bot.flows.keep_secret import (
    end_secrets,
    note_uses,
    retire_secret,
    rotate_secret,
    secret_versions,
    secrets_change,
    take_in_settings,
    valid_secrets,
)
from tests.home import Home

NAME = "SLACK_SIGNING_SECRET"


async def valid(home: Home) -> list[str]:
    return [version.text for version in await home.read(valid_secrets, NAME)]


async def rotate(home: Home, text: str, overlap: timedelta = OVERLAP) -> int:
    return await home.do(rotate_secret, NAME, text, overlap)


async def test_a_rotated_secret_is_current_and_the_old_one_holds_until_its_end(home: Home) -> None:
    assert [await rotate(home, "one"), await rotate(home, "two")] == [1, 2]
    assert await valid(home) == ["two", "one"]
    home.clock.pass_(hours=23, minutes=59)
    assert await valid(home) == ["two", "one"]
    home.clock.pass_(minutes=1)
    assert await valid(home) == ["two"]


async def test_a_second_rotation_does_not_lengthen_the_first_ones_overlap_but_may_cut_it(home: Home) -> None:
    for text in ("one", "two", "three"):
        await rotate(home, text)
        home.clock.pass_(hours=10)
    assert await valid(home) == ["three", "two", "one"]
    home.clock.pass_(hours=4)  # 24 h after the second came
    assert await valid(home) == ["three", "two"]
    await rotate(home, "four", timedelta())
    assert await valid(home) == ["four"]


async def test_what_the_settings_hold_is_taken_in_once_and_never_turns_time_back(home: Home) -> None:
    for given, expected in (
        (["old", "new"], ["new", "old"]),
        (["old"], ["new", "old"]),  # a replica whose settings are older
        (["next"], ["next", "new", "old"]),
        (["new"], ["next", "new", "old"]),
    ):
        await home.do(take_in_settings, {NAME: given}, OVERLAP)
        assert await valid(home) == expected
    home.clock.pass_(hours=25)
    await home.do(end_secrets)
    assert await home.do(take_in_settings, {NAME: ["old"]}, OVERLAP) == 0
    assert await valid(home) == ["next"]


async def test_an_ended_secret_leaves_nothing_but_its_digest(home: Home) -> None:
    await rotate(home, "one")
    await rotate(home, "two")
    home.clock.pass_(hours=24)
    assert [await home.do(end_secrets), await home.do(end_secrets)] == [1, 0]
    two, one = await home.read(secret_versions, [NAME])
    assert (two.text, one.text[:6], one.holds("one"), one.holds("two")) == ("two", "ended:", True, False)


async def test_retiring_is_refused_while_somebody_uses_it(home: Home) -> None:
    await rotate(home, "one")
    await rotate(home, "two")
    await home.do(note_uses, {(NAME, 1): home.clock.now()})
    home.clock.pass_(minutes=59)
    with pytest.raises(Refused, match=r"Version 1 of SLACK_SIGNING_SECRET was used 59 min ago.*--force"):
        await home.do(retire_secret, NAME, 1)
    with pytest.raises(Refused, match="2 is the current version"):
        await home.do(retire_secret, NAME, 2, forced=True)
    with pytest.raises(Refused, match="has no version 3"):
        await home.do(retire_secret, NAME, 3)
    home.clock.pass_(minutes=1)
    await home.do(retire_secret, NAME, 1)
    assert await valid(home) == ["two"]
    with pytest.raises(Refused, match="has ended already"):
        await home.do(retire_secret, NAME, 1)


async def test_one_that_was_just_used_is_retired_when_somebody_insists(home: Home) -> None:
    await rotate(home, "one")
    await rotate(home, "two")
    await home.do(note_uses, {(NAME, 1): home.clock.now()})
    await home.do(retire_secret, NAME, 1, forced=True)
    assert await valid(home) == ["two"]


async def test_every_change_is_told_to_those_who_follow_and_a_use_is_none(home: Home) -> None:
    seen = [await home.read(secrets_change, [NAME])]
    await rotate(home, "one")
    seen.append(await home.read(secrets_change, [NAME]))
    await rotate(home, "two")
    seen.append(await home.read(secrets_change, [NAME]))
    await home.do(retire_secret, NAME, 1)
    seen.append(await home.read(secrets_change, [NAME]))
    assert seen == sorted(set(seen))
    await home.do(note_uses, {(NAME, 2): home.clock.now()})
    await home.do(rotate_secret, "another", "x", OVERLAP)
    assert await home.read(secrets_change, [NAME]) == seen[-1]


async def test_an_earlier_use_does_not_hide_a_later_one(home: Home) -> None:
    await rotate(home, "one")
    late = home.clock.now()
    for at in (late, late - timedelta(minutes=5)):
        await home.do(note_uses, {(NAME, 1): at})
    assert [version.used_at for version in await home.read(secret_versions)] == [late]


async def test_no_secret_stands_readable_in_the_database_or_in_what_is_printed(home: Home) -> None:
    await rotate(home, "s3cret-of-slack")
    sealed = bytes(await home.scalar("SELECT sealed FROM secret_version"))
    (version,) = await home.read(secret_versions)
    assert b"s3cret" not in sealed
    assert isinstance(version, Version)
    assert "s3cret" not in repr(version)
