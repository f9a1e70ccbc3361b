"""The buttons of living messages and of private ones."""

import re

from tests.slack.reading import last, message, words
from tests.world import ANA, BO, CHIDI, GONE, World


async def test_the_menu_of_the_card_opens_the_form_that_was_chosen_and_the_form_does_it(small_world: World) -> None:
    channel = await small_world.open()
    filled = {
        "status": {"status": "monitoring", "text": "error rate is falling"},
        "severity": {"severity": "sev3"},
        "role": {"role": "scribe", "person": BO},
        "ticket": {"title": "alert on a full queue", "owner": CHIDI, "priority": "p1", "due_on": "2026-03-20"},
        "resolve": {"text": "rolled back"},
    }
    for word, values in filled.items():
        await small_world.press(ANA, channel, "more", f"{word} INC-1")
        assert (await small_world.slack.submit(ANA, values=values)).ok, word
        await small_world.settle()
    card = words(message(small_world, channel, "*SEV3 · INC-1"))
    assert "_resolved after" in card
    assert f"*Scribe* <@{BO}>" in card
    item = words(message(small_world, channel, "alert on a full queue"))
    assert f"☐ *1. alert on a full queue*  <@{CHIDI}> · P1 · prevent · due 2026-03-20" in item
    assert [each["text"] for each in small_world.slack.ephemeral(ANA)] == [
        "INC-1 is open as SEV1. Its channel is on the way."
    ]


async def test_what_a_living_message_shows_is_not_said_again(small_world: World) -> None:
    channel = await small_world.open()
    before = len(small_world.slack.ephemeral(ANA))
    await small_world.press(ANA, channel, "step_done")
    await small_world.slash(ANA, "resolve", channel)
    await small_world.settle()
    await small_world.press(ANA, channel, "reopen")
    assert [each["text"] for each in small_world.slack.ephemeral(ANA)[before:]] == ["INC-1 is resolved now."]
    assert "_investigating_" in words(message(small_world, channel, "*SEV1 · INC-1"))


async def test_the_checklist_button_shows_the_checklist_to_whoever_pressed(small_world: World) -> None:
    channel = await small_world.open()
    small_world.slack.join(BO, channel)
    await small_world.press(BO, channel, "checklist")
    assert "▶ *1. What changed recently?*" in last(small_world, BO)
    await small_world.press(BO, channel, "step_done")
    assert last(small_world, BO) == "Done: What changed recently? Next: What is the blast radius?"
    assert len(small_world.slack.ephemeral(BO)) == 1


async def test_a_missed_update_nudges_the_commander_twice_and_then_the_deputy(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.slash(ANA, f"role comms <@{BO}>", channel)
    await small_world.pass_(minutes=21)
    assert "INC-1: the next update was due 1 min ago." in last_nudge(small_world, ANA)
    assert "*Update overdue* since" in words(message(small_world, channel, "*SEV1"))
    for _ in range(3):
        await small_world.pass_(minutes=5.1)
    assert len(nudges(small_world, ANA)) == 2
    assert len(nudges(small_world, BO)) == 1


async def test_a_snoozed_nudge_goes_and_comes_back_after_ten_minutes(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.pass_(minutes=21)
    await small_world.press(ANA, channel, "update_snooze")
    assert nudges(small_world, ANA) == []
    assert re.search(r"INC-1: the update is due <!date\^\d+", last_nudge(small_world, ANA, "update is due"))
    await small_world.pass_(minutes=9)
    assert nudges(small_world, ANA) == []
    await small_world.pass_(minutes=1.5)
    assert len(nudges(small_world, ANA)) == 1


async def test_a_dismissed_nudge_withdraws_the_promise(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.pass_(minutes=21)
    await small_world.press(ANA, channel, "update_dismiss")
    assert "no update is promised now" in last_nudge(small_world, ANA, "no update")
    await small_world.pass_(minutes=60)
    assert nudges(small_world, ANA) == []
    assert "No update is promised." in words(message(small_world, channel, "*SEV1"))


async def test_an_update_written_from_the_nudge_takes_the_nudge_s_place(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.pass_(minutes=21)
    await small_world.press(ANA, channel, "update")
    values = {"text": "we are rolling back", "minutes": "30", "status": "identified"}
    assert (await small_world.slack.submit(ANA, values=values)).ok
    await small_world.settle()
    assert nudges(small_world, ANA) == []
    assert "INC-1: the update is posted. The next one is due" in last_nudge(small_world, ANA, "is posted")
    posted = words(message(small_world, channel, "we are rolling back"))
    assert "identified · next update <!date" in posted


async def test_an_action_item_is_done_declined_with_a_reason_and_opened_again(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.slash(ANA, "ticket alert on a full queue", channel)
    await small_world.settle()
    await small_world.press(BO, channel, "action_done")
    assert "☑ *1. alert on a full queue*" in words(message(small_world, channel, "alert on"))
    await small_world.press(BO, channel, "action_reopen")
    await small_world.press(BO, channel, "action_decline")
    assert (await small_world.slack.submit(BO, values={"text": "the queue goes away"})).ok
    await small_world.settle()
    assert "☒ *1. alert on a full queue*" in words(message(small_world, channel, "alert on"))
    await small_world.slash(BO, "timeline", channel)
    assert "action item 1 is declined: the queue goes away" in last(small_world, BO)


async def test_whoever_is_given_an_action_item_can_settle_it_from_their_direct_messages(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.press(ANA, channel, "more", "ticket INC-1")
    await small_world.slack.submit(ANA, values={"title": "alert on a full queue", "owner": BO})
    await small_world.settle()
    line = small_world.slack.space.direct_message(BO).id
    await small_world.press(BO, line, "action_done")
    assert [words(each) for each in small_world.slack.messages(line)] == ["Action item 1 of INC-1 is done."]


async def test_what_was_not_delivered_is_retried_from_the_direct_message_and_someone_else_is_invited(
    small_world: World,
) -> None:
    channel = await small_world.open()
    await small_world.slash(ANA, f"role comms <@{GONE}>", channel)
    await small_world.settle()
    line = small_world.slack.space.direct_message(ANA).id
    told = words(small_world.slack.messages(line)[-1])
    assert f"Slack would not let me invite <@{GONE}>" in told
    assert "Invite someone else" in told
    await small_world.press(ANA, line, "invite_other")
    assert (await small_world.slack.submit(ANA, values={"person": BO})).ok
    await small_world.settle()
    assert BO in small_world.slack.channel(channel).members
    assert words(small_world.slack.messages(line)[-1]) == f"INC-1: <@{BO}> is invited."
    await small_world.slash(ANA, "show", channel)
    await small_world.press(ANA, channel, "effect_retry")
    assert "Slack would not let me invite" in words(small_world.slack.messages(line)[-1])
    await small_world.press(ANA, line, "dismiss")
    assert "would not let me" not in "".join(words(each) for each in small_world.slack.messages(line))


def nudges(world: World, user: str) -> list[str]:
    """Return the nudges about a missed update that *user* still sees."""
    return [words(each) for each in world.slack.ephemeral(user) if "next update was due" in words(each)]


def last_nudge(world: World, user: str, part: str = "next update was due") -> str:
    return next(words(each) for each in reversed(world.slack.ephemeral(user)) if part in words(each))
