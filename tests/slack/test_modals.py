"""Forms: what they ask, what they start with, and what becomes of the answers."""

from typing import Any

from tests.slack.reading import last, message, words
from tests.world import ANA, BO, World


async def test_a_form_answers_where_it_was_opened(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.press(BO, channel, "note")
    assert (await small_world.slack.submit(BO, values={"text": "error rate is 48 %"})).ok
    await small_world.settle()
    assert last(small_world, BO).startswith("Noted on the timeline of INC-1 as entry")
    assert small_world.slack.ephemeral(BO)[-1]["channel"] == small_world.slack.channel(channel).id


async def test_update_without_a_text_opens_a_form_that_knows_the_status_and_the_demand(small_world: World) -> None:
    channel = await small_world.open(words="sev2")
    assert await small_world.slash(ANA, "update", channel) == ""
    await small_world.settle()
    view = small_world.slack.views(ANA)[-1]
    chosen = [block["element"].get("initial_option", {}).get("value") for block in view["blocks"]]
    assert chosen == [None, "30", "investigating"]
    assert (await small_world.slack.submit(ANA, values={"text": "looking", "minutes": "10"})).ok
    await small_world.settle()
    assert "looking" in words(message(small_world, channel, "*INC-1 update*"))


async def test_an_incident_that_demands_no_updates_promises_none_unless_asked(small_world: World) -> None:
    channel = await small_world.open(words="sev4")
    await small_world.slash(ANA, "update", channel)
    await small_world.settle()
    assert (await small_world.slack.submit(ANA, values={"text": "a typo on the imprint"})).ok
    await small_world.settle()
    assert "no further update is promised" in words(message(small_world, channel, "*INC-1 update*"))


async def test_ticket_without_a_title_opens_a_form_whose_item_is_due_as_its_priority_says(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.slash(ANA, "ticket", channel)
    await small_world.settle()
    values = {"title": "alert on a full queue", "owner": BO, "priority": "p0", "type": "detect"}
    assert (await small_world.slack.submit(ANA, values=values)).ok
    await small_world.settle()
    item = words(message(small_world, channel, "alert on"))
    assert f"<@{BO}> · P0 · detect · due 2026-03-19" in item


async def test_open_without_a_title_opens_a_form(small_world: World) -> None:
    assert await small_world.slash(ANA, "open sev3 private") == ""
    await small_world.settle()
    values = {"title": "search is slow", "flags": ["test"]}
    assert (await small_world.slack.submit(ANA, values=values)).ok
    await small_world.settle()
    assert "*SEV3 · INC-1 · search is slow* · test" in words(message(small_world, "inc-1-search-is-slow", "INC-1"))
    assert last(small_world, ANA) == "INC-1 is open as SEV3. Its channel is on the way."


async def test_postmortem_notes_start_with_what_was_written_and_a_change_is_a_revision(small_world: World) -> None:
    channel = await small_world.open()
    await notes(small_world, channel, {"summary": "Checkout failed.", "lucky": "It was night."})
    view = await notes(small_world, channel, {"summary": "Checkout failed for 12 minutes.", "lucky": ""})
    shown = {block["block_id"]: block["element"].get("initial_value") for block in view["blocks"]}
    assert shown["summary"] == "Checkout failed."
    assert shown["lucky"] == "It was night."
    assert shown["impact"] is None
    await small_world.slash(ANA, "timeline", channel)
    seen = last(small_world, ANA)
    assert "postmortem, summary: Checkout failed for 12 minutes. _(corrected)_" in seen
    assert "postmortem, lucky _(withdrawn)_" in seen
    await small_world.slash(ANA, "postmortem", channel)
    await small_world.settle()
    file = message(small_world, channel, "INC-1 postmortem draft")["files"][0]
    draft = small_world.slack.file(file["id"]).decode()
    assert "Checkout failed for 12 minutes." in draft
    assert "It was night." not in draft.split("# Timeline")[0]


async def test_postmortem_notes_that_change_nothing_say_so(small_world: World) -> None:
    channel = await small_world.open()
    await notes(small_world, channel, {"summary": "Checkout failed."})
    await small_world.slash(ANA, "postmortem", channel)
    await small_world.press(ANA, channel, "postmortem_notes")
    seen = await small_world.slack.submit(ANA)
    assert seen.errors == {"summary": "Nothing was changed. Write something for at least one section."}


async def test_a_postmortem_that_changes_hands_is_shown_so_and_told_to_its_new_owner(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.slash(ANA, "resolve", channel)
    await small_world.settle()
    await small_world.press(ANA, channel, "postmortem_owner")
    assert (await small_world.slack.submit(ANA, values={"person": BO})).ok
    await small_world.settle()
    assert f"owner <@{BO}>" in words(message(small_world, channel, "Resolved after"))
    assert "the postmortem is yours" in words(
        small_world.slack.messages(small_world.slack.space.direct_message(BO).id)[-1]
    )


async def notes(world: World, channel: str, values: dict[str, str]) -> dict[str, Any]:
    """Write notes through the form and return the form as it was opened."""
    await world.slash(ANA, "postmortem", channel)
    await world.press(ANA, channel, "postmortem_notes")
    view = world.slack.views(ANA)[-1]
    assert (await world.slack.submit(ANA, values=values)).ok
    await world.settle()
    return view
