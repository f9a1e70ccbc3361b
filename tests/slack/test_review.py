"""/incident review: proposed, booked, on the calendar, begun, and asked of."""

from datetime import UTC, datetime

from tests.slack.reading import last, message, words
from tests.world import ANA, BO, CHIDI, World


async def test_a_review_is_proposed_booked_announced_and_asked_of(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    assert (await world.slash(ANA, "review", channel)).startswith("INC-1 is investigating. Review it once it is over")
    await world.slash(BO, "note the queue is full", channel)
    await world.slash(CHIDI, "open sev4 search is slow")  # known, and took no part in this one
    await world.slash(ANA, "resolve rolled back", channel)
    await world.settle()
    assert "2 of 2 who took part are at work then." in await world.slash(ANA, "review", channel)
    await world.press(ANA, channel, "review_later")
    assert "<!date^1773221400^" in last(world, ANA), "half past nine of the next day"
    await world.press(ANA, channel, "review_book")
    assert "is booked for <!date^" in last(world, ANA)
    shared = next(each for each in reversed(world.slack.messages(channel)) if "review" in str(each.get("files")))
    assert f"<@{CHIDI}> leads it" in shared["text"]
    assert "1. What happened, told along the timeline" in shared["text"]
    event = world.slack.file(shared["files"][0]["id"]).decode()
    assert "DTSTART:20260311T" in event
    assert await world.slash(ANA, "timeline", channel)
    assert "postmortem is in review" in last(world, ANA)

    begins = datetime.strptime(event.partition("DTSTART:")[2][:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    for minutes in (-29, 46, 60):
        await world.pass_(seconds=(begins - world.clock.now()).total_seconds() + minutes * 60)
        await world.pass_(minutes=1)
    said = [text for text in world.slack.said(channel) if text.startswith("The review of INC-1")]
    assert len(said) == 3, said
    assert "begins at" in said[1]
    await world.press(BO, channel, "review_answer_yes")
    assert last(world, BO) == "Thank you. Of 1 who answered, 1 learned something and 0 would come again."
    assert "only totals are shown" in words(message(world, channel, "The review of INC-1 is over"))
