"""Walking through checklists: by words, by buttons, to their end."""

import re

from tests.slack.reading import last, message, words
from tests.world import ANA, BO, World


async def test_a_checklist_is_walked_to_its_end_and_the_next_one_starts(small_world: World) -> None:
    channel = await small_world.open()
    said = {
        "check done 1 two deploys, one flag": "Done: What changed recently? Next: What is the blast radius?",
        f"check assign 2 <@{BO}|bo>": f"<@{BO}> has “What is the blast radius?”.",
        "check note 2 EU only": "Noted at “What is the blast radius?”. It stays open.",
        "check skip 3 no deploy": "Skipped: Can we roll back, and should we? Next: What is the blast radius?",
        "check done 2.": "Done: What is the blast radius? Next: Who needs to know?",
        "check DONE #4": "Done: Who needs to know? First five minutes is finished.",
    }
    for text, answer in said.items():
        assert await small_world.slash(ANA, text, channel) == answer
    await small_world.settle()
    walked = words(message(small_world, channel, "First five minutes · 4 of 4"))
    assert f"✓ 1. What changed recently? — two deploys, one flag (<@{ANA}>, <!date" in walked
    assert "✓ 2. What is the blast radius? — " not in walked
    assert "– 3. Can we roll back, and should we? — no deploy" in walked
    assert "Done" not in walked.split("\n")
    assert "▶ *1. What do the dashboards show?*" in words(message(small_world, channel, "Investigation · 0 of 6"))
    await small_world.slash(ANA, "timeline", channel)
    seen = last(small_world, ANA)
    assert "skipped “Can we roll back, and should we?”: no deploy" in seen
    assert f"gave <@{BO}> “What is the blast radius?”" in seen


async def test_the_step_in_hand_is_large_with_its_reason_who_has_it_and_until_when(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.slash(ANA, "check done 1", channel)
    await small_world.slash(ANA, "check note 2 EU only", channel)
    await small_world.settle()
    shown = words(message(small_world, channel, "First five minutes"))
    assert f"▶ *2. What is the blast radius?*  <@{ANA}> · by <!date" in shown
    assert "_Why:_ It decides the severity, whom to wake and what to switch off first.\n◦ EU only" in shown
    assert "○ 3. Can we roll back, and should we?\n○ 4. Who needs to know?" in shown


async def test_the_investigation_starts_after_five_minutes_though_the_first_list_is_not_done(
    small_world: World,
) -> None:
    channel = await small_world.open()
    await small_world.pass_(minutes=4)
    assert not any("Investigation" in text for text in small_world.slack.said(channel))
    await small_world.pass_(minutes=1.2)
    assert "Investigation · 0 of 6" in small_world.slack.said(channel)


async def test_buttons_ask_what_was_found_why_it_is_skipped_and_who_has_it(small_world: World) -> None:
    channel = await small_world.open()
    for action, values in (
        ("step_note", {"text": "two deploys"}),
        ("step_assign", {"person": BO}),
        ("step_skip", {"text": "nothing changed"}),
    ):
        await small_world.press(ANA, channel, action)
        assert (await small_world.slack.submit(ANA, values=values)).ok, action
        await small_world.settle()
    shown = words(message(small_world, channel, "First five minutes"))
    assert "– 1. What changed recently? — nothing changed" in shown
    assert "▶ *2." in shown
    assert BO in small_world.slack.channel(channel).members


async def test_an_overdue_step_nudges_once_and_its_answer_takes_the_nudge_s_place(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.pass_(minutes=2.5)
    await small_world.pass_(minutes=1)
    nudges = [words(each) for each in small_world.slack.ephemeral(ANA) if "was due" in words(each)]
    assert len(nudges) == 1
    assert re.match(r"INC-1: “What changed recently\?” was due \d+ s ago\.", nudges[0])
    assert "*late*" in words(message(small_world, channel, "First five minutes"))
    await small_world.press(ANA, channel, "step_skip")
    assert (await small_world.slack.submit(ANA, values={"text": "nothing changed"})).ok
    await small_world.settle()
    assert last(small_world, ANA) == "Skipped: What changed recently? Next: What is the blast radius?"


async def test_a_step_that_is_settled_already_is_refused_with_what_to_type(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.slash(ANA, "check done 1", channel)
    again = await small_world.slash(BO, "check skip 1 not ours", channel)
    assert again == "Step 1 is done already. Add what changed since: /incident note what you see"


async def test_what_a_person_is_told_to_do_names_the_command(small_world: World) -> None:
    channel = await small_world.open()
    said = {
        "check skip 2": "Say why it is skipped: /incident check skip 2 not our database",
        "check note 2": "Say it after the word: /incident check note 2 error rate is 48 %",
        "check done 99": "First five minutes has steps 1 to 4. See them: /incident check",
        "check done 0": "First five minutes has steps 1 to 4. See them: /incident check",
        "check done x": "Say which step by its number: /incident check done 3. See them: /incident check",
        "check done": "Say which step by its number: /incident check done 3. See them: /incident check",
        "check done 99999999999999999999": "Say which step by its number: /incident check done 3.",
        "check finish 3": "There is no /incident check finish.",
        "check doen 3": "There is no /incident check doen. Did you mean `done`?",
        "check assign 1 @bo": "Name one person: type @ and pick them from the list that opens.",
    }
    for text, answer in said.items():
        assert (await small_world.slash(ANA, text, channel)).startswith(answer), text
