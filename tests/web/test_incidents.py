"""The list of incidents and the page of one: found, filtered, looked at, zoomed and acted in, and closed to others."""

import re
from datetime import timedelta
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st
from playwright.async_api import Browser, Page, expect

from bot.core.changes import Change, ChangeKind
from bot.core.search import wanted
from bot.core.timeline import Moment
from bot.core.window import PAGE, Look, window
from bot.flows.record import record
from bot.flows.record_change import record_changes
from bot.flows.tx import Tx
from store.types import EntryKind
from tests.flows.test_search import insert
from tests.web.axe import violations
from tests.web.test_pages import get, link
from tests.world import ANA, BO, START, World

LONG = 300  # entries


def tell(tx: Tx) -> None:
    """Write a long timeline, an hour of silence in it."""
    for number in range(LONG):
        at = tx.now + timedelta(seconds=10 * number + (3600 if number > 100 else 0))
        record(
            tx, 1, EntryKind.NOTE, text=f"line {number}" + (" about a walrus" if number == 250 else ""), occurred_at=at
        )


def more(tx: Tx) -> None:
    for number in range(10, 80):
        insert(tx, number, "search is slow" if number % 2 else "payments fail", minute=-number)


async def post(world: World, path: str, **fields: str) -> httpx.Response:
    """Fill in a form of a page as a browser would."""
    async with httpx.AsyncClient(base_url=world.url) as client:
        shown = (await client.get("/incidents/INC-1")).text
        mark = re.search(r'name="csrf" value="([^"]+)"', shown)
        assert mark
        return await client.post(path, data={"csrf": mark[1], **fields})


async def test_somebody_finds_an_incident_reads_it_and_writes_in_it(small_world: World, browser: Browser) -> None:
    world = small_world
    channel = await world.open()
    await world.slash(BO, "impact card payments fail from 02:51 UTC", channel)
    await world.house.do(tell)
    await world.house.do(more)
    context, complaints = await browser.new_context(viewport={"width": 1100, "height": 800}), list[str]()
    page = await context.new_page()
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await _finds(page, world)
    await _looks(page)
    await _writes(page)
    await context.close()
    for scheme in ("light", "dark"):
        phone = await browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
        page = await phone.new_page()
        for path in ("/incidents?from=2026-03-01", "/incidents?q=zebra", "/incidents/INC-1"):
            await page.goto(world.url + path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path
            assert await violations(page) == [], (scheme, path)
        await phone.close()
    assert complaints == []


async def _finds(page: Page, world: World) -> None:
    await page.goto(world.url + "/incidents")
    rows = page.locator("#rows tr")
    await expect(rows).to_have_count(51)
    await page.click("text=Show more")
    await expect(rows).to_have_count(70)
    await page.check("input[value=sev1]")
    await expect(page.locator("#found a.key")).to_have_text(["INC-1"])
    assert page.url.endswith("/incidents?severity=sev1")
    await page.uncheck("input[value=sev1]")
    await page.keyboard.press("Escape")
    await page.locator("h1").click()
    await page.keyboard.press("/")
    await page.keyboard.type("checkouts paym")
    await expect(page.locator("#found mark")).to_have_text(["checkout", "payments"])
    await page.wait_for_url("**/incidents?q=checkouts+paym")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/incidents/INC-1")


async def _looks(page: Page) -> None:
    told = page.locator(".tools .at")
    await expect(told).to_contain_text("305 of 305 entries")
    await page.focus("#strip")
    await page.keyboard.press("+")
    await expect(told).not_to_contain_text("305 of 305")
    await page.click("text=Whole")
    await page.click("#scale")
    await expect(told).to_contain_text("305 of 305 entries")
    entries = page.locator("li.entry")
    await expect(entries).to_have_count(PAGE)
    await page.click("text=Show earlier ones")
    await expect(entries).to_have_count(2 * PAGE)
    await page.evaluate("location.hash = '#entry-20'")
    await expect(page.locator("#entry-20")).to_be_in_viewport()
    assert "entry=20" in page.url
    await page.fill("#q", "walruses")
    await page.press("#q", "Enter")
    await expect(entries).to_have_count(1)
    await expect(entries).to_contain_text("about a walrus")


async def _writes(page: Page) -> None:
    await page.fill("textarea[name=text]", "error rate is *48 %*")
    await page.click("text=Add note")
    await expect(page.locator("li.entry:target strong", has_text="48 %")).to_be_visible()


async def test_a_form_is_done_once_and_a_refusal_stands_where_it_was_typed(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    sent = {"act": "note", "text": "error rate is 48 %", "form": "a-form-that-is-sent-twice"}
    answers = [await post(world, "/incidents/INC-1", **sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert (await get(world, "/incidents/INC-1")).text.count("error rate is 48 %") == 1
    for fields, told in (
        ({"act": "note", "text": " "}, "Write what happened"),
        ({"act": "note", "text": "x" * 3001}, "3000 fit"),
        ({"act": "status", "status": "closed", "text": "<b>done</b>"}, "It is not resolved yet"),
        ({"act": "status", "status": "nonsense"}, "Choose a status"),
        ({"act": "severity", "severity": "sev1"}, "It is SEV1 already"),
        ({"act": "role", "role": "!"}, "A role is one word"),
        ({"act": "dance"}, "There is no such thing to do"),
    ):
        answer = await post(world, "/incidents/INC-1", **fields)
        assert (answer.status_code, told in answer.text) == (422, True), fields
    assert (
        "&lt;b&gt;done" in (await post(world, "/incidents/INC-1", act="status", status="closed", text="<b>done")).text
    )
    for path, fields in (
        ("", {"act": "status", "status": "identified", "text": "it is the queue"}),
        ("", {"act": "severity", "severity": "sev2"}),
        ("", {"act": "role", "role": "scribe"}),
        ("", {"act": "impact", "text": "EU cards fail"}),
        ("/items", {"act": "item", "title": "alert on a full queue", "priority": "p1"}),
    ):
        assert (await post(world, f"/incidents/INC-1{path}", **fields)).status_code == 303, fields
    page = (await get(world, "/incidents/INC-1")).text
    for fact in ("it is the queue", "SEV2", "EU cards fail", "alert on a full queue", "Takes the role of scribe"):
        assert fact in page, fact
    await world.settle()
    assert "identified" in str(world.slack.messages(channel))
    assert (await post_to(world, "/incidents/INC-1")).status_code == 403


async def test_whoever_comes_by_a_link_reads_all_of_one_timeline_and_can_do_nothing(small_world: World) -> None:
    world = small_world
    await world.slash(ANA, "open private a leaked key")
    await world.house.do(tell)
    for path in ("/incidents/INC-1", "/incidents/INC-1?q=walrus"):
        assert (await get(world, path)).status_code == 404
    assert (await post_to(world, "/incidents/INC-1")).status_code in (403, 404)
    page = (await get(world, link(world, "/incidents/INC-1"))).text
    assert "<textarea" not in page
    earlier = re.search(r'hx-get="([^"]*before[^"]*)"', page)
    assert earlier
    followed = await get(world, earlier[1].replace("&amp;", "&"))
    assert followed.status_code == 200
    assert "line 150" in followed.text
    assert "a leaked key" not in (await get(world, "/incidents?q=leaked")).text


async def test_what_changed_before_is_shown_and_what_people_wrote_is_no_markup_when_it_is_found(
    small_world: World,
) -> None:
    world, nasty = small_world, "<img src=x onerror=alert(1)>"
    changed = [Change(ChangeKind.DEPLOY, f"checkout 4.2 {nasty}")]
    await world.house.do(lambda tx: record_changes(1, "generic", changed, tx))
    channel = await world.open(f"checkout {nasty}")
    await world.slash(ANA, f"impact cards {nasty}", channel)
    for path in ("/incidents?q=onerror", "/incidents?q=cards", "/incidents/INC-1", f"/incidents/INC-1?q={nasty}"):
        page = (await get(world, path)).text
        assert "<img" not in page, path
        assert "onerror" in page, path
    page = (await get(world, "/incidents/INC-1")).text
    assert "checkout 4.2" in page.partition('id="changes"')[2].partition("<h2")[0]


async def post_to(world: World, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(world.url + path, data={"act": "note", "text": "x"})


@given(count=st.integers(0, 400), live=st.booleans(), entry=st.none() | st.integers(-2, 420))
def test_windows_side_by_side_are_the_timeline(count: int, live: bool, entry: int | None) -> None:
    moments = [Moment(seq, EntryKind.NOTE, START, START, text=f"n{seq}") for seq in range(1, count + 1)]

    def look(**where: Any) -> tuple[int, ...]:
        shown = window(moments, Look(**where), wanted(""), live=live)
        assert shown.earlier + len(shown.shown) + shown.later == count
        return shown.shown

    shown = look(entry=entry)
    assert entry is None or not 1 <= entry <= count or entry in shown
    while shown and shown[0] > 1:
        shown = look(before=shown[0]) + shown
    while shown and shown[-1] < count:
        shown += look(after=shown[-1])
    assert list(shown) == list(range(1, count + 1))
