"""What happens in Slack that the timeline follows: marks, edits, people, and the channel itself."""

from datetime import UTC, datetime

from bot.flows.views import visible
from bot.practice.cast import BOT_USER
from store.incidents import incident_by_number
from store.people import find_person
from store.types import EntryKind
from tests.slack.timelines import account, timeline
from tests.world import ANA, BO, CHIDI, World


async def test_a_pushpin_captures_a_message_once_with_its_own_time_and_author(world: World) -> None:
    channel = await world.open()
    ts = world.slack.say(BO, channel, "error rate &amp; latency up, see <https://graphs.example/7|the graph>")
    await world.pass_(minutes=3)
    world.slack.react(ANA, channel, ts, "pushpin")
    await world.slack.idle()
    world.slack.react(CHIDI, channel, ts, "round_pushpin")
    await world.settle()
    world.slack.pin(ANA, channel, ts)
    await world.settle()
    [captured] = await timeline(world, EntryKind.MESSAGE)
    assert captured.text == "error rate & latency up, see the graph (https://graphs.example/7)"
    assert captured.occurred_at == datetime.fromtimestamp(float(ts), UTC)
    assert await account(world, captured.actor) == BO
    assert await account(world, captured.facts["marked_by"]) == ANA
    assert captured.source == f"slack:{world.slack.channel(channel).id}/{ts}"
    assert world.slack.said(channel)[-1].startswith("error rate"), "the bot adds no noise"


async def test_a_reply_in_a_thread_and_a_pinned_file_are_captured_too(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    root = world.slack.say(BO, channel, "what do the logs say?")
    reply = world.slack.say(CHIDI, channel, "timeouts to the database", thread_ts=root)
    world.slack.react(ANA, channel, reply, "pushpin")
    shot = world.slack.say(BO, channel, "look")
    file = {"id": "F1", "name": "graph.png", "permalink": "https://practice.slack.com/files/F1"}
    world.slack.channel(channel).messages[shot]["files"] = [file]
    world.slack.pin(BO, channel, shot)
    await world.settle()
    texts = [moment.text for moment in await timeline(world, EntryKind.MESSAGE)]
    assert texts == ["timeouts to the database", "look\n[file] graph.png https://practice.slack.com/files/F1"]


async def test_edits_and_deletions_become_revisions_and_withdrawals(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    ts = world.slack.say(BO, channel, "it is the database")
    loose = world.slack.say(BO, channel, "nobody marked this")
    world.slack.react(ANA, channel, ts, "pushpin")
    await world.settle()
    world.slack.edit(BO, channel, ts, "it is the cache")
    world.slack.edit(BO, channel, loose, "nobody marks this")
    await world.settle()
    [captured] = await timeline(world, EntryKind.MESSAGE)
    assert (captured.text, captured.history) == ("it is the cache", ("it is the database",))
    world.slack.delete(BO, channel, ts)
    await world.settle()
    [captured] = await timeline(world, EntryKind.MESSAGE)
    assert captured.withdrawn


async def test_a_deleted_message_whose_thread_stays_is_withdrawn(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    ts = world.slack.say(BO, channel, "it is the database")
    world.slack.say(ANA, channel, "sure?", thread_ts=ts)
    world.slack.react(ANA, channel, ts, "pushpin")
    await world.settle()
    world.slack.delete(BO, channel, ts)
    await world.settle()
    [captured] = await timeline(world, EntryKind.MESSAGE)
    assert captured.withdrawn


async def test_a_message_that_is_gone_before_it_is_fetched_is_left_out(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    ts = world.slack.say(BO, channel, "never mind")
    world.slack.react(ANA, channel, ts, "pushpin")
    world.slack.delete(BO, channel, ts)
    await world.settle()
    assert await timeline(world, EntryKind.MESSAGE, EntryKind.DELIVERY_FAILED) == []


async def test_a_check_mark_settles_the_step_in_hand_and_an_action_item(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    checklist = next(message for message in world.slack.messages(channel) if "0 of 4" in message["text"])
    world.slack.react(BO, channel, checklist["ts"], "white_check_mark")
    await world.settle()
    [step] = await timeline(world, EntryKind.STEP)
    assert (step.facts["position"], step.facts["outcome"]) == (1, "done")
    assert await account(world, step.actor) == BO
    assert any("1 of 4" in text for text in world.slack.said(channel))

    ts = world.slack.say(BO, channel, "alert on queue age\nnobody saw it for ten minutes")
    world.slack.react(ANA, channel, ts, "ticket")
    world.slack.react(CHIDI, channel, ts, "ticket")
    world.slack.react(ANA, channel, ts, "pushpin")
    await world.settle()
    [item] = await timeline(world, EntryKind.ACTION_ITEM)
    assert item.text == "alert on queue age"
    assert len(await timeline(world, EntryKind.MESSAGE)) == 1
    shown = next(message for message in world.slack.messages(channel) if message["text"].startswith("Action item 1"))
    world.slack.react(BO, channel, shown["ts"], "white_check_mark")
    await world.settle()
    assert [moment.facts.get("state") for moment in await timeline(world, EntryKind.ACTION_ITEM)] == [None, "done"]


async def test_reactions_elsewhere_and_our_own_pins_are_none_of_the_timelines_business(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    ts = world.slack.say(BO, "general", "lunch?")
    world.slack.react(ANA, "general", ts, "pushpin")
    world.slack.react(ANA, channel, world.slack.messages(channel)[0]["ts"], "eyes")
    await world.settle()
    assert world.slack.channel(channel).pins, "the card is pinned by ourselves"
    assert await timeline(world, EntryKind.MESSAGE) == []


async def test_whoever_joins_a_private_incidents_channel_sees_it_from_then_on(small_world: World) -> None:
    world = small_world

    async def seen_by_bo() -> list[str]:
        bo = await world.house.read(lambda tx: find_person(tx.db, 1, BO))
        return [incident.key for incident in await world.house.read(visible, bo)]

    channel = await world.open(words="sev1 private")
    assert await seen_by_bo() == []
    world.slack.invite(ANA, channel, BO)
    await world.settle()
    assert await seen_by_bo() == ["INC-1"]


async def test_our_removal_is_recorded_once_and_told_to_the_commander_and_we_catch_up_when_invited(
    small_world: World,
) -> None:
    world = small_world
    channel = await world.open()
    world.slack.remove(BO, channel, BOT_USER)
    await world.settle()
    [created, lost] = await timeline(world, EntryKind.CHANNEL)
    assert (created.facts["event"], lost.facts["event"]) == ("created", "bot removed")
    [told] = world.slack.said(world.slack.space.direct_message(ANA).id)
    assert "/invite @firstfive" in told
    world.slack.invite(BO, channel, BOT_USER)
    await world.settle()
    assert (await timeline(world, EntryKind.CHANNEL))[-1].facts["event"] == "bot returned"


async def test_archiving_and_renaming_a_channel_are_recorded(small_world: World) -> None:
    world = small_world
    channel = world.slack.channel(await world.open())
    world.slack.space.tell_app(
        {"type": "channel_rename", "channel": {"id": channel.id, "name": "inc-1-payments", "created": 1}}, channel
    )
    world.slack.archive(BO, channel.id)
    await world.settle()
    events = [moment.facts["event"] for moment in await timeline(world, EntryKind.CHANNEL)]
    assert events == ["created", "renamed", "archived"]
    incident = await world.house.read(lambda tx: incident_by_number(tx.db, 1, 1))
    assert incident is not None
    assert incident.channel_name == "inc-1-payments"
