"""What somebody asked for through Slack, and what they are answered."""

import json
import logging
from dataclasses import dataclass, field
from typing import Any

from bot.errors import Rejected, Retry, Unknown
from bot.flows.tx import Request
from bot.slack.blocks.parts import Block, section
from bot.slack.desk import Desk

log = logging.getLogger("firstfive.slack")


@dataclass(frozen=True, slots=True)
class Asked:
    """One command, press or submission. ``text`` follows the word as Slack sent it: see ``mrkdwn.incoming``.

    ``reply_to`` is the address for answers, which reach channels that we are not in; not everything comes with one.
    With ``in_place``, what was pressed is a private message, and an answer takes its place.
    """

    request: Request
    text: str = ""
    trigger_id: str | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    reply_to: str = ""
    in_place: bool = False

    @property
    def at_home(self) -> bool:
        """Whether this was pressed in the app's Home."""
        return (self.payload.get("view") or {}).get("type") == "home"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person who asked sees, and nobody else: a text with blocks, a modal that opens, or nothing.

    ``shown`` says that a living message in front of them shows the same, so after a press on it nothing need be said.
    """

    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)
    shown: bool = False

    def as_message(self) -> dict[str, Any]:
        """Return the answer as a message; without blocks of its own, its text is one paragraph."""
        if not self.text:
            return {}
        return {"response_type": "ephemeral", "text": self.text, "blocks": self.blocks or [section(self.text)]}


SILENCE = Answer()
AWAY = Answer()  # the private message that was pressed is done with: it goes


async def open_modal(desk: Desk, asked: Asked, modal: dict[str, Any]) -> None:
    """Open a modal. The trigger lives three seconds, so this is tried once; what did not open is said."""
    try:
        await desk.api.call("views.open", trigger_id=asked.trigger_id, view=_with_place(modal, asked))
    except (Rejected, Retry, Unknown) as failure:
        log.warning("a modal did not open: %s", failure.reason)
        await whisper(
            desk, asked, "Slack did not open the form. Press again, or type the command with its text: /incident help"
        )


async def whisper(desk: Desk, asked: Asked, text: str, blocks: list[Block] | None = None) -> None:
    """Say something to the person who asked, after their request was acknowledged already.

    It takes the place of the private message that they pressed, or stands where they asked; where that cannot be, as
    after half an hour, it goes to their direct messages.
    """
    message = {"text": text, "blocks": blocks or [section(text)]}
    try:
        if await _replied(desk, asked, message):
            return
        line = await desk.private_line(asked.request.account)
        await desk.api.call("chat.postMessage", channel=line, **message)
    except (Rejected, Retry, Unknown) as failure:
        log.warning("an answer did not reach %s: %s", asked.request.id, failure.reason)


async def put_away(desk: Desk, asked: Asked) -> None:
    """Take the private message that was pressed from in front of the person."""
    try:
        await desk.api.respond(asked.reply_to, {"delete_original": True})
    except (Rejected, Unknown) as failure:
        log.warning("a message was not put away for %s: %s", asked.request.id, failure.reason)


async def _replied(desk: Desk, asked: Asked, message: dict[str, Any]) -> bool:
    """Say it at the address that came with the request; False when none did, or it is too old."""
    if not asked.reply_to:
        return False
    try:
        how = {"response_type": "ephemeral", "replace_original": asked.in_place}
        await desk.api.respond(asked.reply_to, how | message)
    except Rejected as refusal:
        log.info("an address for answers was refused: %s", refusal.reason)
        return False
    return True


def _with_place(modal: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """Return a modal that remembers where it was opened: its submission tells nothing of that."""
    known = json.loads(modal.get("private_metadata") or "{}")
    place = {
        "channel": asked.request.channel_id,
        "reply_to": asked.reply_to,
        "in_place": asked.in_place,
        "home": asked.at_home,
    }
    return modal | {"private_metadata": json.dumps(known | place)}
