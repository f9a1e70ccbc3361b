"""What a newcomer does at the page: type, press, fill in, react, be someone else."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from playwright.async_api import expect

from tests.practice.app import eventually
from tests.practice.page.desk import ANA, BO, Desk, actions, asked, button, modal, section

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_command_is_completed_word_by_word_and_reaches_the_app(desk: Desk) -> None:
    desk.app.answer = lambda payload: web.json_response({"text": "INC-7 is open"})
    await desk.box.press_sequentially("/")
    await expect(desk.page.get_by_role("option", name="/incident")).to_be_visible()
    await desk.box.press("Tab")
    await expect(desk.page.get_by_role("option")).to_have_count(4)
    await desk.box.press_sequentially("l")
    await desk.box.press("ArrowDown")
    await desk.box.press("ArrowUp")
    await desk.box.press("Tab")
    await expect(desk.page.locator(".word-note").first).to_contain_text("Make someone incident commander")
    await desk.box.press_sequentially("@b")
    await desk.box.press("Tab")
    await desk.box.press("Enter")
    heard = await desk.heard("command")
    assert (heard["command"], heard["text"], heard["channel_id"]) == ("/incident", f"lead <@{BO}|bo>", desk.room)
    await expect(desk.message("INC-7 is open")).to_contain_text("Only visible to you")
    await desk.page.get_by_role("button", name="Dismiss").click()
    await expect(desk.message("INC-7 is open")).to_have_count(0)


async def test_a_complete_word_is_sent_and_not_completed_again(desk: Desk) -> None:
    await desk.box.press_sequentially("/incident list")
    await desk.box.press("Enter")
    assert (await desk.heard("command"))["text"] == "list"


async def test_the_arrow_up_brings_back_what_was_typed_before(desk: Desk) -> None:
    for line in ("first", "second"):
        await desk.box.fill(line)
        await desk.box.press("Enter")
    await desk.box.press("ArrowUp")
    await desk.box.press("ArrowUp")
    assert await desk.box.input_value() == "first"
    await desk.box.press("ArrowDown")
    assert await desk.box.input_value() == "second"


async def test_an_unknown_command_stays_in_the_box_and_says_what_to_type(desk: Desk) -> None:
    await desk.box.fill("/incidnt open")
    await desk.box.press("Enter")
    await expect(desk.page.locator(".toast")).to_have_text("There is no command /incidnt here. Try /incident help.")
    assert await desk.box.input_value() == "/incidnt open"


async def test_the_hint_card_types_the_first_command_and_goes_once_it_was_followed(desk: Desk) -> None:
    card = desk.page.get_by_role("region", name="Start here")
    await card.get_by_role("button", name="Type it for me").click()
    await desk.box.press("Enter")
    assert (await desk.heard("command"))["text"] == "open sev1 checkout is down"
    await expect(card).to_have_count(0)
    await desk.page.reload()
    await expect(desk.box).to_be_visible()
    await expect(card).to_have_count(0)


async def test_a_pressed_button_reaches_the_app_and_the_edited_message_flashes_and_keeps_the_focus(desk: Desk) -> None:
    ts = await desk.post(section("Step 2 of 4"), actions(button("Done", "done", value="2"), button("Skip", "skip")))
    await desk.page.get_by_role("button", name="Done").click()
    heard = await desk.heard("block_actions")
    assert (heard["actions"][0]["action_id"], heard["actions"][0]["value"]) == ("done", "2")
    assert heard["message"]["ts"] == ts
    again = [section("Step 3 of 4"), actions(button("Done", "done", value="3"), button("Skip", "skip"))]
    await desk.slack.chat_update(channel=desk.room, ts=ts, text="words", blocks=again)
    await expect(desk.message("Step 3 of 4")).to_have_class(re.compile("flash"))
    await expect(desk.message("Step 2 of 4")).to_have_count(0)
    await expect(desk.page.get_by_role("button", name="Done")).to_be_focused()


async def test_a_button_that_asks_first_is_pressed_only_when_the_person_agrees(desk: Desk) -> None:
    sure = {"title": {"type": "plain_text", "text": "Skip this step"}, "text": {"type": "plain_text", "text": "Sure?"}}
    words = {"confirm": {"type": "plain_text", "text": "Skip it"}, "deny": {"type": "plain_text", "text": "Keep it"}}
    await desk.post(actions(button("Skip", "skip", confirm=sure | words), button("Done", "done")))
    await desk.page.get_by_role("button", name="Skip", exact=True).click()
    await desk.modal.get_by_role("button", name="Keep it").click()
    await desk.page.get_by_role("button", name="Done").click()
    assert (await desk.heard("block_actions"))["actions"][0]["action_id"] == "done"
    await desk.page.get_by_role("button", name="Skip", exact=True).click()
    await desk.modal.get_by_role("button", name="Skip it").click()
    assert (await desk.heard("block_actions"))["actions"][0]["action_id"] == "skip"


async def test_a_modal_keeps_what_was_typed_while_the_app_updates_it(desk: Desk) -> None:
    options = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("SEV1", "SEV2")]
    severity = asked("severity", "Severity", {"type": "static_select", "options": options}, dispatch_action=True)
    title = asked("title", "What is wrong?", {"type": "plain_text_input", "max_length": 40})
    await desk.show(modal(title, severity))
    await desk.modal.get_by_label("What is wrong?").fill("checkout is down")
    await expect(desk.modal).to_contain_text("24 left")
    await desk.modal.get_by_label("Severity").select_option("SEV1")
    heard = await desk.heard("block_actions")
    assert heard["actions"][0]["selected_option"]["value"] == "sev1"
    wakes = section("SEV1 wakes the on-call.")
    await desk.slack.views_update(view_id=heard["view"]["id"], view=modal(title, severity, wakes))
    await expect(desk.modal).to_contain_text("SEV1 wakes the on-call.")
    await expect(desk.modal.get_by_label("What is wrong?")).to_have_value("checkout is down")
    await desk.modal.get_by_role("button", name="Open it").click()
    values = (await desk.heard("view_submission"))["view"]["state"]["values"]
    assert values["title"]["title"]["value"] == "checkout is down"
    assert values["severity"]["severity"]["selected_option"]["value"] == "sev1"
    await expect(desk.modal).to_have_count(0)


async def test_a_modal_says_at_the_input_what_is_missing_and_what_the_app_refuses(desk: Desk) -> None:
    await desk.show(modal(asked("title", "What is wrong?", {"type": "plain_text_input"})))
    await desk.modal.get_by_role("button", name="Open it").click()
    await expect(desk.modal.get_by_role("alert")).to_have_text("Please fill this in.")
    await expect(desk.modal.get_by_label("What is wrong?")).to_be_focused()
    refusal = {"response_action": "errors", "errors": {"title": "INC-6 already says this."}}
    desk.app.answer = lambda payload: web.json_response(refusal)
    await desk.modal.get_by_label("What is wrong?").fill("checkout")
    await desk.modal.get_by_role("button", name="Open it").click()
    await expect(desk.modal.get_by_role("alert")).to_have_text("INC-6 already says this.")
    await expect(desk.modal.get_by_label("What is wrong?")).to_have_value("checkout")
    await desk.page.keyboard.press("Escape")
    await expect(desk.modal).to_have_count(0)
    assert desk.practice.views(ANA) == []


async def test_one_tab_acts_as_six_people_each_with_the_times_of_their_zone(desk: Desk) -> None:
    ts = 1_700_000_000
    await desk.post(section(f"Due <!date^{ts}^{{date_num}} {{time}}|then>"))
    due = desk.page.locator("time[data-template]")
    names = [person.name for person in desk.practice.space.people.values() if not person.deleted]
    assert len(names) == 6
    await desk.page.evaluate("window.sameDocument = true")
    for person in [one for one in desk.practice.space.people.values() if not one.deleted]:
        await desk.act_as(person.name)
        await expect(due).to_have_text(datetime.fromtimestamp(ts, ZoneInfo(person.zone)).strftime("%Y-%m-%d %H:%M"))
        assert await due.get_attribute("title") == "14 Nov 2023, 22:13 UTC"
    assert await desk.page.evaluate("window.sameDocument")
    await desk.box.fill("It is me")
    await desk.box.press("Enter")
    await expect(desk.message("It is me")).to_contain_text(names[-1])


async def test_mentions_are_written_for_slack_and_read_by_name(desk: Desk) -> None:
    await desk.box.fill("@bo look at #incidents & <b>")
    await desk.box.press("Enter")
    await expect(desk.message("look at")).to_contain_text("@Bo look at #incidents & <b>")
    assert desk.practice.said(desk.room)[-1] == f"<@{BO}> look at <#C0INCIDENT|incidents> &amp; &lt;b&gt;"


async def test_reactions_pins_edits_threads_and_shortcuts_are_in_reach_of_each_message(desk: Desk) -> None:
    await desk.box.fill("Deploy 4812 went out")
    await desk.box.press("Enter")
    said = desk.message("4812")

    async def choose(name: str) -> None:
        await said.hover()
        await said.get_by_role("button", name="More for this message").click()
        await desk.page.get_by_role("menuitem", name=name).click()

    await said.hover()
    await said.get_by_role("button", name="Add reaction").click()
    await desk.page.get_by_role("menuitem", name="pushpin").click()
    await expect(said.get_by_role("button", name="pushpin, 1")).to_have_attribute("aria-pressed", "true")
    await said.get_by_role("button", name="pushpin, 1").click()
    await expect(said.get_by_role("button", name="pushpin, 1")).to_have_count(0)
    await choose("Pin to channel")
    await expect(desk.page.get_by_role("button", name="1 pinned")).to_be_visible()
    await choose("Add to incident timeline")
    assert (await desk.heard("message_action"))["callback_id"] == "add_to_timeline"
    await choose("Edit message")
    await desk.page.get_by_label("Edit message").fill("Deploy 4812 went out at 03:01")
    await desk.page.keyboard.press("Enter")
    await expect(said).to_contain_text("at 03:01(edited)")
    await choose("Reply in thread")
    await desk.page.locator("#thread-composer").fill("Rolling it back")
    await desk.page.keyboard.press("Enter")
    await expect(said.get_by_role("button", name="1 reply")).to_be_visible()
    await expect(desk.message("Rolling it back")).to_have_count(0)
    await choose("Delete message")
    await desk.modal.get_by_role("button", name="Delete").click()
    await expect(desk.message("This message was deleted.")).to_be_visible()


async def test_home_shows_what_the_app_published_and_its_buttons_work(desk: Desk) -> None:
    blocks = [section("INC-7 needs an update", accessory=button("Write it", "write"))]
    await desk.slack.views_publish(user_id=ANA, view={"type": "home", "blocks": blocks})
    await desk.page.get_by_role("button", name="Home").click()
    await eventually(lambda: any(one.get("event", {}).get("type") == "app_home_opened" for one in desk.app.payloads))
    await desk.page.get_by_role("button", name="Write it").click()
    heard = await desk.heard("block_actions")
    assert (heard["view"]["type"], heard["actions"][0]["action_id"]) == ("home", "write")


async def test_unread_channels_carry_a_dot_until_they_are_opened(desk: Desk) -> None:
    desk.practice.say(BO, "general", "anyone there")
    general = desk.page.get_by_role("button", name="general")
    await expect(general.get_by_label("1 unread")).to_be_visible()
    await general.click()
    await expect(desk.message("anyone there")).to_be_visible()
    await expect(general.get_by_label("unread")).to_have_count(0)
    await desk.page.reload()
    await expect(general.get_by_label("unread")).to_have_count(0)


async def test_the_socket_mends_itself_and_what_was_missed_is_there(desk: Desk) -> None:
    port = int(desk.practice.url.rsplit(":", 1)[1])
    await desk.practice.stop()
    await expect(desk.page.locator("#connection")).to_have_text("The workspace does not answer. Trying again.")
    desk.practice.say(BO, desk.room, "said meanwhile")
    await desk.practice.start(port=port)
    await expect(desk.message("said meanwhile")).to_be_visible()
    await expect(desk.page.locator("#connection")).to_be_hidden()
    desk.complaints.clear()  # the browser notes each connection that was refused


async def test_a_movable_clock_moves_from_the_page(desk: Desk) -> None:
    before = desk.practice.space.clock()
    await desk.page.get_by_role("button", name="+5 min").click()
    await eventually(lambda: (desk.practice.space.clock() - before).total_seconds() >= 300)
