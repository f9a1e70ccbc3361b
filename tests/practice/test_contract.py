"""The practice workspace against the Slack contract: it refuses what that refuses, and its log can be checked."""

import asyncio
import io
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.cast import BOT_USER, Person
from bot.practice.server import Practice
from bot.practice.workspace import Channel
from tests.practice.app import BUTTONS, SocketApp, modal
from tests.shared import shared

ANA = "U0ANA0001"
STATE = {
    "canvas_not_found",
    "user_not_in_channel",
    "users_not_found",
    "file_not_found",
    "not_found",
    "not_allowed_token_type",
}
LET_THROUGH = {"bad_date", "expired_trigger_id"}  # Slack shows a bad date as text; the trigger here is a fresh one


def cases(name: str) -> list[dict[str, Any]]:
    lines = shared("contracts", "slack", "cases", f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    calls = [json.loads(line) for line in lines]
    return [call for call in calls if ":" not in call["method"] and call["method"] != "response_url"]


async def error_of(practice: Practice, session: aiohttp.ClientSession, case: dict[str, Any]) -> str | None:
    """What the workspace says to one call of the contract, in a workspace where the call's ids exist."""
    practice.reset()
    for user in ("U0ALICE001", "U0BOB00001"):
        practice.space.people[user] = Person(user, user, "UTC", "#000000")
    room = Channel("C0INC00001", "inc", BOT_USER, 0, members=[BOT_USER])
    ts = "1790000000.000100"
    room.messages[ts] = {"type": "message", "ts": ts, "text": "x", "user": BOT_USER}
    practice.space.channels[room.id] = room
    params = dict(case["params"])
    if "trigger_id" in params:
        params["trigger_id"] = practice.space.triggers.issue(ANA)
    headers = {"Authorization": "Bearer xoxb-practice", "Content-Type": "application/json"}
    body = io.BytesIO(json.dumps(params).encode())
    async with session.post(f"{practice.api_url}{case['method']}", data=body, headers=headers) as answer:
        error: str | None = (await answer.json()).get("error")
        return error


async def test_what_the_contract_refuses_is_refused(practice: Practice) -> None:
    async with aiohttp.ClientSession() as session:
        for case in cases("bad"):
            if case["expect"] not in LET_THROUGH:
                assert await error_of(practice, session, case), case


async def test_what_the_contract_allows_is_taken(practice: Practice) -> None:
    async with aiohttp.ClientSession() as session:
        for case in cases("good"):
            error = await error_of(practice, session, case)
            assert error in (None, "unknown_method", *STATE), (error, case)


async def test_the_log_of_an_incident_passes_the_checker(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    async with Practice(log_path=log) as practice:
        await live_through(practice)
    checker = shared("contracts", "slack", "slackcheck.py")
    checking = await asyncio.create_subprocess_exec(sys.executable, checker, log, stdout=asyncio.subprocess.PIPE)
    told, _nothing = await checking.communicate()
    assert checking.returncode == 0, told.decode()
    methods = {json.loads(line)["method"] for line in log.read_text(encoding="utf-8").splitlines()}
    assert {"ack:command", "ack:event", "ack:view_submission", "response_url", "chat.postMessage"} <= methods


async def live_through(practice: Practice) -> None:
    """A short incident, with one 429 on the way."""
    app = SocketApp(practice)
    await app.connect()
    slack = AsyncWebClient(token="xoxb-practice", base_url=practice.api_url)
    app.answers["command"] = {"text": "INC-1 is open"}
    seen = await practice.slash(ANA, "general", "open")
    await slack.views_open(trigger_id=seen.payload["trigger_id"], view=modal())
    app.answers["view_submission"] = {"response_action": "errors", "errors": {"what": "Say more"}}
    await practice.submit(ANA, values={"what": "x"})
    room = (await slack.conversations_create(name="inc-1"))["channel"]["id"]
    await slack.conversations_invite(channel=room, users=[ANA])
    practice.fault(method="chat.postMessage", kind="429", retry_after=0)
    slack.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    metadata = {"event_type": "effect", "event_payload": {"effect": "1"}}
    ts = (await slack.chat_postMessage(channel=room, text="card", blocks=BUTTONS, metadata=metadata))["ts"]
    pressed = await practice.press(ANA, room, ts, "go")
    async with aiohttp.ClientSession() as session:
        await session.post(pressed.payload["response_url"], json={"text": "done", "replace_original": True})
    await practice.idle()
    await app.close()
