"""Feeds: a calendar and a reader subscribe with a link of their own, until it is revoked."""

from xml.etree import ElementTree

import httpx

from tests.web.api.conftest import Program
from tests.world import World


def events(text: str) -> list[dict[str, str]]:
    """Return the events of a calendar, as RFC 5545 says to read it."""
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")
    blocks = "\n".join(lines).split("BEGIN:VEVENT\n")[1:]
    return [dict(line.split(":", 1) for line in block.split("\nEND:VEVENT")[0].split("\n")) for block in blocks]


async def opened(world: World, url: str, **headers: str) -> httpx.Response:
    """Open a feed as a calendar does, that knows nothing but its link."""
    async with httpx.AsyncClient() as client:
        return await client.get(world.url + url[url.index("/feeds/") :], headers=headers | {"Host": "bot.example"})


async def test_a_calendar_follows_reviews_until_its_link_is_revoked(program: Program) -> None:
    world, key = program.world, await program.open("a; b, c\\d")
    await program.post(f"/incidents/{key}/resolve", {})
    await program.post(f"/incidents/{key}/review", {"at": "2026-03-12T10:00:00Z"})
    feed = (await program.post("/feeds", {"kind": "reviews"})).json()
    [first] = events((await opened(world, feed["url"])).text)
    assert first["SUMMARY"] == f"Review of {key}: a\\; b\\, c\\\\d"
    assert (first["DTSTART"], first["DTEND"]) == ("20260312T100000Z", "20260312T104500Z")
    world.clock.advance(60)
    assert (await program.send("DELETE", f"/incidents/{key}/review", b"")).status_code == 204
    [then] = events((await opened(world, feed["url"])).text)
    assert (then["UID"], then["STATUS"]) == (first["UID"], "CANCELLED")
    assert int(then["SEQUENCE"]) > int(first["SEQUENCE"])
    forged = feed["url"].replace(f"feed={feed['id']}", f"feed={feed['id'] + 1}")
    assert (await opened(world, forged)).status_code == 401
    assert (await opened(world, feed["url"].replace("reviews.ics", "postmortems.rss"))).status_code == 401
    assert (await program.send("DELETE", f"/feeds/{feed['id']}", b"")).status_code == 204
    assert (await opened(world, feed["url"])).status_code == 401


async def test_a_reader_hears_of_what_was_published_and_of_nothing_else(program: Program) -> None:
    titles = ("<b>&", "hidden", "tried", "unpublished")
    keys = {title: await program.open(title, test=title == "tried") for title in titles}
    for title, key in keys.items():
        await program.post(f"/incidents/{key}/resolve", {})
        if title != "unpublished":
            answer = await program.post(f"/postmortems/{key}/publish", {"because": "for the test"})
            assert answer.status_code == 200, answer.text
    await program.post(f"/incidents/{keys['hidden']}/private")
    feed = (await program.post("/feeds", {"kind": "postmortems"})).json()
    answer = await opened(program.world, feed["url"])
    [item] = ElementTree.fromstring(answer.text).iter("item")
    assert item.findtext("title") == f"{keys['<b>&']}: <b>&"
    assert item.findtext("guid") == f"firstfive:1:{keys['<b>&']}:postmortem"
    known = {"If-None-Match": answer.headers["etag"], "If-Modified-Since": answer.headers["last-modified"]}
    for name, value in known.items():
        assert (await opened(program.world, feed["url"], **{name: value})).status_code == 304
