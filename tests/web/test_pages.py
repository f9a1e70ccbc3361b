"""The pages: what they show, to whom, and what they never let through."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser
from sqlalchemy import text

from tests.web.axe import violations
from tests.world import ANA, BO, World, a_world

NOT_OURS = "script:not([src^='/static/'])"
NASTY = '<script>alert(1)</script> "><img src=x onerror=alert(2)> {{ 7 * 7 }} [x](javascript:alert(3))'


async def get(world: World, path: str) -> httpx.Response:
    """Open an address as a browser would."""
    async with httpx.AsyncClient() as client:
        return await client.get(path if path.startswith("http") else world.url + path)


def link(world: World, path: str) -> str:
    """Return a signed link to a page of this world."""
    signed = world.server.bot.links.signed(path, world.clock.now())
    return world.url + signed.removeprefix(world.server.bot.links.base)


@pytest.fixture
async def public_world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A bot that does not listen on loopback alone, so whoever comes may be anybody."""
    async with a_world(tmp_path, sqlite_url, FIRSTFIVE_HOST="0.0.0.0") as world:
        yield world


async def test_an_incident_page_tells_all_that_happened_and_who_has_what(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    for words in (
        "impact card payments fail",
        "role comms <@U0BO00001|bo>",
        "note error rate is *48 %*",
        "check done 1 two deploys",
        "ticket alert when the pool is full",
    ):
        await world.slash(ANA, words, channel)
    await world.settle()
    await world.pass_(minutes=40)
    await world.slash(BO, "status monitoring rolled back", channel)
    page = (await get(world, "/incidents/INC-1")).text
    for fact in (
        "checkout is down",
        "SEV1",
        "card payments fail",
        "<dd>Bo</dd>",
        "What changed recently? — two deploys",
        "alert when the pool is full",
        "error rate is <strong>48 %</strong>",
        "with nothing recorded",
        "Status investigating → monitoring: rolled back",
        "<strong>Bo</strong>",
    ):
        assert fact in page, fact
    assert re.findall(r'id="entry-(\d+)"', page) == [
        str(number) for number in range(1, 1 + page.count('class="entry"'))
    ]


async def test_an_edited_message_shows_its_earlier_words_and_a_deleted_one_none(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    said = [world.slack.say(BO, channel, text) for text in ("error rate is 84 %", "what a mess")]
    for ts in said:
        world.slack.react(ANA, channel, ts, "pushpin")
    await world.settle()
    world.slack.edit(BO, channel, said[0], "error rate is 48 %")
    world.slack.delete(BO, channel, said[1])
    await world.settle()
    page = (await get(world, "/incidents/INC-1")).text
    assert "error rate is 48 %" in page
    assert "Edited, earlier: <p>error rate is 84 %</p>" in page
    assert "Withdrawn by its author." in page
    assert "what a mess" not in page


async def test_the_list_shows_what_goes_on_the_worst_first_and_no_private_incident(small_world: World) -> None:
    world = small_world
    empty = await get(world, "/")
    assert "Nothing is going on." in empty.text
    for words in ("sev3 search is slow", "sev1 checkout is down", "sev2 private a leaked key", "sev4 test a drill"):
        await world.slash(ANA, f"open {words}")
    page = (await get(world, "/incidents")).text
    assert re.findall(r">(INC-\d)<", page) == ["INC-2", "INC-1", "INC-4"]
    assert "leaked" not in page
    assert '<span class="flag">test</span>' in page


async def test_a_private_incident_an_unknown_one_and_a_forged_link_get_the_same_answer(small_world: World) -> None:
    """Even for whoever sits at the machine."""
    world = small_world
    await world.slash(ANA, "open private a leaked key")
    good = link(world, "/incidents/INC-1")
    assert "a leaked key" in (await get(world, good)).text
    answers = [
        await get(world, path)
        for path in (
            "/incidents/INC-1",
            "/incidents/INC-99",
            "/incidents/nonsense",
            "/postmortems/INC-1",
            good.replace("key=", "key=0"),
            re.sub(r"until=\d", "until=9", good),
            good.replace("INC-1", "INC-2"),
            good.replace("incidents", "postmortems"),
        )
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


async def test_a_link_opens_one_page_for_thirty_days(public_world: World) -> None:
    world = public_world
    await world.slash(ANA, "open sev1 checkout is down")
    for path in ("/incidents", "/incidents/INC-1", "/incidents/INC-9"):
        answer = await get(world, path)
        assert answer.status_code == 403
        assert "/incident timeline" in answer.text
    good = link(world, "/incidents/INC-1")
    page = await get(world, good)
    assert page.status_code == 200
    assert "All incidents" not in page.text
    draft = re.search(r'href="([^"]*postmortems[^"]*)"', page.text)
    assert draft
    followed = world.url + draft[1].replace("&amp;", "&").removeprefix(world.server.bot.links.base)
    assert "Postmortem INC-1" in (await get(world, followed)).text
    world.clock.advance(timedelta(days=31).total_seconds())
    assert (await get(world, good)).status_code == 403


async def test_what_people_wrote_never_becomes_markup(small_world: World, browser: Browser) -> None:
    world = small_world
    channel = await world.open(NASTY[:150])
    for words in (f"note {NASTY}", f"impact {NASTY}", f"check done 1 {NASTY}", f"ticket {NASTY}"):
        await world.slash(ANA, words, channel)
    complaints: list[str] = []
    context = await browser.new_context()
    page = await context.new_page()
    page.on("console", lambda line: complaints.append(line.text))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    for path in ("/incidents", "/incidents/INC-1", "/postmortems/INC-1"):
        answer = await page.goto(world.url + path)
        assert answer
        assert answer.status == 200
        assert await page.locator(f"{NOT_OURS}, img, [onerror], a[href^='javascript:']").count() == 0
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "alert(1)" in await page.inner_text("main")
        assert "49" not in await page.inner_text("h1")
    await context.close()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_page_fits_a_phone(small_world: World, browser: Browser, scheme) -> None:
    world = small_world
    channel = await world.open("checkout is down for all card payments in the whole of the European Union " + "x" * 80)
    await world.slash(ANA, "note " + "https://grafana.example/" + "d" * 200, channel)
    context = await browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = await context.new_page()
    for path in ("/incidents", "/incidents/INC-1", "/postmortems/INC-1", "/incidents/INC-9", "/nowhere"):
        await page.goto(world.url + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert await violations(page) == [], path
    await context.close()


async def test_an_erased_text_shows_its_placeholder(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    await world.slash(ANA, "note error rate is 48 %", channel)
    await world.house.do(lambda tx: tx.db.connection().exec_driver_sql("DELETE FROM data_key"))
    page = await get(world, "/incidents/INC-1")
    assert page.status_code == 200
    assert "error rate" not in page.text
    assert "erased" in page.text


async def test_an_address_where_nothing_is_says_where_to_begin(small_world: World) -> None:
    page = await get(small_world, "/incident/INC-1")
    assert page.status_code == 404
    assert "There is nothing at this address" in page.text
    assert (await get(small_world, "/static/nothing.css")).status_code == 404


async def test_an_altered_timeline_says_so_on_its_page_and_in_the_draft(small_world: World) -> None:
    world = small_world
    await world.open()
    assert "Nothing was altered since it was recorded" in (await get(world, "/incidents/INC-1")).text
    await world.house.do(lambda tx: tx.db.execute(text("UPDATE entry SET facts = '{}' WHERE seq = 2")))
    for path in ("/incidents/INC-1", "/postmortems/INC-1"):
        assert "altered since it was recorded: entry 2 was altered" in (await get(world, path)).text
