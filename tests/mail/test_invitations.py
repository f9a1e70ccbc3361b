"""An invitation to a review by mail: to each who took part, moved and taken back in the same event, once."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.core.test_reviews import unfolded
from tests.fakes.smtp import FakeSmtp, a_mail_server
from tests.world import ANA, BO, World, a_world


@pytest.fixture
async def mailing(tmp_path: Path, sqlite_url: str) -> AsyncIterator[tuple[World, FakeSmtp, str]]:
    async with a_mail_server() as server, a_world(tmp_path, sqlite_url, **server.environment) as world:
        channel = await world.open()
        await world.slash(BO, "note the queue is full", channel)
        await world.slash(ANA, "resolve rolled back", channel)
        await world.settle()
        yield world, server, channel


async def book(world: World, channel: str, *, later: bool = False) -> None:
    await world.slash(ANA, "review", channel)
    if later:
        await world.press(ANA, channel, "review_later")
    await world.press(ANA, channel, "review_book")
    await world.pass_(seconds=5)


def event(message: EmailMessage) -> dict[str, str]:
    """Return the properties of the event in a message; several of one name as the last."""
    (part,) = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    text = part.get_content().replace("\r\n", "\n").replace("\n", "\r\n")
    read = unfolded(text)
    assert part.get_param("method") == read["METHOD"]
    return read


async def test_everyone_is_invited_once_and_hears_that_it_moved_and_that_it_is_off(
    mailing: tuple[World, FakeSmtp, str],
) -> None:
    world, server, channel = mailing
    await book(world, channel)
    assert sorted(str(message["To"]) for message in server.taken) == ["ana@practice.example", "bo@practice.example"]
    first = event(server.taken[0])
    assert (first["METHOD"], first["UID"]) == ("REQUEST", "inc-1-review@firstfive")
    assert first["ORGANIZER"] == "mailto:bot@example.com"
    assert any(name.startswith("ATTENDEE") for name in first)
    text = server.taken[0].get_body(("plain",))
    assert text is not None
    assert "1. What happened, told along the timeline" in text.get_content()
    await world.pass_(minutes=1)
    await book(world, channel, later=True)
    moved = event(server.taken[-1])
    assert moved["UID"] == first["UID"]
    assert moved["DTSTART"] > first["DTSTART"]
    assert int(moved["SEQUENCE"]) > int(first["SEQUENCE"])
    await world.pass_(minutes=1)
    assert "is called off" in await world.slash(ANA, "review cancel", channel)
    await world.pass_(seconds=5)
    off = event(server.taken[-1])
    assert (off["METHOD"], off["STATUS"], off["UID"]) == ("CANCEL", "CANCELLED", first["UID"])
    assert int(off["SEQUENCE"]) > int(moved["SEQUENCE"])
    assert len(server.taken) == 6
    assert "is called off" in world.slack.said(channel)[-1]


async def test_a_lost_answer_repeats_the_same_message_a_busy_server_is_asked_again_and_a_no_is_told(
    mailing: tuple[World, FakeSmtp, str],
) -> None:
    world, server, channel = mailing
    server.faults = ["lost", 450]
    await book(world, channel)
    for _ in range(4):
        await world.pass_(seconds=20)
    ids = [str(message["Message-ID"]) for message in server.taken]
    assert len(ids) == 3
    assert len(set(ids)) == 2, "the one whose answer was lost came twice under one id"
    server.faults = [550, 550]
    await book(world, channel, later=True)
    line = world.slack.space.direct_message(ANA).id
    assert any("an invitation could not be mailed" in text for text in world.slack.said(line))
