"""The pages of what comes after an incident, as a person meets them, on a screen and on a phone."""

from pathlib import Path

from playwright.async_api import Browser

from tests.many import many
from tests.web.axe import violations
from tests.web.forms import post
from tests.world import ANA, a_world

PAGES = (
    *("/insights", "/actions?by=priority&state=all", "/actions/report", "/reviews", "/reviews/INC-1"),
    *("/deliveries", "/partners"),
)


async def test_pages_of_what_comes_after_have_no_barrier_in_light_and_dark_and_fit_a_phone(
    browser: Browser, tmp_path: Path, sqlite_url: str
) -> None:
    async with a_world(tmp_path, sqlite_url) as world:
        channel = await world.open()
        await world.slash(ANA, "ticket alert when the pool is full", channel)
        await world.slash(ANA, "resolve", channel)
        await world.settle()
        await world.house.do(many, 8, 60, first=2)
        await post(world, "/partners", "/partners", name="Acme Status")
        await post(world, "/partners", "/partners/1/endpoints", url="https://acme.example/hooks")
        context = await browser.new_context(viewport={"width": 1180, "height": 800})
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda line: complaints.append(line.text))
        for path in PAGES:
            answer = await page.goto(world.url + path)
            assert answer
            assert answer.status == 200, path
            await page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            await page.emulate_media(color_scheme="dark")
            assert await violations(page, "color-contrast") == [], path
            await page.emulate_media(color_scheme="light")
            assert await violations(page) == [], path
            await page.set_viewport_size({"width": 360, "height": 740})
            assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path
            await page.set_viewport_size({"width": 1180, "height": 800})
        await context.close()
        assert complaints == []


async def test_an_item_is_settled_and_a_plot_narrowed_with_the_keyboard_alone(
    browser: Browser, tmp_path: Path, sqlite_url: str
) -> None:
    async with a_world(tmp_path, sqlite_url) as world:
        channel = await world.open()
        await world.slash(ANA, "ticket alert when the pool is full", channel)
        await world.settle()
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(world.url + "/actions")
        await page.locator("summary").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/actions#INC-1-1")
        assert "No action item is like that" in await page.inner_text("main")
        await page.goto(world.url + "/insights")
        await page.select_option("select[name=by]", "month")
        await page.locator("form.asked button").focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**by=month**")
        await context.close()
