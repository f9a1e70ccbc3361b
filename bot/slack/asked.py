"""What somebody asked for through Slack, and what they are answered."""

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
    """One command, press or submission. ``text`` follows the word as Slack sent it: see ``mrkdwn.incoming``."""

    request: Request
    text: str = ""
    trigger_id: str | None = None
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person who asked sees, and nobody else: a text with blocks, a modal that opens, or nothing."""

    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)

    def as_message(self) -> dict[str, Any]:
        """Return the answer as a message; without blocks of its own, its text is one paragraph."""
        if not self.text:
            return {}
        return {"response_type": "ephemeral", "text": self.text, "blocks": self.blocks or [section(self.text)]}


SILENCE = Answer()


async def open_modal(desk: Desk, asked: Asked, modal: dict[str, Any]) -> None:
    """Open a modal. The trigger lives three seconds, so this is tried once; what did not open is said."""
    try:
        await desk.api.call("views.open", trigger_id=asked.trigger_id, view=modal)
    except (Rejected, Retry, Unknown) as failure:
        log.warning("a modal did not open: %s", failure.reason)
        await whisper(
            desk, asked, "Slack did not open the form. Press again, or type the command with its text: /incident help"
        )


async def whisper(desk: Desk, asked: Asked, text: str, blocks: list[Block] | None = None) -> None:
    """Say something to the person who asked, where they asked, after their request was acknowledged already."""
    channel = asked.request.channel_id
    message = {"text": text, "blocks": blocks or [section(text)]}
    try:
        if channel is None:
            line = await desk.private_line(asked.request.account)
            await desk.api.call("chat.postMessage", channel=line, **message)
        else:
            await desk.api.call("chat.postEphemeral", channel=channel, user=asked.request.account, **message)
    except (Rejected, Retry, Unknown) as failure:
        log.warning("an answer did not reach %s: %s", asked.request.id, failure.reason)
