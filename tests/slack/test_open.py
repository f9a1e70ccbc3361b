"""Opening an incident, from the slash command to its channel."""

from tests.world import ANA, World


async def test_an_incident_opens_with_its_channel_card_announcement_topic_and_bookmark(world: World) -> None:
    answer = await world.slash(ANA, "open sev1 checkout is down")
    assert answer == "INC-1 is open as SEV1. Its channel is on the way."
    await world.settle()
    channel = world.slack.channel("inc-1-checkout-is-down")
    assert ANA in channel.members
    assert world.slack.said(channel.name) == [
        "SEV1 INC-1 checkout is down: investigating",
        "First five minutes · 0 of 4",
    ]
    assert world.slack.said("incidents") == ["SEV1 INC-1 checkout is down"]
