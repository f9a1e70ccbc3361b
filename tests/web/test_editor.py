"""The editor of a postmortem: several write at once and lose nothing, and what stands beside the text works."""

import asyncio
import json
import re
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.web.axe import violations
from tests.web.visitor import PUBLIC, signed_in
from tests.world import ANA, BO, World, a_world, serving

EDIT = "/postmortems/INC-1/edit"
FIRSTS = (0x4E00, 0x1F300)  # the letters of each page, its own; those of the second take two units in a browser
NASTY = "<img src=x onerror=alert(1)> [x](javascript:alert(2)) </textarea><script>alert(3)</script>"

# Types in the page's own field, as fast as it takes it: a letter that nobody else types, or deletes one.
RANDOM_EDITS = """async ([count, first, seed]) => {
  const area = document.querySelector("#text");
  const chance = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const [typed, deleted] = [[], []];
  for (let n = 0; n < count; n += 1) {
    const letters = Array.from(area.value);
    const at = Math.floor(chance() * (letters.length + 1));
    const letter = String.fromCodePoint(first + n);
    if (chance() < 0.7 || at === letters.length) typed.push(letter), letters.splice(at, 0, letter);
    else deleted.push(...letters.splice(at, 1));
    area.value = letters.join("");
    area.dispatchEvent(new Event("input"));
    await new Promise((next) => setTimeout(next, chance() * 4));
  }
  return [typed, deleted];
}"""


async def resolved(world: World) -> str:
    """Open an incident, write on it, resolve it, and return its channel."""
    channel = await world.open()
    for words in ("note error rate is 48 %", "resolve rolled back"):
        await world.slash(ANA, words, channel)
    await world.settle()
    return channel


async def opened(context: BrowserContext, url: str) -> Page:
    """Open the editor; a script that fails there fails the test."""
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    await page.goto(url + EDIT)
    await expect(page.locator("#desk.alive")).to_be_attached()
    return page


async def same(pages: list[Page]) -> str:
    """Wait until every page has saved and says the same, and return that."""
    texts: set[str] = set()
    async with asyncio.timeout(120):
        while len(texts) != 1:
            for page in pages:
                await expect(page.locator(".state")).to_have_text("Saved", timeout=60_000)
            texts = {await page.input_value("#text") for page in pages}
    return texts.pop()


async def all_write(pages: list[Page], count: int) -> None:
    """Let every page make *count* random edits at once, and check that no letter is lost, doubled or made up."""
    before = await pages[0].input_value("#text")
    asked = [[count, first, 7 + at] for at, first in enumerate(FIRSTS)]
    made = await asyncio.gather(*(page.evaluate(RANDOM_EDITS, one) for page, one in zip(pages, asked, strict=True)))
    text = await same(pages)
    typed, deleted = ({letter for each in made for letter in each[what]} for what in (0, 1))
    ours = {chr(first + n) for first in FIRSTS for n in range(count)}
    there = [letter for letter in text if letter in ours]
    assert len(there) == len(set(there))
    assert set(there) == typed - deleted
    kept = iter(before)
    assert all(letter in kept for letter in text if letter not in ours), "what was there before keeps its order"
    assert len(text) >= len(before) + len(there) - sum(len(each[1]) for each in made)


async def test_two_pages_that_write_at_once_lose_no_letter_and_end_with_the_same_text(
    small_world: World, browser: Browser
) -> None:
    await resolved(small_world)
    contexts = [await browser.new_context() for _ in FIRSTS]
    pages = [await opened(context, small_world.url) for context in contexts]
    await all_write(pages, 60)
    await contexts[0].set_offline(True)
    await pages[0].locator("#text").press("Control+Home")
    await pages[0].keyboard.type("Away. ")
    await pages[1].locator("#text").press("Control+End")
    await pages[1].keyboard.type("Here.")
    await expect(pages[0].locator(".state")).to_contain_text("No connection")
    await contexts[0].set_offline(False)
    text = await same(pages)
    assert text.startswith("Away. ")
    assert text.endswith("Here.")
    await pages[0].locator("#text").press("Control+z")
    assert await same(pages) == text.removeprefix("Away. "), "undoing takes back what was typed here, and nothing else"
    await pages[0].keyboard.press("Control+Shift+z")
    assert await same(pages) == text
    for context in contexts:
        await context.close()


@pytest.mark.long
async def test_a_thousand_edits_each_through_two_replicas_lose_nothing(world: World, browser: Browser) -> None:
    """On PostgreSQL the two pages write through two processes' worth of bot; SQLite has one."""
    await resolved(world)
    contexts = [await browser.new_context() for _ in FIRSTS]
    if world.house.database.is_sqlite:
        pages = [await opened(context, world.url) for context in contexts]
        await all_write(pages, 1000)
    else:
        async with serving(world.server.bot.settings, world.clock) as (_, url):
            pages = [await opened(context, at) for context, at in zip(contexts, (world.url, url), strict=True)]
            await all_write(pages, 1000)
            await contexts[1].close()
    for context in contexts:
        await context.close()


async def test_the_page_checks_comments_suggests_keeps_versions_and_publishes(
    small_world: World, browser: Browser
) -> None:
    world = small_world
    await resolved(world)
    context = await browser.new_context(viewport={"width": 1500, "height": 900})
    page = await opened(context, world.url)
    area = page.locator("#text")

    await area.fill("## Summary\n\nThe engineer accidentally deleted the table. She knew #")
    await expect(page.locator("#preview h2")).to_have_count(1)
    await page.get_by_role("button", name="Write “deleted”").click()
    await expect(area).to_have_value(re.compile("The engineer deleted the table"))
    await area.press("Control+End")
    await page.keyboard.type("rate")
    await page.keyboard.press("Enter")
    await expect(area).to_have_value(re.compile(r"She knew \[#(\d+)\]\(#entry-\1\)$"))
    await expect(page.locator("#preview a")).to_have_attribute("href", re.compile("/incidents/INC-1#entry-"))

    await area.evaluate("area => { const at = area.value.indexOf('table'); area.setSelectionRange(at, at + 5); }")
    await page.get_by_role("button", name="Comment", exact=True).first.click()
    await page.get_by_label("Suggest other words").check()
    await page.get_by_label("Write there").fill("orders table")
    await page.get_by_label("What you want to say").fill(NASTY)
    await page.locator("#new-comment button").click()
    comment = page.locator(".note.comment")
    await expect(comment.locator(".said")).to_have_text(NASTY)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        assert await violations(page) == []
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await page.set_viewport_size({"width": 1500, "height": 900})
    await comment.get_by_role("button", name="Take it").click()
    await expect(area).to_have_value(re.compile("deleted the orders table"))
    await expect(page.locator(".settled")).to_contain_text("1 settled")

    await area.press("Control+s")
    await expect(page.locator(".state")).to_have_text("Kept as version 1")
    await area.press("Control+End")
    await page.keyboard.type(f" Now. {NASTY}")
    await expect(page.locator(".state")).to_have_text("Saved")
    await page.get_by_role("link", name="Publish").click()
    await page.get_by_label("Say why").fill("the rest is for the review")
    assert await violations(page) == []
    await page.get_by_role("button", name="Publish").click()
    await expect(page.locator("main")).to_contain_text("Now.")
    await page.goto(f"{world.url}/postmortems/INC-1/versions")
    await expect(page.locator("ins")).to_have_text(f" Now. {NASTY}")
    assert await violations(page) == []
    await page.goto(f"{world.url}/postmortems")
    await expect(page.locator("tbody tr")).to_contain_text("published")
    assert await violations(page) == []
    await context.close()


async def test_people_are_named_comment_and_read_and_what_is_private_stays_with_those_who_take_part(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_world(tmp_path, sqlite_url, **PUBLIC) as world:
        await resolved(world)
        await world.slash(ANA, "resolve revoked", await world.open("a leaked key", words="sev2 private"))
        async with signed_in(world, ANA) as ana, signed_in(world, BO) as bo:
            text = _form((await bo.get(EDIT)).text)["base"]
            await world.settle()
            mark = {"X-CSRF": await bo.csrf()}
            sent = {"client": "bo", "sequence": 1, "revision": 0, "edit": ["Bo was here. ", len(text)]}
            answer = await bo.client.post(f"{world.url}/postmortems/INC-1/edits", json=sent, headers=mark)
            assert answer.json()["here"] == [{"client": "bo", "name": "Bo"}]
            for words in ("which queue?", "and since when?"):
                await bo.press(EDIT, "/postmortems/INC-1/comments", quote="Bo was here.", text=words)
            await world.pass_(minutes=3)
            told = [said for said in world.slack.said(world.slack.space.direct_message(ANA).id) if "comment" in said]
            assert told == ["INC-1 checkout is down: 2 comments wait for you in your postmortem."]
            assert "<strong>Bo</strong>" in (await ana.get(EDIT)).text
            because = {"revision": "1", "reason": "for the review"}
            assert (await bo.press(EDIT, "/postmortems/INC-1/publish", **because)).status_code == 303
            for reader in (ana, bo, bo):
                await reader.get("/postmortems/INC-1")
            assert "2 people" in (await ana.get(EDIT)).text

            assert (await ana.get("/postmortems/INC-2/edit")).status_code == 200
            for path in ("edit", "edits", "entries", "comments", "publish", "versions"):
                assert (await bo.get(f"/postmortems/INC-2/{path}")).status_code == 404, path
            for path in ("edit", "edits", "merge", "check", "versions", "comments", "comments/1", "publish", "review"):
                answer = await bo.post(f"/postmortems/INC-2/{path}", {"text": "x"}, mark)
                assert answer.status_code == 404, path
            assert "a leaked key" not in (await bo.get("/postmortems")).text
            assert "a leaked key" in (await ana.get("/postmortems?mine=1")).text


async def test_without_a_script_a_form_brings_in_the_text_and_nothing_that_others_wrote_is_lost(
    small_world: World,
) -> None:
    world = small_world
    await resolved(world)
    async with httpx.AsyncClient(base_url=world.url) as client:
        forms = [_form((await client.get(EDIT)).text) for _ in range(2)]
        assert "accidentally" not in forms[0]["base"]
        forms[0]["text"] = "First.\n\n" + forms[0]["base"]
        forms[1]["text"] = forms[1]["base"] + "\nLast, accidentally.\n"
        for form in (*forms, forms[1]):
            assert (await client.post(EDIT, data=form)).status_code == 303
        page = (await client.get(EDIT)).text
        now = _form(page)["base"]
        assert (now[:6], now.count("First."), now.count("Last, accidentally.")) == ("First.", 1, 1)
        refused = await client.post(EDIT, data=forms[0] | {"text": "x" * 200_001})
        assert (refused.status_code, "200,000 characters" in refused.text) == (409, True)
        assert (await client.post(EDIT, data=forms[0] | {"csrf": "x"})).status_code == 403


async def test_an_edit_that_fits_nothing_is_refused_and_changes_nothing(small_world: World) -> None:
    world = small_world
    await resolved(world)
    async with httpx.AsyncClient(base_url=world.url) as client:
        before = _form((await client.get(EDIT)).text)
        program = {"X-CSRF": before["csrf"], "Accept": "application/json"}
        good = {"client": "a", "sequence": 1, "revision": 0, "edit": [len(before["base"]), "x"]}
        for wrong in (
            {"edit": [1, "x"]},
            {"edit": "x"},
            {"edit": [len(before["base"]), "\ud83d"]},
            {"edit": [True]},
            {"client": "é"},
            {"client": ""},
            {"revision": 2**40},
            {"revision": 7},
            {"sequence": -1},
        ):
            sent = json.dumps(good | wrong)
            answer = await client.post("/postmortems/INC-1/edits", content=sent, headers=program)
            assert answer.status_code in (410, 422), wrong
        assert (await client.post("/postmortems/INC-1/edits", json=good)).status_code == 403
        assert _form((await client.get(EDIT)).text)["base"] == before["base"]
        answer = await client.post("/postmortems/INC-1/edits", json=good, headers=program)
        assert answer.json()["revision"] == 1


def _form(page: str) -> dict[str, str]:
    return {name: unescape(re.search(f'name="{name}" value="([^"]*)"', page)[1]) for name in ("csrf", "base")}  # type: ignore[index]
