"""The gallery of templates: each at work on a sample incident, whose file it is, and what is wrong with it."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.web.axe import violations
from tests.world import a_world

OWN = '{% extends "builtin/postmortem/postmortem.md.j2" %}\n{% block lessons %}\nAsk in #reliability.\n{% endblock %}\n'


async def test_every_template_is_shown_at_work_and_a_broken_one_with_its_file_and_line(
    sqlite_url: str, tmp_path: Path, browser: Browser
) -> None:
    folder = tmp_path / "own" / "templates" / "postmortem"
    folder.mkdir(parents=True)
    (folder / "sev1.md.j2").write_text(OWN)
    (folder / "team-everyone-sev2.md.j2").write_text("{{ draft.titel }}\n")
    async with a_world(tmp_path, sqlite_url, FIRSTFIVE_OVERRIDES=str(tmp_path / "own")) as world:
        context = await browser.new_context(viewport={"width": 1300, "height": 900})
        page = await context.new_page()
        await page.goto(world.url + "/templates")
        assert await page.locator(".choose nav a").all_inner_texts() == ["sev1", "team-everyone-sev2", "postmortem"]
        broken = page.locator(".choose .broken")
        await expect(broken).to_contain_text(
            "team-everyone-sev2.md.j2:1: 'bot.core.draft.Draft object' has no attribute 'titel'"
        )
        await expect(page.locator("#shown")).to_contain_text("INC-42: Orders fail for EU customers")
        await expect(page.locator("#shown")).to_contain_text("Ask in #reliability.")
        await expect(page.locator("#shown[data-mark]")).to_be_attached()
        (folder / "sev1.md.j2").write_text(OWN.replace("Ask in #reliability.", "Ask whoever was there."))
        await expect(page.locator("#shown")).to_contain_text("Ask whoever was there.")
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            assert await violations(page) == []
        await page.get_by_role("link", name="postmortem", exact=True).click()
        await expect(page.locator("#shown")).to_contain_text("Open question")
        assert await page.locator(".block summary").all_inner_texts() == [
            *("title", "front", "summary", "impact", "detection", "timeline", "root_cause", "contributing_factors"),
            *("response", "went_well", "went_wrong", "lucky", "action_items", "lessons", "links"),
        ]
        await page.set_viewport_size({"width": 360, "height": 740})
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        await context.close()
