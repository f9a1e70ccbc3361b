"""What the page makes of what the app sends: Block Kit, mrkdwn, files, hostile text."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.practice.page.desk import ANA, BO, Desk, asked, button, modal, mrkdwn, plain, section

pytestmark = pytest.mark.asyncio(loop_scope="session")

ONE, TWO = ({"text": plain(word), "value": word.lower()} for word in ("One", "Two"))
OPTIONS = {"options": [ONE, TWO]}

INPUTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"type": "plain_text_input", "initial_value": "a"}, {"value": "a"}),
    ({"type": "plain_text_input", "multiline": True, "initial_value": "a\nb"}, {"value": "a\nb"}),
    ({"type": "number_input", "is_decimal_allowed": False, "initial_value": "7"}, {"value": "7"}),
    ({"type": "email_text_input", "initial_value": "ana@practice.example"}, {"value": "ana@practice.example"}),
    ({"type": "url_text_input", "initial_value": "https://a.example"}, {"value": "https://a.example"}),
    ({"type": "static_select", "initial_option": TWO, **OPTIONS}, {"selected_option": TWO}),
    (
        {"type": "static_select", "initial_option": ONE, "option_groups": [{"label": plain("All"), **OPTIONS}]},
        {"selected_option": ONE},
    ),
    ({"type": "multi_static_select", "initial_options": [ONE], **OPTIONS}, {"selected_options": [ONE]}),
    ({"type": "users_select", "initial_user": BO}, {"selected_user": BO}),
    ({"type": "multi_users_select", "initial_users": [BO, ANA]}, {"selected_users": [BO, ANA]}),
    ({"type": "channels_select", "initial_channel": "C0INCIDENT"}, {"selected_channel": "C0INCIDENT"}),
    ({"type": "datepicker", "initial_date": "2026-03-29"}, {"selected_date": "2026-03-29"}),
    ({"type": "timepicker", "initial_time": "03:12"}, {"selected_time": "03:12"}),
    ({"type": "datetimepicker", "initial_date_time": 1774746720}, {"selected_date_time": 1774746720}),
    ({"type": "checkboxes", "initial_options": [TWO], **OPTIONS}, {"selected_options": [TWO]}),
    ({"type": "radio_buttons", "initial_option": ONE, **OPTIONS}, {"selected_option": ONE}),
]


async def test_every_input_shows_its_initial_value_and_submits_it_as_slack_does(desk: Desk) -> None:
    blocks = [asked(f"b{at}", f"Input {at}", element) for at, (element, _held) in enumerate(INPUTS)]
    await desk.show(modal(*blocks))
    await desk.modal.get_by_role("button", name="Open it").click()
    values = (await desk.heard("view_submission"))["view"]["state"]["values"]
    for at, (element, held) in enumerate(INPUTS):
        assert values[f"b{at}"][f"b{at}"] == {"type": element["type"], **held}


async def test_every_input_takes_what_a_person_enters(desk: Desk) -> None:
    blocks = [asked(f"b{at}", f"Input {at}.", element) for at, (element, _held) in enumerate(INPUTS)]
    await desk.show(modal(*[block for block in blocks if block["block_id"] != "b6"]))
    dialog = desk.modal
    typed = {0: "new", 1: "c\nd", 2: "8", 3: "bo@practice.example", 4: "https://b.example", 11: "2026-10-25"}
    for at, text in (typed | {12: "23:59", 13: "2026-07-01T12:00"}).items():
        await dialog.get_by_label(f"Input {at}.").fill(text)
    for at, label in {5: "One", 7: "Two", 8: "Ana Moreno", 9: "Emi Tanaka", 10: "random"}.items():
        await dialog.get_by_label(f"Input {at}.").select_option(label=label)
    await dialog.get_by_role("button", name="Remove Bo Lindqvist").click()
    await dialog.get_by_role("checkbox", name="One").check()
    await dialog.get_by_role("radio", name="Two").check()
    await dialog.get_by_role("button", name="Open it").click()
    sent = (await desk.heard("view_submission"))["view"]["state"]["values"]
    held = {
        at: next(value for key, value in sent[f"b{at}"][f"b{at}"].items() if key != "type")
        for at in range(16)
        if at != 6
    }
    assert {at: held[at] for at in typed} == typed
    assert (held[5], held[7], held[8], held[9][0], held[10]) == (ONE, [ONE, TWO], ANA, ANA, "C0RANDOM01")
    assert (held[12], held[13]) == ("23:59", 1782900000)  # noon of 1 July in Madrid is 10:00 UTC
    assert (held[14], held[15]) == ([ONE, TWO], TWO)


async def test_menus_and_selects_of_a_message_tell_the_app_what_was_chosen(desk: Desk) -> None:
    more = {"type": "overflow", "action_id": "more", **OPTIONS}
    row = [{"type": "users_select", "action_id": "assign", "placeholder": plain("Assign")}, button("Read", "read")]
    await desk.post(section("Step", accessory=more), {"type": "actions", "elements": row})
    await desk.page.get_by_role("button", name="More actions").click()
    await desk.page.get_by_role("menuitem", name="Two").click()
    assert (await desk.heard("block_actions"))["actions"][0]["selected_option"]["value"] == "two"
    await desk.page.get_by_label("Assign").select_option(label="Bo Lindqvist")
    assert (await desk.heard("block_actions"))["actions"][0]["selected_user"] == BO


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("*bold* and _italic_ and ~gone~", "<strong>bold</strong> and <em>italic</em> and <s>gone</s>"),
        ("2*3*4, 2*3* and snake_case_name, _case_name", "2*3*4, 2*3* and snake_case_name, _case_name"),
        ("`*code* &lt;b&gt;`", "<code>*code* &lt;b&gt;</code>"),
        ("*bold `code`*", "<strong>bold <code>code</code></strong>"),
        (":nothing_known:", ":nothing_known:"),
    ],
)
async def test_marks_become_elements_and_what_only_looks_like_one_stays(desk: Desk, text: str, markup: str) -> None:
    await desk.post(section(text))
    assert await desk.page.locator("#channel .blocks .lines").inner_html() == markup


async def test_quotes_code_blocks_lists_links_and_emoji_are_told_apart(desk: Desk) -> None:
    link = "<https://a.example/?q=1&amp;r=2|there>"
    await desk.post(section(f"Look:\n```\nif a < b: *no*\n```\n> quoted\n• first\n• second {link} :ticket:"))
    shown = desk.page.locator("#channel .blocks")
    await expect(shown.locator("pre")).to_have_text("if a < b: *no*")
    await expect(shown.locator("blockquote")).to_have_text("quoted")
    await expect(shown.locator(".item")).to_have_count(2)
    await expect(shown.get_by_role("link", name="there")).to_have_attribute("href", "https://a.example/?q=1&r=2")
    await expect(shown.get_by_role("img", name="ticket")).to_have_text("🎫")


HOSTILE = [
    "<img src=x onerror=alert(1)> <script>window.hacked = 1</script>",
    "&lt;img src=x onerror=window.hacked=1&gt;",
    "<javascript:window.hacked=1|press me> <data:text/html,<script>1</script>|me>",
    '<https://a.example/" onmouseover="window.hacked=1|over>',
    "<!date^1700000000^{time}^javascript:window.hacked=1|then>",
    "<!date^99999999999^{date} {time}|far away> <!date^x^{time}|never>",
    "W" * 2000,
    "\u202egpj.exe \u2066 ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "*" * 2500,
    "_*~`" * 600,
    "<@U0NOBODY1|<b>x</b>> <#C0NOWHERE1|secret> <!subteam^S1|@team>",
    "__proto__ constructor :constructor: :__proto__:",
]


async def test_hostile_text_neither_runs_nor_breaks_the_layout(desk: Desk) -> None:
    await desk.slack.conversations_setTopic(channel=desk.room, topic=HOSTILE[0])
    for text in HOSTILE:
        await desk.post(section(text), {"type": "context", "elements": [plain(text[:1900]), mrkdwn(text[:1900])]})
        await desk.post(text=text)
    await desk.post({"type": "header", "text": plain(HOSTILE[0])}, {"type": "markdown", "text": HOSTILE[0]})
    await expect(desk.page.locator("#channel article .block-header")).to_have_text(HOSTILE[0])
    for name in await desk.page.get_by_role("link", name="over").all():
        await name.hover()
    assert await desk.page.evaluate("window.hacked") is None
    assert await desk.page.locator("#channel :is(script, iframe, img:not(.avatar))").count() == 0
    assert await desk.page.locator("a[href^='javascript:'], a[href^='data:']").count() == 0
    assert await desk.page.evaluate("document.documentElement.scrollWidth") == 1280
    wide = "[...document.querySelectorAll('.message')].filter(one => one.scrollWidth > one.clientWidth).length"
    assert await desk.page.evaluate(wide) == 0


async def test_a_file_is_read_in_place_and_its_markup_is_only_text(desk: Desk) -> None:
    table = "| UTC | What |\n|---|---|\n| 03:01 | Rolled out |"
    said = "Payments **failed**. <script>window.hacked = 1</script>"
    content = f"# Checkout is down\n\n{said}\n\n{table}\n\n- [ ] Alert on pool use\n"
    await desk.slack.files_upload_v2(channel=desk.room, filename="inc-7.md", title="Postmortem draft", content=content)
    card = desk.page.get_by_role("article", name="Postmortem draft")
    await expect(card.get_by_role("heading", name="Checkout is down")).to_be_visible()
    await expect(card.get_by_role("cell", name="Rolled out")).to_be_visible()
    await expect(card.locator("p")).to_have_text("Payments failed. <script>window.hacked = 1</script>")
    await expect(card.locator("li")).to_have_text("☐ Alert on pool use")
    await expect(card.get_by_role("link", name="Open in a new tab")).to_have_attribute("target", "_blank")


async def test_nothing_is_fetched_from_outside(desk: Desk) -> None:
    picture = {"type": "image", "image_url": "https://tracker.example/x.png", "alt_text": "Error rate"}
    await desk.post(picture, section("text", accessory=picture))
    await expect(desk.page.get_by_role("link", name="Error rate").first).to_be_visible()
    assert {address.split("/")[2] for address in desk.addresses} == {desk.practice.url.split("/")[2]}
