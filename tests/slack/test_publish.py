"""Publishing a postmortem from Slack: the checker warns, a reason overrules it, and the team reads it."""

from tests.slack.reading import message, words
from tests.world import ANA, BO, World


async def test_a_draft_is_published_with_a_reason_read_and_learned_from(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    await world.slash(ANA, "resolve rolled back", channel)
    await world.settle()
    await world.press(ANA, channel, "postmortem_notes")
    await world.slack.submit(ANA, values={"root_cause": "The engineer forgot to check the limit."})
    await world.press(ANA, channel, "postmortem_publish")
    shown = words(world.slack.views(ANA)[-1])
    assert "to look at*" in shown
    assert "The engineer forgot to check the limit." in shown
    await world.slack.submit(ANA, values={"reason": "the rest is known on Monday"})
    await world.settle()
    posted = message(world, "#incidents", "*The postmortem of INC-1 checkout is down is published*")
    assert "Read it" in str(posted)
    await world.press(BO, "#incidents", "postmortem_read")
    await world.press(ANA, "#incidents", "postmortem_learned")
    assert await world.slash(ANA, "timeline INC-1")
    shown = words(world.slack.ephemeral(ANA)[-1])
    assert "postmortem is published" in shown
    assert "the rest is known on Monday" in shown
    assert "postmortem is learned" in shown
