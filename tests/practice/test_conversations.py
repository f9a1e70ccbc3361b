"""Channels: names, members, archives, cursors and scopes, as Slack has them."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.server import Practice
from tests.practice.refusals import refused

ANA, BO, GONE = "U0ANA0001", "U0BO00001", "U0GONE001"


async def test_a_wrong_token_is_refused(practice: Practice) -> None:
    async with refused("invalid_auth"):
        await AsyncWebClient(token="xoxb-other", base_url=practice.api_url).auth_test()
    async with refused("not_authed"):
        await AsyncWebClient(base_url=practice.api_url).auth_test()


async def test_only_the_app_token_opens_socket_mode(slack: AsyncWebClient) -> None:
    async with refused("not_allowed_token_type"):
        await slack.apps_connections_open(app_token="xoxb-practice")
    assert (await slack.apps_connections_open(app_token="xapp-practice"))["url"].startswith("ws://127.0.0.1:")


async def test_a_name_stays_taken_when_its_channel_is_archived(slack: AsyncWebClient, room: str) -> None:
    await slack.conversations_archive(channel=room)
    async with refused("name_taken"):
        await slack.conversations_create(name="inc-1")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Inc-1", "invalid_name_specials"),
        ("inc 1", "invalid_name_specials"),
        ("--", "invalid_name_punctuation"),
    ],
)
async def test_a_name_that_breaks_slacks_rules_is_refused(slack: AsyncWebClient, name: str, code: str) -> None:
    async with refused(code):
        await slack.conversations_create(name=name)


async def test_a_name_in_any_script_is_taken(slack: AsyncWebClient) -> None:
    assert (await slack.conversations_create(name="障害_1"))["channel"]["name"] == "障害_1"


async def test_one_person_who_cannot_come_fails_the_whole_invitation(
    practice: Practice, slack: AsyncWebClient, room: str
) -> None:
    async with refused("already_in_channel") as answer:
        await slack.conversations_invite(channel=room, users=[BO, ANA])
    assert answer["errors"] == [{"user": ANA, "ok": False, "error": "already_in_channel"}]
    assert BO not in practice.channel(room).members


async def test_a_forced_invitation_brings_those_who_can_come(
    practice: Practice, slack: AsyncWebClient, room: str
) -> None:
    answer = await slack.conversations_invite(channel=room, users=[BO, GONE], force=True)
    assert answer["errors"][0]["error"] == "cant_invite"
    assert BO in practice.channel(room).members


@pytest.mark.parametrize(
    ("user", "code"), [(GONE, "cant_invite"), ("U0FIRST05", "cant_invite_self"), ("U0NOBODY1", "user_not_found")]
)
async def test_who_cannot_be_invited(slack: AsyncWebClient, room: str, user: str, code: str) -> None:
    async with refused(code):
        await slack.conversations_invite(channel=room, users=user)


async def test_an_archived_channel_takes_nobody_and_nothing(slack: AsyncWebClient, room: str) -> None:
    await slack.conversations_archive(channel=room)
    async with refused("is_archived"):
        await slack.conversations_invite(channel=room, users=BO)
    async with refused("is_archived"):
        await slack.chat_postMessage(channel=room, text="hello")
    async with refused("already_archived"):
        await slack.conversations_archive(channel=room)


async def test_a_private_channel_without_the_app_does_not_exist_for_it(
    practice: Practice, slack: AsyncWebClient
) -> None:
    secret = practice.create(ANA, "secret", is_private=True)
    for call in (slack.conversations_info, slack.conversations_history, slack.conversations_members):
        async with refused("channel_not_found"):
            await call(channel=secret)
    listed = await slack.conversations_list(types="public_channel,private_channel")
    assert "secret" not in [channel["name"] for channel in listed["channels"]]


async def test_a_public_channel_without_the_app_shows_itself_but_not_its_past(slack: AsyncWebClient) -> None:
    assert not (await slack.conversations_info(channel="C0GENERAL1"))["channel"]["is_member"]
    async with refused("not_in_channel"):
        await slack.conversations_history(channel="C0GENERAL1")
    await slack.conversations_join(channel="C0GENERAL1")
    assert (await slack.conversations_history(channel="C0GENERAL1"))["ok"]


async def test_an_app_that_was_removed_is_no_longer_in_the_channel(
    practice: Practice, slack: AsyncWebClient, room: str
) -> None:
    practice.remove(ANA, room, "U0FIRST05")
    async with refused("not_in_channel"):
        await slack.conversations_setTopic(channel=room, topic="gone")


async def test_a_missing_scope_is_named(practice: Practice, slack: AsyncWebClient) -> None:
    practice.scopes = {"chat:write", "channels:read"}
    async with refused("missing_scope") as answer:
        await slack.conversations_create(name="inc-2")
    assert answer["needed"] == "channels:manage"
    assert answer["provided"] == "channels:read,chat:write"


async def test_a_private_channel_needs_its_own_scope(practice: Practice, slack: AsyncWebClient) -> None:
    practice.scopes = {"channels:manage"}
    async with refused("missing_scope") as answer:
        await slack.conversations_create(name="inc-2", is_private=True)
    assert answer["needed"] == "groups:write"


async def test_history_comes_in_pages_and_between_two_times(slack: AsyncWebClient, room: str) -> None:
    stamps = [(await slack.chat_postMessage(channel=room, text=f"{n}"))["ts"] for n in range(5)]
    seen, cursor = [], None
    while cursor != "":
        page = await slack.conversations_history(channel=room, limit=2, cursor=cursor, oldest=stamps[0], inclusive=True)
        seen += [message["text"] for message in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"] if page["has_more"] else ""
    assert seen == ["4", "3", "2", "1", "0"]
    between = await slack.conversations_history(channel=room, oldest=stamps[1], latest=stamps[3])
    assert [message["text"] for message in between["messages"]] == ["2"]
    async with refused("invalid_cursor"):
        await slack.conversations_history(channel=room, cursor="nonsense")


async def test_metadata_is_kept_and_shown_when_asked_for(slack: AsyncWebClient, room: str) -> None:
    metadata = {"event_type": "effect", "event_payload": {"effect": "7"}}
    await slack.chat_postMessage(channel=room, text="posted", metadata=metadata)
    plain = await slack.conversations_history(channel=room, limit=1)
    whole = await slack.conversations_history(channel=room, limit=1, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert whole["messages"][0]["metadata"] == metadata


async def test_a_thread_is_read_from_any_of_its_messages(slack: AsyncWebClient, room: str) -> None:
    root = (await slack.chat_postMessage(channel=room, text="root"))["ts"]
    reply = (await slack.chat_postMessage(channel=room, text="reply", thread_ts=root))["ts"]
    thread = await slack.conversations_replies(channel=room, ts=reply)
    assert [message["text"] for message in thread["messages"]] == ["root", "reply"]
    assert thread["messages"][0]["reply_count"] == 1
    top = await slack.conversations_history(channel=room)
    assert "reply" not in [message["text"] for message in top["messages"]]


async def test_people_are_found_by_id_and_by_address(slack: AsyncWebClient) -> None:
    user = (await slack.users_info(user=ANA))["user"]
    assert user["tz"] == "Europe/Madrid"
    found = await slack.users_lookupByEmail(email=user["profile"]["email"])
    assert found["user"]["id"] == ANA
    async with refused("user_not_found"):
        await slack.users_info(user="U0NOBODY1")
    assert (await slack.users_info(user=GONE))["user"]["deleted"]
    assert (await slack.users_info(user="U0FIRST05"))["user"]["is_bot"]


async def test_a_direct_message_opens_once(slack: AsyncWebClient) -> None:
    first = await slack.conversations_open(users=ANA)
    again = await slack.conversations_open(users=ANA)
    assert first["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"]
    async with refused("user_disabled"):
        await slack.conversations_open(users=GONE)


async def test_topic_and_purpose_have_slacks_limit(practice: Practice, slack: AsyncWebClient, room: str) -> None:
    await slack.conversations_setTopic(channel=room, topic="x" * 250)
    assert practice.channel(room).topic == "x" * 250
    async with refused("too_long"):
        await slack.conversations_setPurpose(channel=room, purpose="x" * 251)
