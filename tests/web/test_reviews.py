"""Reviews on their pages: in the zone of whoever reads, booked and moved through the flow that Slack uses."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from bot.core.zones import from_wall, zone_named, zone_names
from bot.flows.book_review import answer_review
from bot.flows.tx import Request
from tests.web.forms import get, post
from tests.world import ANA, BO, World


async def test_a_review_is_booked_read_in_any_zone_moved_and_its_answers_are_told_in_total(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    assert "It is reviewed once it is over" in (await get(world, "/reviews/INC-1")).text
    early = await post(world, "/reviews", "/reviews/INC-1", at="2026-03-13T10:00", zone="UTC")
    assert early.status_code == 422
    assert "Review it once it is over" not in early.text or "INC-1 is investigating" in early.text
    await world.slash(BO, "note here", channel)
    await world.slash(ANA, "resolve", channel)
    await world.settle()
    assert "Not booked yet" in (await get(world, "/reviews")).text
    where = "/reviews/INC-1"
    for at, zone, why in (
        ("2026-03-13T10:00", "Nowhere/Land", "is no time zone"),
        ("tomorrow", "UTC", "Choose a day and a time"),
        ("2020-03-13T10:00", "UTC", "That time is over"),
    ):
        refused = await post(world, where, where, at=at, zone=zone)
        assert (refused.status_code, why in refused.text) == (422, True)
    booked = await post(world, where, where, at="2026-03-13T10:00", zone="America/New_York")
    assert "Fri 2026-03-13 10:00" in booked.text
    assert "(14:00 UTC)" in booked.text
    assert "Fri 2026-03-13 23:00" in (await get(world, "/reviews?zone=Asia/Tokyo")).text
    event = await get(world, "/reviews/INC-1.ics")
    assert event.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20260313T140000Z" in event.text
    await post(world, where, where, at="2026-03-12T09:00", zone="UTC")
    assert "DTSTART:20260312T090000Z" in (await get(world, "/reviews/INC-1.ics")).text
    await world.settle()
    assert "inc-1" in str(world.slack.messages(channel)).lower()
    off = await post(world, where, f"{where}/call-off")
    assert "not booked yet" in off.text
    assert "None is booked" in (await get(world, "/reviews")).text
    followed = await post(world, "/reviews", "/reviews/feeds")
    link = re.search(r'href="([^"]*/feeds/reviews\.ics[^"]*)"', followed.text)
    assert link
    calendar = unescape(link[1])
    assert "STATUS:CANCELLED" in (await get(world, calendar[calendar.index("/feeds/") :])).text
    await post(world, where, where, at="2026-03-12T09:00", zone="UTC")
    assert "CANCELLED" not in (await get(world, calendar[calendar.index("/feeds/") :])).text
    ended = await post(world, "/reviews", "/reviews/feeds/1/end")
    assert "/feeds/reviews.ics" not in ended.text
    await world.settle()
    await world.pass_(minutes=3 * 24 * 60)
    for person, yes in ((ANA, True), (BO, False)):
        request = Request(f"answer-{person}", person, None)
        await world.house.do(answer_review, request, "learned", yes, "INC-1")
    page = (await get(world, where)).text
    assert "of 2 who answered, 1 learned something and 0 would come again" in page


async def test_the_review_of_a_hidden_incident_is_as_if_it_were_not_there(small_world: World) -> None:
    world = small_world
    channel = await world.open("a leaked key", words="sev2 private")
    await world.slash(ANA, "resolve", channel)
    assert "leaked" not in (await get(world, "/reviews")).text
    for path in ("/reviews/INC-1", "/reviews/INC-1.ics", "/reviews/INC-9", "/reviews/INC-9.ics"):
        assert (await get(world, path)).status_code == 404, path
    for key in ("INC-1", "INC-9"):
        answer = await post(world, "/reviews", f"/reviews/{key}", at="2026-03-13T10:00", zone="UTC")
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("written", "hour"),
    [("2026-03-29T01:30", 0), ("2026-03-29T02:30", 1), ("2026-03-29T03:30", 1), ("2026-10-25T02:30", 0)],
)
def test_a_time_on_the_wall_is_one_moment_also_when_the_clocks_change(written: str, hour: int) -> None:
    zone = zone_named("Europe/Madrid")
    assert zone is not None
    day = datetime.fromisoformat(written).date()
    assert from_wall(written, zone) == datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)
    assert {"UTC", "Europe/Madrid", "Asia/Kolkata"} < set(zone_names())
