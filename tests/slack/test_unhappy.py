"""What Slack refuses: each refusal is recorded, told with what a person can do about it, and mended by Retry."""

from pathlib import Path

import pytest

from bot.practice import channels, messages
from bot.practice.cast import BOT_USER
from store.types import EntryKind
from tests.slack.timelines import timeline
from tests.world import ANA, BO, GONE, World, a_world

CHANNEL = "inc-1-checkout-is-down"


def line_to(world: World, user: str) -> str:
    """Return the direct conversation between the app and somebody."""
    return world.slack.space.direct_message(user).id


def told(world: World, user: str = ANA) -> str:
    """Return what somebody was told in private last."""
    return world.slack.said(line_to(world, user))[-1]


async def retry(world: World) -> None:
    await world.press(ANA, line_to(world, ANA), "effect_retry")


async def test_a_channel_name_that_is_taken_even_by_an_archived_channel_gets_a_number(small_world: World) -> None:
    world = small_world
    world.slack.create(BO, CHANNEL)
    world.slack.archive(BO, world.slack.create(BO, f"{CHANNEL}-2"))
    await world.slash(ANA, "open sev1 checkout is down")
    await world.settle()
    assert ANA in world.slack.channel(f"{CHANNEL}-3").members


async def test_when_every_name_is_taken_the_declarer_hears_it_and_retry_opens_the_channel(small_world: World) -> None:
    world = small_world
    taken = [world.slack.create(BO, CHANNEL if n == 1 else f"{CHANNEL}-{n}") for n in range(1, 21)]
    await world.slash(ANA, "open sev1 checkout is down")
    await world.settle()
    assert "its channel could not be created: every name I tried is taken. Rename or delete" in told(world)
    del world.slack.space.channels[taken[0]]
    await retry(world)
    assert "SEV1 INC-1 checkout is down: investigating" in world.slack.said(CHANNEL)


async def test_a_deactivated_person_is_named_as_such_and_somebody_else_can_be_invited(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    await world.slash(ANA, f"role comms <@{GONE}|gwen>", channel=channel)
    await world.settle()
    assert told(world) == (
        f"INC-1 is open and recorded, but Slack would not let me invite <@{GONE}>: the account is deactivated."
    )
    failed = await timeline(world, EntryKind.DELIVERY_FAILED)
    assert ("slack.invite", "user_disabled") in [(each.facts["kind"], each.facts["reason"]) for each in failed]
    await world.press(ANA, line_to(world, ANA), "invite_other")
    await world.slack.submit(ANA, values={"person": BO})
    await world.settle()
    assert BO in world.slack.channel(channel).members


async def test_removed_from_its_channel_the_bot_says_so_once_and_completes_it_when_invited(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    world.slack.remove(BO, channel, BOT_USER)
    await world.settle()
    await world.slash(ANA, "update payments fail for a third of customers", channel=channel)
    await world.slash(ANA, "update payments fail for half of customers", channel=channel)
    await world.settle()
    said = world.slack.said(line_to(world, ANA))
    assert "Invite me again: /invite @firstfive" in said[-1]
    assert len([text for text in said if "update could not be posted" in text]) == 2, "two updates, two Retry buttons"
    world.slack.invite(ANA, channel, BOT_USER)
    await world.settle()
    await retry(world)
    assert any("half of customers" in text for text in world.slack.said(channel))
    assert [moment.facts["kind"] for moment in await timeline(world, EntryKind.DELIVERY_RETRIED)] == ["slack.update"]


async def test_in_an_archived_channel_the_same_failure_is_told_once_and_mended_once_it_is_open(
    small_world: World,
) -> None:
    world = small_world
    channel = await world.open()
    world.slack.archive(BO, channel)
    for status in ("identified", "monitoring"):
        await world.slash(ANA, f"status {status}", channel=channel)
        await world.settle()
    said = world.slack.said(line_to(world, ANA))
    assert len([text for text in said if "its card could not be posted: the channel is archived" in text]) == 1
    channels.set_archived(world.slack.space, world.slack.channel(channel), BO, False)
    await world.settle()
    assert "SEV1 INC-1 checkout is down: monitoring" in world.slack.said(channel)
    assert world.slack.channel(channel).topic.startswith("SEV1 · monitoring")


async def test_a_missing_scope_is_named_and_retry_works_once_it_is_granted(small_world: World) -> None:
    world = small_world
    assert world.slack.scopes is not None
    world.slack.scopes = world.slack.scopes - {"bookmarks:write"}
    channel = await world.open()
    assert "the bookmark could not be added: the app lacks the scope `bookmarks:write`." in told(world)
    world.slack.scopes = world.slack.scopes | {"bookmarks:write"}
    await retry(world)
    assert [bookmark["title"] for bookmark in world.slack.channel(channel).bookmarks] == ["INC-1 timeline"]


async def test_without_an_announce_channel_its_name_is_asked_for(sqlite_url: str, tmp_path: Path) -> None:
    async with a_world(tmp_path, sqlite_url, FIRSTFIVE_ANNOUNCE_CHANNEL="#status") as world:
        await world.open()
        assert "there is no channel #status. Create it, or set FIRSTFIVE_ANNOUNCE_CHANNEL." in told(world)
        world.slack.create(BO, "status")
        await retry(world)
        assert world.slack.said("status") == ["SEV1 INC-1 checkout is down"]


async def test_an_archived_announce_channel_is_named(small_world: World) -> None:
    world = small_world
    world.slack.archive(BO, "incidents")
    await world.open()
    assert "it could not be announced: the channel #incidents is archived." in told(world)
    channels.set_archived(world.slack.space, world.slack.channel("incidents"), BO, False)
    await retry(world)
    assert world.slack.said("incidents") == ["SEV1 INC-1 checkout is down"]


async def test_removed_from_the_announce_channel_the_bot_joins_it_again(small_world: World) -> None:
    world = small_world
    await world.open()
    world.slack.remove(BO, "incidents", BOT_USER)
    await world.open("search is slow")
    assert world.slack.said("incidents") == ["SEV1 INC-1 checkout is down", "SEV1 INC-2 search is slow"]


@pytest.mark.parametrize("code", ["token_revoked", "invalid_auth", "account_inactive"])
async def test_with_a_token_that_slack_does_not_take_everything_waits_for_a_new_one(
    small_world: World, code: str
) -> None:
    world = small_world
    world.slack.fault(method="*", kind="error", error=code, times=8)
    await world.slash(ANA, "open sev1 checkout is down")
    await world.settle()
    await world.pass_(minutes=1)
    assert world.slack.said(CHANNEL)[0].endswith("investigating")
    assert await timeline(world, EntryKind.DELIVERY_FAILED) == []


async def test_a_card_that_somebody_deleted_is_posted_again(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    card = next(message for message in world.slack.messages(channel) if message["text"].endswith("investigating"))
    messages.delete(world.slack.space, world.slack.channel(channel), card["ts"])
    await world.slash(ANA, "status identified", channel=channel)
    await world.settle()
    assert [text for text in world.slack.said(channel) if "SEV1 INC-1 checkout is down" in text] == [
        "SEV1 INC-1 checkout is down: identified"
    ]


async def test_the_longest_texts_of_the_widest_characters_fit(small_world: World) -> None:
    world = small_world
    channel = await world.open("&" * 200)
    for word in ("update", "impact", "note"):
        await world.slash(ANA, f"{word} {'&lt;' * 3000}", channel=channel)
        await world.settle()
    assert await timeline(world, EntryKind.DELIVERY_FAILED) == []
    assert len(await timeline(world, EntryKind.UPDATE, EntryKind.IMPACT, EntryKind.NOTE)) == 3


async def test_a_private_answer_reaches_somebody_who_is_not_in_the_channel(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    world.slack.leave(ANA, channel)
    await world.pass_(minutes=30)
    assert any("the next update was due" in text for text in world.slack.said(line_to(world, ANA)))


async def test_what_is_told_in_private_is_told_once_when_its_answer_is_lost(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    world.slack.fault(method="chat.postMessage", kind="cut_after")
    await world.slash(ANA, f"role comms <@{BO}|bo>", channel=channel)
    await world.settle()
    assert len(world.slack.said(line_to(world, BO))) == 1
