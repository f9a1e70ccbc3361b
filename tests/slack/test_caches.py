"""What Slack told of people and channels is asked for once, and again when it changed."""

import asyncio

from sqlmodel import select

from bot.practice import channels
from store.effects import Effect
from tests.world import ANA, BO, World


def asked(world: World, method: str) -> int:
    return sum(call["method"] == method for call in world.slack.calls)


async def test_many_that_ask_for_a_person_at_once_cost_one_call(small_world: World) -> None:
    desk = small_world.server.desk
    people = await asyncio.gather(*(desk.people.get(ANA) for _ in range(100)))
    assert {person["id"] for person in people} == {ANA}
    assert asked(small_world, "users.info") == 1


async def test_the_announce_channel_is_looked_up_once_and_again_when_it_was_renamed_and_another_has_its_name(
    small_world: World,
) -> None:
    world = small_world
    await world.open()
    await world.open("search is slow")
    assert asked(world, "conversations.list") == 1
    channels.rename(world.slack.space, world.slack.channel("incidents"), "old-incidents", BO)
    world.slack.create(BO, "incidents")
    await world.settle()
    await world.open("mail is late")
    assert asked(world, "conversations.list") == 2
    assert world.slack.said("incidents") == ["SEV1 INC-3 mail is late"]


async def test_who_was_deactivated_since_they_were_looked_up_is_told_as_that(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    await world.server.desk.people.get(BO)
    world.slack.deactivate(BO)
    await world.slash(ANA, f"role comms <@{BO}>", channel=channel)
    await world.settle()
    failed = await world.house.read(lambda tx: tx.db.exec(select(Effect.kind, Effect.reason)).all())
    assert ("slack.invite", "user_disabled") in failed
