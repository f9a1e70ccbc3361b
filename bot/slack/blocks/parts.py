"""The parts every message is made of, within Slack's limits."""

from typing import Any

from bot.core.wording import shortened

Block = dict[str, Any]

SECTION = 3000  # characters, set by Slack
BUTTON = 75  # characters, set by Slack


def section(text: str, accessory: Block | None = None) -> Block:
    """Return a paragraph of mrkdwn."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": shortened(text, SECTION)}}
    return block | ({"accessory": accessory} if accessory else {})


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


def option(label: str, value: str) -> Block:
    """Return one choice of a menu."""
    return {"text": {"type": "plain_text", "text": shortened(label, BUTTON), "emoji": True}, "value": value}


def plain(text: str, longest: int = 150) -> Block:
    """Return a plain text object."""
    return {"type": "plain_text", "text": shortened(text, longest), "emoji": True}
