"""What people do and see: commands, presses, modals, App Home, shortcuts."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.clock import MovableClock
from bot.practice.refusal import Refusal
from bot.practice.server import Practice
from tests.practice.app import BUTTONS, SocketApp, eventually, modal
from tests.practice.refusals import refused

ANA, BO = "U0ANA0001", "U0BO00001"
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}


async def opened(practice: Practice, slack: AsyncWebClient, **view: object) -> str:
    """The id of a modal in front of Ana."""
    trigger = practice.space.triggers.issue(ANA)
    answer = await slack.views_open(trigger_id=trigger, view=modal(**view))  # type: ignore[arg-type]
    shown: str = answer["view"]["id"]
    return shown


async def test_the_answer_to_a_command_is_seen_by_the_person_alone(practice: Practice, app: SocketApp) -> None:
    app.answers["command"] = {"text": "INC-1 is open"}
    seen = await practice.slash(ANA, "general", "open checkout is down")
    assert seen.ok
    assert seen.text == "INC-1 is open"
    assert [message["text"] for message in practice.ephemeral(ANA)] == ["INC-1 is open"]
    assert practice.said("general") == []
    sent = app.requests[0].payload
    assert (sent["command"], sent["text"], sent["user_id"]) == ("/incident", "open checkout is down", ANA)


async def test_an_answer_in_the_channel_is_seen_by_all(practice: Practice, app: SocketApp) -> None:
    app.answers["command"] = {"text": "hello", "response_type": "in_channel"}
    await practice.slash(ANA, "general", "help")
    assert practice.said("general") == ["hello"]


async def test_an_answer_that_slack_would_refuse_is_reported(practice: Practice, app: SocketApp) -> None:
    app.answers["command"] = {"text": "x", "blocks": [{"type": "nonsense"}]}
    assert (await practice.slash(ANA, "general", "help")).error == "invalid_blocks"
    assert practice.ephemeral(ANA) == []


async def test_a_press_carries_the_message_the_choice_and_the_state(
    practice: Practice, slack: AsyncWebClient, room: str, app: SocketApp
) -> None:
    ts = (await slack.chat_postMessage(channel=room, text="card", blocks=BUTTONS))["ts"]
    seen = await practice.press(ANA, room, ts, "severity", "sev2")
    assert seen.payload["actions"][0]["selected_option"]["text"]["text"] == "SEV2"
    assert seen.payload["state"]["values"]["row"]["severity"]["selected_option"]["value"] == "sev2"
    assert seen.payload["message"]["ts"] == ts
    seen = await practice.press(ANA, room, ts, "go")
    assert seen.payload["actions"][0]["value"] == "INC-1"
    seen = await practice.press(ANA, room, ts, "lead", BO)
    assert seen.payload["actions"][0]["selected_user"] == BO


async def test_pressing_what_is_not_there_says_what_is(practice: Practice, slack: AsyncWebClient, room: str) -> None:
    ts = (await slack.chat_postMessage(channel=room, text="card", blocks=BUTTONS))["ts"]
    with pytest.raises(LookupError, match="severity"):
        await practice.press(ANA, room, ts, "stop")
    with pytest.raises(LookupError, match="sev1"):
        await practice.press(ANA, room, ts, "severity", "sev9")


async def test_buttons_of_one_action_are_told_apart_by_value(
    practice: Practice, slack: AsyncWebClient, room: str, app: SocketApp
) -> None:
    rows = [{"type": "actions", "elements": [BUTTON | {"value": value}]} for value in ("1", "2")]
    ts = (await slack.chat_postMessage(channel=room, text="list", blocks=rows))["ts"]
    assert (await practice.press(ANA, room, ts, "go", "2")).payload["actions"][0]["value"] == "2"


async def test_a_private_message_can_be_pressed_by_its_reader(
    practice: Practice, slack: AsyncWebClient, room: str, app: SocketApp
) -> None:
    ts = (await slack.chat_postEphemeral(channel=room, user=ANA, text="nudge", blocks=BUTTONS))["message_ts"]
    seen = await practice.press(ANA, room, ts, "go")
    assert seen.payload["container"]["is_ephemeral"]
    assert "message" not in seen.payload
    with pytest.raises(LookupError):
        await practice.press(BO, room, ts, "go")


async def test_a_trigger_opens_one_modal_within_three_seconds(
    practice: Practice, slack: AsyncWebClient, app: SocketApp, clock: MovableClock
) -> None:
    seen = await practice.slash(ANA, "general", "open")
    trigger = seen.payload["trigger_id"]
    await slack.views_open(trigger_id=trigger, view=modal())
    assert [view["callback_id"] for view in practice.views(ANA)] == ["open"]
    async with refused("exchanged_trigger_id"):
        await slack.views_open(trigger_id=trigger, view=modal())
    late = (await practice.slash(ANA, "general", "open")).payload["trigger_id"]
    clock.advance(3.5)
    async with refused("expired_trigger_id"):
        await slack.views_open(trigger_id=late, view=modal())
    async with refused("invalid_trigger_id"):
        await slack.views_open(trigger_id="1.2.3", view=modal())


async def test_a_stack_holds_three_views(practice: Practice, slack: AsyncWebClient) -> None:
    await opened(practice, slack)
    for _ in range(2):
        await slack.views_push(trigger_id=practice.space.triggers.issue(ANA), view=modal())
    async with refused("push_limit_reached"):
        await slack.views_push(trigger_id=practice.space.triggers.issue(ANA), view=modal())
    assert len(practice.views(ANA)) == 3


async def test_a_stale_hash_does_not_update_a_view(practice: Practice, slack: AsyncWebClient) -> None:
    view_id = await opened(practice, slack)
    stale = practice.views(ANA)[0]["hash"]
    await slack.views_update(view_id=view_id, hash=stale, view=modal(title="Two"))
    async with refused("hash_conflict"):
        await slack.views_update(view_id=view_id, hash=stale, view=modal(title="Three"))
    assert practice.views(ANA)[0]["title"]["text"] == "Two"


async def test_a_submitted_modal_closes(practice: Practice, slack: AsyncWebClient, app: SocketApp) -> None:
    await opened(practice, slack, private_metadata="INC-1")
    seen = await practice.submit(ANA, values={"what": "checkout"})
    assert seen.ok
    assert seen.payload["view"]["state"]["values"]["what"]["text"]["value"] == "checkout"
    assert seen.payload["view"]["private_metadata"] == "INC-1"
    assert practice.views(ANA) == []


async def test_what_slacks_own_client_refuses_never_reaches_the_app(
    practice: Practice, slack: AsyncWebClient, app: SocketApp
) -> None:
    await opened(practice, slack)
    assert "what" in (await practice.submit(ANA)).errors
    assert "20" in (await practice.submit(ANA, values={"what": "x" * 21})).errors["what"]
    assert app.requests == []


async def test_an_optional_input_may_stay_empty(practice: Practice, slack: AsyncWebClient, app: SocketApp) -> None:
    await opened(practice, slack, optional=True)
    seen = await practice.submit(ANA)
    assert seen.payload["view"]["state"]["values"]["what"]["text"]["value"] is None


async def test_the_answer_to_a_submission_acts_on_the_view(
    practice: Practice, slack: AsyncWebClient, app: SocketApp
) -> None:
    await opened(practice, slack)
    app.answers["view_submission"] = {"response_action": "errors", "errors": {"what": "Say more"}}
    assert (await practice.submit(ANA, values={"what": "x"})).errors == {"what": "Say more"}
    app.answers["view_submission"] = {"response_action": "update", "view": modal(title="Next")}
    await practice.submit(ANA, values={"what": "x"})
    assert practice.views(ANA)[0]["title"]["text"] == "Next"
    app.answers["view_submission"] = {"response_action": "push", "view": modal(title="Last")}
    await practice.submit(ANA, values={"what": "x"})
    assert len(practice.views(ANA)) == 2
    app.answers["view_submission"] = {"response_action": "clear"}
    await practice.submit(ANA, values={"what": "x"})
    assert practice.views(ANA) == []


async def test_an_app_that_asked_hears_of_a_closed_modal(
    practice: Practice, slack: AsyncWebClient, app: SocketApp
) -> None:
    await opened(practice, slack, notify_on_close=True)
    await practice.close_view(ANA)
    assert app.requests[0].payload["type"] == "view_closed"
    assert practice.views(ANA) == []


async def test_app_home_is_published_and_pressed(practice: Practice, slack: AsyncWebClient, app: SocketApp) -> None:
    assert await practice.open_home(ANA) is None
    assert app.events("app_home_opened")[0]["user"] == ANA
    await slack.views_publish(user_id=ANA, view={"type": "home", "blocks": BUTTONS})
    seen = await practice.press_home(ANA, "go")
    assert seen.payload["container"]["type"] == "view"
    assert seen.payload["view"]["type"] == "home"


async def test_a_shortcut_carries_the_message_it_was_used_on(practice: Practice, app: SocketApp) -> None:
    ts = practice.say(BO, "general", "the disk is full")
    seen = await practice.shortcut(ANA, "add_to_timeline", "general", ts)
    assert seen.payload["type"] == "message_action"
    assert seen.payload["message"]["text"] == "the disk is full"
    assert (await practice.shortcut(ANA, "open_incident")).payload["type"] == "shortcut"


async def test_an_app_that_is_not_there_is_reported(practice: Practice) -> None:
    seen = await practice.slash(ANA, "general", "help")
    assert seen.error == "dispatch_failed"
    assert "not connected" in seen.trouble


async def test_people_change_only_their_own_messages(practice: Practice) -> None:
    ts = practice.say(ANA, "general", "mine")
    with pytest.raises(Refusal, match="cant_update_message"):
        practice.edit(BO, "general", ts, "ours")
    practice.edit(ANA, "general", ts, "changed")
    assert practice.said("general") == ["changed"]
    practice.delete(ANA, "general", ts)
    assert practice.said("general") == []


async def test_the_app_sees_events_only_where_it_is(practice: Practice, room: str, app: SocketApp) -> None:
    practice.say(ANA, "general", "not for the app")
    ts = practice.say(ANA, room, "for <@U0FIRST05>")
    practice.edit(ANA, room, ts, "changed")
    practice.react(ANA, room, ts, "pushpin")
    practice.pin(ANA, room, ts)
    practice.delete(ANA, room, ts)
    await practice.idle()
    await eventually(lambda: app.events("pin_added"))
    said = [event for event in app.events("message") if not (event.get("subtype") or "").startswith("channel_")]
    assert [event.get("subtype") for event in said] == [None, "message_changed", "message_deleted"]
    assert said[1]["previous_message"]["text"] == "for <@U0FIRST05>"
    assert app.events("app_mention")[0]["channel"] == room
    assert app.events("reaction_added")[0]["item"]["ts"] == ts
    assert all("not for the app" not in str(event) for event in app.events())


async def test_a_deactivated_person_shows_as_such(practice: Practice, slack: AsyncWebClient, room: str) -> None:
    practice.deactivate(BO)
    assert (await slack.users_info(user=BO))["user"]["deleted"]
    async with refused("cant_invite"):
        await slack.conversations_invite(channel=room, users=BO)
