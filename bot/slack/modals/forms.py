"""The parts of forms, and how their answers are read."""

import json
from collections.abc import Sequence
from typing import Any

from bot.slack.asked import Asked
from bot.slack.blocks.parts import Block, option, plain

TITLE = 24  # characters, set by Slack
LABEL = 2000  # characters, set by Slack
LONGEST = 3000  # characters of an input, set by Slack


def form(name: str, title: str, submit: str, blocks: list[Block], metadata: dict[str, Any] | None = None) -> Block:
    """Return a modal. *name* is looked up in ``modals/table.py`` when it is sent; *metadata* comes back with it."""
    return {
        "type": "modal",
        "callback_id": name,
        "title": plain(title, TITLE),
        "submit": plain(submit, TITLE),
        "close": plain("Cancel", TITLE),
        "private_metadata": json.dumps(metadata or {}),
        "blocks": blocks,
    }


def text_input(
    name: str,
    label: str,
    initial: str = "",
    *,
    longest: int = LONGEST,
    lines: bool = False,
    optional: bool = False,
    hint: str = "",
) -> Block:
    """Return a text field; *lines* for a tall one."""
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": lines, "max_length": longest}
    if initial:
        element["initial_value"] = initial[:longest]
    return _input(name, label, element, optional=optional, hint=hint)


def choice(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str | None = None) -> Block:
    """Return a menu of (label, value) pairs."""
    element: Block = {
        "type": "static_select",
        "action_id": "value",
        "options": [option(text, value) for text, value in options],
    }
    initial = next((option(text, value) for text, value in options if value == chosen), None)
    return _input(name, label, element | ({"initial_option": initial} if initial else {}))


def person(name: str, label: str, chosen: str | None = None, *, optional: bool = False) -> Block:
    """Return a menu of people."""
    element: Block = {"type": "users_select", "action_id": "value"}
    return _input(name, label, element | ({"initial_user": chosen} if chosen else {}), optional=optional)


def day(name: str, label: str, chosen: str | None = None, *, optional: bool = False) -> Block:
    """Return a date field; dates are YYYY-MM-DD."""
    element: Block = {"type": "datepicker", "action_id": "value"}
    return _input(name, label, element | ({"initial_date": chosen} if chosen else {}), optional=optional)


def checkboxes(name: str, label: str, options: Sequence[tuple[str, str]]) -> Block:
    """Return boxes to tick; none need be."""
    element = {"type": "checkboxes", "action_id": "value", "options": [option(text, value) for text, value in options]}
    return _input(name, label, element, optional=True)


def value(asked: Asked, name: str) -> Any:
    """Return what was entered in the field *name*: text, a chosen value, a list of ticked values, or None."""
    fields = asked.payload["view"]["state"]["values"].get(name, {})
    entered = fields.get("value", {})
    kind = entered.get("type")
    if kind == "static_select":
        return (entered.get("selected_option") or {}).get("value")
    if kind == "users_select":
        return entered.get("selected_user")
    if kind == "datepicker":
        return entered.get("selected_date")
    if kind == "checkboxes":
        return [ticked["value"] for ticked in entered.get("selected_options") or []]
    return entered.get("value")


def metadata(asked: Asked) -> dict[str, Any]:
    """Return what the form was opened with."""
    return dict(json.loads(asked.payload["view"].get("private_metadata") or "{}"))


def _input(name: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, LABEL),
        "element": element,
        "optional": optional,
    }
    return block | ({"hint": plain(hint, LABEL)} if hint else {})
