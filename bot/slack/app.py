"""Where Slack comes in: one Bolt listener for each kind of payload, our own tables behind them.

Bolt tries its listeners one after the other, so thirty of them make every command six times as dear. Listeners here
only record and answer; whatever needs the network afterwards runs as a task of its own.
"""

import asyncio
import contextlib
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from difflib import get_close_matches
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Refused
from bot.flows.follow_home import refresh_home
from bot.flows.tx import Repeated, Request
from bot.secret import SIGNING_SECRET
from bot.settings import Settings
from bot.slack.asked import AWAY, SILENCE, Answer, Asked, open_modal, put_away, whisper
from bot.slack.buttons.table import BUTTONS
from bot.slack.commands.table import COMMANDS
from bot.slack.desk import Desk
from bot.slack.desks import Desks
from bot.slack.events.table import EVENTS, SHORTCUTS
from bot.slack.modals.table import SUBMISSIONS
from bot.slack.mrkdwn import escape, incoming
from bot.vault import Vault
from store.db import Unsure

log = logging.getLogger("firstfive.slack")

ANY = re.compile(".*")
UNEXPECTED = "Something failed on our side and nothing was changed. Try again, or use the shell: firstfive --help"
UNSURE = (
    "The database went away in that moment. It may be done and it may not: look with `/incident` before you try again."
)


class SlackApp:
    """Takes what Slack delivers, over HTTP or Socket Mode, and answers within three seconds."""

    def __init__(self, desks: Desks, settings: Settings, vault: Vault) -> None:
        self._desks, self._settings, self._vault = desks, settings, vault
        self._tasks: set[asyncio.Task[None]] = set()
        self.bolt = self._listening()

    async def handle(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, str], str]:
        """Answer one HTTP delivery; return (status, headers, body). Without a valid signature it is refused unread."""
        if not self._is_signed(body, headers):
            return 401, {}, "The signature does not fit. Check SLACK_SIGNING_SECRET and this machine's clock."
        request = AsyncBoltRequest(body=body.decode(), headers={name: [value] for name, value in headers.items()})
        answer = await self.bolt.async_dispatch(request)
        return answer.status, {name: values[0] for name, values in answer.headers.items()}, answer.body

    async def finish(self) -> None:
        """Wait for what runs after an acknowledgement: forms that open, answers to a press."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        stamp, signature = headers.get("x-slack-request-timestamp"), headers.get("x-slack-signature")
        if not stamp or not signature or not signature.isascii():
            return False
        held = self._vault.held(SIGNING_SECRET)
        try:
            fits = (one for one in held.valid() if SignatureVerifier(one.text).is_valid(body, stamp, signature))
            version = next(fits, None)
        except ValueError:  # The time is no number or the body no text: Slack sends neither.
            return False
        if version is not None:
            held.used(version)
        return version is not None

    def _listening(self) -> AsyncApp:
        app = AsyncApp(
            client=AsyncWebClient(base_url=self._settings.slack_api_url),
            authorize=_authorize(self._desks),
            request_verification_enabled=False,  # handle() checks it, against every secret that is valid just now
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
            process_before_response=True,
        )
        app.command("/incident")(self._command)
        app.action(ANY)(self._action)
        app.view(ANY)(self._submission)
        app.shortcut(ANY)(self._shortcut)
        app.event(ANY)(self._event)
        return app

    async def _command(self, ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
        word, rest = [*str(body.get("text") or "").split(None, 1), "", ""][:2]
        request = Request(body["trigger_id"], body["user_id"], body["team_id"], body["channel_id"])
        asked = Asked(request, rest.strip(), body["trigger_id"], body, body.get("response_url", ""))
        command = COMMANDS.get(word.lower()) if word else COMMANDS["card"]
        if command is None:
            await ack(Answer(f"There is no `/incident {escape(incoming(word)[:40])}`. {_meant(word)}").as_message())
            return
        answer = await self._answered(command, asked)
        self._after(asked, answer.modal)
        await ack(answer.as_message())

    async def _action(self, ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
        press = body["actions"][0]
        channel = (body.get("channel") or {}).get("id")
        request = Request(body["trigger_id"], body["user"]["id"], body["team"]["id"], channel)
        reply_to = str(body.get("response_url") or "")
        asked = Asked(request, _pressed(press), body["trigger_id"], body, reply_to, _is_private(body))
        handler = BUTTONS.get(press["action_id"])
        answer = await self._answered(handler, asked) if handler else SILENCE
        if asked.at_home:
            await self._desks.house.do(refresh_home, request)
        await ack()
        self._after(asked, answer.modal, answer)

    async def _shortcut(self, ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
        channel = (body.get("channel") or {}).get("id")
        request = Request(body["trigger_id"], body["user"]["id"], body["team"]["id"], channel)
        asked = Asked(request, "", body["trigger_id"], body, str(body.get("response_url") or ""))
        handler = SHORTCUTS.get(body["callback_id"])
        answer = await self._answered(handler, asked) if handler else SILENCE
        await ack()
        self._after(asked, answer.modal, answer)

    async def _submission(self, ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
        if body["type"] != "view_submission":
            await ack()
            return
        view = body["view"]
        place = json.loads(view.get("private_metadata") or "{}")
        delivery = f"{view['id']} {view.get('hash', '')}"
        request = Request(delivery, body["user"]["id"], body["team"]["id"], place.get("channel"))
        asked = Asked(request, "", None, body, place.get("reply_to", ""), place.get("in_place", False))
        try:
            answer = await self._kept(SUBMISSIONS[view["callback_id"]], asked)
        except Refused as refusal:
            first = next(block["block_id"] for block in view["blocks"] if block["type"] == "input")
            answer = Answer(errors={first: str(refusal)})
        if answer.errors:
            await ack(response_action="errors", errors=answer.errors)
            return
        if place.get("home"):
            await self._desks.house.do(refresh_home, request)
        await ack()
        self._after(asked, answer.modal, answer)

    async def _event(self, body: dict[str, Any]) -> None:
        event = body["event"]
        follower = EVENTS.get(event["type"])
        if follower is None:
            return
        account = event.get("user") or (event.get("message") or {}).get("user") or ""
        asked = Asked(Request(body["event_id"], account, body["team_id"], _place(event)), payload=event)
        try:
            desk = await self._desks.of_team(asked.request.team)
            desk.meet_bot(body)
            await follower(desk, asked)
        except (Refused, Repeated):
            return  # Nobody asked for an answer: a reaction in a channel that is no incident's is none of our business.

    async def _answered(self, handler: Callable[[Desk, Asked], Awaitable[Answer]], asked: Asked) -> Answer:
        """Return a handler's answer, a refusal in its own words, or the truth that we failed."""
        try:
            return await self._kept(handler, asked)
        except Refused as refusal:
            return Answer(escape(str(refusal)))

    async def _kept(self, handler: Callable[[Desk, Asked], Awaitable[Answer]], asked: Asked) -> Answer:
        """Run a handler; a request that was served before is answered with silence."""
        try:
            return await handler(await self._desks.of_team(asked.request.team), asked)
        except Repeated:
            return SILENCE
        except Refused:
            raise
        except Unsure:
            log.exception("PostgreSQL went away during a commit: %s", asked.request.id)
            return Answer(UNSURE)
        except Exception:
            log.exception("a request failed by a fault of ours: %s", asked.request.id)
            return Answer(UNEXPECTED)

    def _after(self, asked: Asked, modal: dict[str, Any] | None, answer: Answer = SILENCE) -> None:
        """Do what comes after the acknowledgement: open a form, or say the answer where there is no ack to carry it."""
        if modal is not None:
            self._spawn(asked, open_modal, modal)
        elif answer is AWAY and asked.in_place:
            self._spawn(asked, put_away)
        elif answer.text and not (answer.shown and not asked.in_place):
            self._spawn(asked, whisper, answer.text, answer.blocks or None)

    def _spawn(self, asked: Asked, work: Callable[..., Awaitable[None]], *more: Any) -> None:
        async def at_desk() -> None:
            with contextlib.suppress(Refused):  # The app is gone from there: nobody can be told.
                await work(await self._desks.of_team(asked.request.team), asked, *more)

        task = asyncio.ensure_future(at_desk())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _authorize(desks: Desks) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Return Bolt's authorize function. It asks nobody: a command must be answered while Slack's Web API is down.

    Bolt is given no token: what calls Slack has its desk's. Where the app is not installed, our own handlers say so.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        with contextlib.suppress(Refused):
            us = (await desks.of_team(team_id)).bot_user
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_user_id=us or None)
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)

    return authorize


def _place(event: dict[str, Any]) -> str | None:
    """Return the channel that an event is about; each kind names it elsewhere."""
    channel = event.get("channel") or event.get("channel_id") or (event.get("item") or {}).get("channel")
    return channel.get("id") if isinstance(channel, dict) else channel


def _meant(word: str) -> str:
    """Say which word was probably meant, or where all of them stand."""
    near = get_close_matches(word.lower(), [name for name in COMMANDS if name != "card"], n=1, cutoff=0.5)
    return f"Did you mean `/incident {near[0]}`?" if near else "See what there is: `/incident help`"


def _pressed(press: dict[str, Any]) -> str:
    """Return the value of a button, or of what was chosen in a menu."""
    chosen = press.get("selected_option") or {}
    return str(press.get("value") or chosen.get("value") or press.get("selected_user") or "")


def _is_private(body: dict[str, Any]) -> bool:
    """Whether the message that was pressed is seen by one person alone."""
    channel = (body.get("channel") or {}).get("id", "")
    return bool((body.get("container") or {}).get("is_ephemeral")) or channel.startswith("D")
