"""Shortcuts on a message: onto a timeline, or into an incident of its own."""

from datetime import UTC, datetime

from store.types import EntryKind
from tests.slack.timelines import account, timeline
from tests.world import ANA, BO, CHIDI, World


def whispered(world: World, user: str) -> str:
    return str(world.slack.ephemeral(user)[-1]["text"])


async def test_a_message_in_an_incidents_channel_goes_on_its_timeline_at_once(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    ts = world.slack.say(BO, channel, "latency is back to normal")
    for _ in range(2):
        await world.slack.shortcut(ANA, "add_to_timeline", channel, ts)
        await world.settle()
    [captured] = await timeline(world, EntryKind.MESSAGE)
    assert captured.text == "latency is back to normal"
    first, second = [message["text"] for message in world.slack.ephemeral(ANA)][-2:]
    assert first == f"On the timeline of INC-1 as entry {captured.seq}."
    assert second == f"Entry {captured.seq} on the timeline of INC-1 is this already."


async def test_elsewhere_a_form_asks_whose_timeline_is_meant_my_own_incidents_first(small_world: World) -> None:
    world = small_world
    mine = await world.open("checkout is down")
    await world.open("search is slow", user=BO)
    await world.open("someone reads our mail", user=BO, words="sev1 private")
    ts = world.slack.say(CHIDI, "general", "customers see &lt;error&gt; 502 &amp; worse")
    await world.slack.shortcut(ANA, "add_to_timeline", "general", ts)
    await world.settle()
    [form] = world.slack.views(ANA)
    options = form["blocks"][0]["element"]["options"]
    assert [option["value"] for option in options] == ["INC-1", "INC-2"], "no private incident of others"
    await world.slack.submit(ANA)
    await world.settle()
    [captured] = await timeline(world, EntryKind.MESSAGE)
    assert captured.text == "customers see <error> 502 & worse"
    assert captured.occurred_at == datetime.fromtimestamp(float(ts), UTC)
    assert await account(world, captured.actor) == CHIDI
    assert mine


async def test_with_no_open_incident_the_shortcut_says_what_to_do_instead(small_world: World) -> None:
    world = small_world
    ts = world.slack.say(BO, "general", "hm")
    await world.slack.shortcut(ANA, "add_to_timeline", "general", ts)
    await world.settle()
    assert whispered(world, ANA).startswith("No incident is open.")


async def test_an_incident_opened_from_a_message_begins_with_it(small_world: World) -> None:
    world = small_world
    ts = world.slack.say(CHIDI, "general", "checkout gives 502 since five minutes\nall of Europe, <@U0BO00001> looks")
    await world.pass_(minutes=2)
    await world.slack.shortcut(ANA, "open_from_message", "general", ts)
    await world.settle()
    [form] = world.slack.views(ANA)
    assert form["blocks"][0]["element"]["initial_value"] == "checkout gives 502 since five minutes"
    await world.slack.submit(ANA)
    await world.settle()
    assert "inc-1-checkout-gives-502-since-five-minutes" in world.channels()
    first, opened = await timeline(world, EntryKind.MESSAGE, EntryKind.OPENED)
    assert first.kind is EntryKind.MESSAGE
    assert first.source == f"slack:{world.slack.channel('general').id}/{ts}"
    assert await account(world, first.actor) == CHIDI
    assert await account(world, opened.actor) == ANA
