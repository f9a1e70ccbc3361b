"""Entries link to the messages they came from."""

from tests.world import ANA, BO, World


async def test_a_captured_message_is_linked_from_the_draft_of_the_postmortem(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    await world.server.desk.arrive()
    world.slack.join(BO, channel)
    ts = world.slack.say(BO, channel, "error rate is 48 %")
    world.slack.react(ANA, channel, ts, "pushpin")
    await world.settle()
    await world.slash(ANA, "postmortem", channel)
    await world.settle()
    draft = next(iter(world.slack.state()["files"].values()))
    text = world.slack.file(draft["id"]).decode()
    assert f"/archives/{world.slack.channel(channel).id}/p{ts.replace('.', '')}" in text
