"""Messages, private messages, pins, reactions, bookmarks and files, as the app makes them."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.clock import MovableClock
from bot.practice.server import Practice
from tests.practice.app import BUTTONS
from tests.practice.refusals import refused

ANA, BO = "U0ANA0001", "U0BO00001"


@pytest.mark.parametrize("way", ["json", "form", "query"])
async def test_arguments_may_come_as_json_form_or_query(practice: Practice, room: str, way: str) -> None:
    headers = {"Authorization": "Bearer xoxb-practice"}
    said = {"channel": room, "text": way}
    sent: dict[str, Any] = {"json": {"json": said}, "form": {"data": said}, "query": {"params": said}}[way]
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{practice.api_url}chat.postMessage", headers=headers, **sent) as answer,
    ):
        assert (await answer.json())["ok"]
    assert practice.said(room) == [way]


async def test_a_public_channel_may_be_posted_to_from_outside_only_with_its_scope(
    practice: Practice, slack: AsyncWebClient
) -> None:
    practice.scopes = {"chat:write"}
    async with refused("not_in_channel"):
        await slack.chat_postMessage(channel="#incidents", text="hello")
    practice.scopes = {"chat:write", "chat:write.public"}
    await slack.chat_postMessage(channel="#incidents", text="hello")
    assert practice.said("incidents") == ["hello"]


async def test_a_post_to_a_person_opens_the_direct_message(practice: Practice, slack: AsyncWebClient) -> None:
    answer = await slack.chat_postMessage(channel=ANA, text="psst")
    assert practice.channel(answer["channel"]).members == [ANA, "U0FIRST05"]


async def test_no_two_messages_share_a_ts_when_the_clock_stands_still() -> None:
    async with Practice(clock=MovableClock(frozen=True)) as practice:
        slack = AsyncWebClient(token="xoxb-practice", base_url=practice.api_url)
        stamps = [(await slack.chat_postMessage(channel="#random", text="x"))["ts"] for _ in range(3)]
    assert len(set(stamps)) == 3
    assert stamps == sorted(stamps)


async def test_an_update_keeps_the_blocks_it_does_not_name(
    practice: Practice, slack: AsyncWebClient, room: str
) -> None:
    ts = (await slack.chat_postMessage(channel=room, text="one", blocks=BUTTONS))["ts"]
    await slack.chat_update(channel=room, ts=ts, text="two")
    assert practice.messages(room)[-1]["blocks"]
    await slack.chat_update(channel=room, ts=ts, text="three", blocks=[])
    assert "blocks" not in practice.messages(room)[-1]
    assert practice.messages(room)[-1]["edited"]


async def test_what_an_update_is_refused_for(practice: Practice, slack: AsyncWebClient, room: str) -> None:
    theirs = practice.say(ANA, room, "mine")
    async with refused("cant_update_message"):
        await slack.chat_update(channel=room, ts=theirs, text="yours")
    async with refused("message_not_found"):
        await slack.chat_update(channel=room, ts="1790000000.000001", text="x")
    ts = (await slack.chat_postMessage(channel=room, text="one"))["ts"]
    async with refused("msg_too_long"):
        await slack.chat_update(channel=room, ts=ts, text="x" * 4001)
    async with refused("cant_delete_message"):
        await slack.chat_delete(channel=room, ts=theirs)


async def test_a_message_needs_something_to_say(slack: AsyncWebClient, room: str) -> None:
    async with refused("no_text"):
        await slack.api_call("chat.postMessage", json={"channel": room, "text": ""})


async def test_a_block_that_breaks_a_limit_is_named(slack: AsyncWebClient, room: str) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    async with refused("invalid_blocks") as answer:
        await slack.chat_postMessage(channel=room, text="x", blocks=[header])
    message = answer["response_metadata"]["messages"][0]
    assert message == "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"


async def test_a_private_message_reaches_members_only(practice: Practice, slack: AsyncWebClient, room: str) -> None:
    await slack.chat_postEphemeral(channel=room, user=ANA, text="for you")
    assert [message["text"] for message in practice.ephemeral(ANA)] == ["for you"]
    assert practice.said(room) == []
    async with refused("user_not_in_channel"):
        await slack.chat_postEphemeral(channel=room, user=BO, text="for you")


async def test_a_deleted_message_with_replies_leaves_a_tombstone(
    practice: Practice, slack: AsyncWebClient, room: str
) -> None:
    root = (await slack.chat_postMessage(channel=room, text="root"))["ts"]
    await slack.chat_postMessage(channel=room, text="reply", thread_ts=root)
    await slack.chat_delete(channel=room, ts=root)
    assert [message.get("subtype") for message in practice.messages(room)][-2:] == ["tombstone", None]


async def test_pins_and_reactions_are_there_once(practice: Practice, slack: AsyncWebClient, room: str) -> None:
    ts = (await slack.chat_postMessage(channel=room, text="pin me"))["ts"]
    await slack.pins_add(channel=room, timestamp=ts)
    async with refused("already_pinned"):
        await slack.pins_add(channel=room, timestamp=ts)
    assert (await slack.pins_list(channel=room))["items"][0]["message"]["text"] == "pin me"
    await slack.pins_remove(channel=room, timestamp=ts)
    async with refused("no_pin"):
        await slack.pins_remove(channel=room, timestamp=ts)
    await slack.reactions_add(channel=room, timestamp=ts, name="eyes")
    async with refused("already_reacted"):
        await slack.reactions_add(channel=room, timestamp=ts, name="eyes")
    practice.react(ANA, room, ts, "eyes")
    got = await slack.reactions_get(channel=room, timestamp=ts)
    assert got["message"]["reactions"] == [{"name": "eyes", "users": ["U0FIRST05", ANA], "count": 2}]
    await slack.reactions_remove(channel=room, timestamp=ts, name="eyes")
    async with refused("no_reaction"):
        await slack.reactions_remove(channel=room, timestamp=ts, name="eyes")


async def test_bookmarks_are_added_changed_and_removed(practice: Practice, slack: AsyncWebClient, room: str) -> None:
    added = await slack.bookmarks_add(channel_id=room, title="Runbook", type="link", link="https://x.example/")
    bookmark = added["bookmark"]["id"]
    await slack.bookmarks_edit(channel_id=room, bookmark_id=bookmark, title="The runbook")
    assert [one["title"] for one in practice.channel(room).bookmarks] == ["The runbook"]
    async with refused("invalid_link"):
        await slack.bookmarks_add(channel_id=room, title="x", type="link", link="nowhere")
    await slack.bookmarks_remove(channel_id=room, bookmark_id=bookmark)
    assert (await slack.bookmarks_list(channel_id=room))["bookmarks"] == []


async def test_an_uploaded_file_is_shared_and_can_be_read(practice: Practice, slack: AsyncWebClient, room: str) -> None:
    done = await slack.files_upload_v2(
        channel=room, content="# Draft", filename="draft.md", initial_comment="The draft"
    )
    assert practice.said(room) == ["The draft"]
    address = practice.messages(room)[-1]["files"][0]["url_private"]
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        assert await answer.text() == "# Draft"
        assert answer.headers["Content-Security-Policy"] == "sandbox"
    await slack.files_delete(file=done["files"][0]["id"])
    async with refused("file_not_found"):
        await slack.files_info(file=done["files"][0]["id"])


async def test_an_upload_that_never_came_cannot_be_shared(slack: AsyncWebClient, room: str) -> None:
    promised = await slack.files_getUploadURLExternal(filename="x.md", length=3)
    async with refused("file_not_found"):
        await slack.files_completeUploadExternal(files=[{"id": promised["file_id"]}], channel_id=room)


async def test_a_method_slack_does_not_have_is_unknown(slack: AsyncWebClient) -> None:
    async with refused("unknown_method"):
        await slack.api_call("chat.shout")
