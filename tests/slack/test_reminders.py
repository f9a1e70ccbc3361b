"""Reminders and the weekly digest, as people see them."""

from datetime import UTC, datetime

from tests.slack.reading import last, words
from tests.world import ANA, BO, CHIDI, World


async def until(world: World, moment: str) -> None:
    """Let the time pass until a moment in UTC."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    await world.pass_(seconds=(at - world.clock.now()).total_seconds())


def digests(world: World) -> list[str]:
    return [words(message) for message in world.slack.messages("#incidents") if "The week of" in message["text"]]


async def resolved(world: World) -> str:
    """Have an incident resolved on a Tuesday, with an action item of nobody and one of Bo's, due on the 24th."""
    channel = await world.open()
    await world.slash(ANA, "ticket alert on a full queue", channel)
    await world.settle()
    await world.press(ANA, channel, "more", "ticket INC-1")
    await world.slack.submit(
        ANA, values={"title": "raise the limit", "owner": BO, "priority": "p1", "due_on": "2026-03-24"}
    )
    await world.slash(ANA, "resolve rolled back", channel)
    await world.pass_(seconds=10)
    return channel


async def test_the_digest_shows_what_is_owed_and_each_line_has_its_button(small_world: World) -> None:
    world = small_world
    await resolved(world)
    await until(world, "2026-03-16 08:59:00")
    assert digests(world) == []
    await until(world, "2026-03-16 09:00:01")
    await world.pass_(minutes=90)
    (shown,) = digests(world)
    assert "*The week of everyone: 1 overdue, 1 without an owner*" in shown
    assert f"*Postmortem* · <@{ANA}> · 4 days overdue\nINC-1 checkout is down" in shown
    assert "*alert on a full queue* · no owner · due " in shown
    assert "raise the limit" not in shown, "it is not due this week"
    await world.press(BO, "#incidents", "action_take")
    assert last(world, BO) == "Action item 1 of INC-1 is yours."
    await until(world, "2026-03-23 09:00:01")
    assert f"*raise the limit* · <@{BO}> · due Tue 24 Mar" in digests(world)[-1]
    assert "no owner" not in digests(world)[-1]
    await world.press(BO, "#incidents", "action_done")
    await until(world, "2026-03-30 09:00:01")
    assert "*Done last week*" in digests(world)[-1]


async def test_nothing_is_sent_when_there_is_nothing_to_say(small_world: World) -> None:
    await small_world.open("a private matter", words="sev1 private")
    await small_world.pass_(seconds=10)
    await until(small_world, "2026-03-16 09:00:01")
    assert digests(small_world) == []


async def test_a_reminder_can_be_put_off_and_what_it_is_about_given_away(small_world: World) -> None:
    world = small_world
    await resolved(world)
    bo = world.slack.space.direct_message(BO).id
    await until(world, "2026-03-24 08:00:01")  # nine in Stockholm
    assert world.slack.said(bo)[-1].startswith("INC-1: action item 2, “raise the limit” is due on 2026-03-24.")
    await world.press(BO, bo, "remind_later")
    assert world.slack.said(bo)[-1].startswith("INC-1: I remind you again <!date^"), "in the place of the reminder"
    heard = len(world.slack.said(bo))
    await until(world, "2026-03-25 08:00:01")
    assert len(world.slack.said(bo)) == heard + 1
    await world.press(BO, bo, "action_give")
    await world.slack.submit(BO, values={"person": CHIDI})
    await world.pass_(minutes=1)
    assert world.slack.said(bo)[-1] == f"<@{CHIDI}> has action item 2 of INC-1 now."
    chidi = world.slack.space.direct_message(CHIDI).id
    assert world.slack.said(chidi)[-1].startswith("INC-1: action item 2 is yours")
    assert "gave action item 2" in await world.slash(ANA, "timeline INC-1") + last(world, ANA)
