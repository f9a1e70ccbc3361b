"""The parts every message is made of, within Slack's limits."""

import re
from collections.abc import Sequence
from typing import Any

from bot.core.wording import shortened

Block = dict[str, Any]

SECTION = 3000  # characters, set by Slack
MORE = 30  # characters kept free for how many lines were left out
BUTTON = 75  # characters, set by Slack


_PIECE = re.compile(r"<[^<>]*>|&\w+;|\s+|[^\s<&]{1,500}|.", re.DOTALL)


def section(text: str, accessory: Block | None = None) -> Block:
    """Return a paragraph of mrkdwn."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": shortened(text, SECTION)}}
    return block | ({"accessory": accessory} if accessory else {})


def paragraphs(text: str) -> list[Block]:
    """Return mrkdwn of any length as paragraphs, cut between words where it can be and never inside a token."""
    parts = [""]
    for piece in _PIECE.findall(text):
        if len(parts[-1]) + len(piece) > SECTION:
            parts.append("")
        parts[-1] += piece
    return [section(part) for part in parts if part.strip()]


def fitting(lines: Sequence[str], longest: int = SECTION) -> str:
    """Return as many whole lines as fit, and how many more there are."""
    kept, length = list[str](), 0
    for line in lines:
        length += len(line) + 1
        if length > longest - MORE:
            return "\n".join([*kept, f"… and {len(lines) - len(kept)} more"])
        kept.append(line)
    return "\n".join(kept)


def context(*texts: str) -> Block:
    """Return a line of small print."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": shortened(text, SECTION)} for text in texts]}


def actions(*elements: Block) -> Block:
    """Return a row of buttons and menus."""
    return {"type": "actions", "elements": list(elements)}


def button(label: str, action: str, value: str, style: str | None = None, url: str | None = None) -> Block:
    """Return a button. *action* names its handler in ``buttons/table.py``; *value* is what it is about."""
    text = {"type": "plain_text", "text": shortened(label, BUTTON), "emoji": True}
    block: Block = {"type": "button", "action_id": action, "text": text, "value": value}
    return block | ({"style": style} if style else {}) | ({"url": url} if url else {})


def overflow(action: str, *options: tuple[str, str]) -> Block:
    """Return a "More" menu of (label, value) pairs."""
    return {"type": "overflow", "action_id": action, "options": [option(label, value) for label, value in options]}


def menu(action: str, asks: str, *options: tuple[str, str]) -> Block:
    """Return a menu of (label, value) pairs that is open to see, and says what it *asks*."""
    block: Block = {"type": "static_select", "action_id": action, "placeholder": plain(asks)}
    return block | {"options": [option(label, value) for label, value in options]}


def option(label: str, value: str) -> Block:
    """Return one choice of a menu."""
    return {"text": {"type": "plain_text", "text": shortened(label, BUTTON), "emoji": True}, "value": value}


def plain(text: str, longest: int = 150) -> Block:
    """Return a plain text object."""
    return {"type": "plain_text", "text": shortened(text, longest), "emoji": True}
