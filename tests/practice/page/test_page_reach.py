"""Who can use the page: with a keyboard, on a phone, at night, with a screen reader, without motion."""

import pytest
from playwright.async_api import Browser, expect

from tests.practice.page.desk import ANA, BO, Desk, actions, asked, button, modal, section

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Text whose colour stands out too little from what is behind it (WCAG AA: 4.5:1), as [text, ratio].
FAINT = """() => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
  const context = canvas.getContext("2d", {willReadFrequently: true});
  const paint = (colours) => {
    context.clearRect(0, 0, 1, 1);
    for (const colour of colours) { context.fillStyle = colour; context.fillRect(0, 0, 1, 1); }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const light = (rgb) => rgb.reduce((sum, part, at) => sum + linear(part / 255) * [0.2126, 0.7152, 0.0722][at], 0);
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("");
    const isSeen = element.checkVisibility({opacityProperty: true, visibilityProperty: true});
    if (!text || !isSeen || element.closest(".emoji")) continue;
    const behind = [];
    for (let node = element; node; node = node.parentElement) behind.unshift(getComputedStyle(node).backgroundColor);
    const [ground, ink] = [paint(["white", ...behind]), paint(["white", ...behind, getComputedStyle(element).color])];
    const [high, low] = [light(ground), light(ink)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) faint.push([text, ratio.toFixed(2)]);
  }
  return faint;
}"""

# Controls that a screen reader could not name.
NAMELESS = """() => [...document.querySelectorAll("button, a, input, select, textarea, [role=menuitem], [role=option]")]
  .filter((one) => one.checkVisibility())
  .filter((one) => !one.getAttribute("aria-label") && !one.textContent.trim() && !one.labels?.length)
  .map((one) => one.outerHTML)"""


async def furnish(desk: Desk) -> None:
    """Put something of everything on the page."""
    await desk.post(
        {"type": "header", "text": {"type": "plain_text", "text": ":red_circle: SEV1 · INC-7"}},
        section(
            f"<@{ANA}> leads, <@{BO}> writes, <!here> `code` <https://a.example|link> <!date^1700000000^{{ago}}|then>"
        ),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "investigating · 12 min"}]},
        actions(button("Update", "u", style="primary"), button("Skip", "s", style="danger"), button("Note", "n")),
    )
    ts = desk.practice.say(BO, desk.room, "Rolling back\n```\ngit revert\n```")
    desk.practice.react(ANA, desk.room, ts, "pushpin")
    desk.practice.say(ANA, desk.room, "Good", ts)
    await desk.slack.chat_postEphemeral(channel=desk.room, user=ANA, text="Next update was due")
    await desk.slack.bookmarks_add(channel_id=desk.room, title="Timeline", type="link", link="https://a.example/")
    await expect(desk.message("Next update was due")).to_be_visible()
    await expect(desk.page.get_by_role("link", name="Timeline")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_and_every_control_has_a_name(browser: Browser, scheme: str) -> None:
    async with Desk.open(browser, color_scheme=scheme, reduced_motion="reduce") as desk:
        await furnish(desk)
        await desk.page.get_by_role("button", name="1 reply").click()
        await desk.box.fill("/incident l")
        assert (await desk.page.evaluate(FAINT), await desk.page.evaluate(NAMELESS)) == ([], [])
        await desk.page.locator("#acting").click()
        assert (await desk.page.evaluate(FAINT), await desk.page.evaluate(NAMELESS)) == ([], [])
        await desk.page.keyboard.press("Escape")
        text = asked(
            "t", "Title", {"type": "plain_text_input", "max_length": 9}, hint={"type": "plain_text", "text": "One"}
        )
        await desk.show(modal(text, asked("d", "Day", {"type": "datepicker"}, optional=True)))
        await desk.modal.get_by_role("button", name="Open it").click()
        assert (await desk.page.evaluate(FAINT), await desk.page.evaluate(NAMELESS)) == ([], [])


async def test_a_message_is_reached_and_handled_with_the_keyboard_alone(desk: Desk) -> None:
    desk.practice.say(BO, desk.room, "Rolling back")
    desk.practice.say(BO, desk.room, "Rolled back")
    await desk.message("Rolled").focus()
    await desk.page.keyboard.press("ArrowUp")
    await expect(desk.message("Rolling")).to_be_focused()
    await desk.page.keyboard.press("Tab")
    await expect(desk.message("Rolling").get_by_role("button", name="Add reaction")).to_be_focused()
    await desk.page.keyboard.press("Enter")
    await desk.page.keyboard.press("ArrowRight")
    await desk.page.keyboard.press("Enter")
    await expect(desk.message("Rolling").get_by_role("button", name="white check mark, 1")).to_be_visible()


async def test_the_page_fits_a_phone_and_its_rail_is_a_drawer(phone: Desk) -> None:
    await furnish(phone)
    assert await phone.page.evaluate("document.documentElement.scrollWidth") == 390
    rail = phone.page.get_by_role("navigation", name="Workspace")
    await expect(rail).to_be_hidden()
    await phone.page.get_by_role("button", name="Channels and people").tap()
    await expect(rail).to_be_visible()
    await rail.get_by_role("button", name="general").tap()
    await expect(rail).to_be_hidden()
    await expect(phone.page.get_by_role("heading", name="general")).to_be_visible()
    await phone.page.go_back()
    await phone.page.get_by_role("button", name="1 reply").tap()
    await expect(phone.page.get_by_role("complementary", name="Thread")).to_be_in_viewport(ratio=1)
    await phone.page.get_by_role("button", name="Close thread").tap()
    await expect(phone.message("Rolling back")).to_be_visible()


async def test_fingers_hit_what_they_aim_at(phone: Desk) -> None:
    await furnish(phone)
    small = """[...document.querySelectorAll("#channel :is(.button, .tool, .send)")]
      .filter((one) => one.checkVisibility())
      .map((one) => one.getBoundingClientRect())
      .filter(({width, height}) => Math.min(width, height) < 32).length"""
    assert await phone.page.evaluate(small) == 0


async def test_nothing_moves_for_those_who_asked_for_less_motion(browser: Browser) -> None:
    async with Desk.open(browser, reduced_motion="reduce") as desk:
        ts = await desk.post(text="before")
        await expect(desk.message("before")).to_be_visible()
        await desk.slack.chat_update(channel=desk.room, ts=ts, text="after")
        await expect(desk.message("after")).to_be_visible()
        assert await desk.page.evaluate("document.getAnimations().length") == 0
