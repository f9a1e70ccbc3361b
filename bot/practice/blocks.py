"""Reading Block Kit: the ids that Slack fills in, the elements of a block, what a person chose in one."""

import copy
from collections.abc import Iterator
from typing import Any

from bot.practice.ids import new_id
from bot.practice.refusal import Json

STATELESS = {
    "button",
    "overflow",
    "image",
    "workflow_button",
    "plain_text",
    "mrkdwn",
    "feedback_buttons",
    "icon_button",
}
MANY = {"checkboxes", "multi_static_select", "multi_external_select"}
ONE = {"static_select", "external_select", "radio_buttons", "overflow"}
PLAIN_CHOICE = {
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
INITIAL = {
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "value": "initial_value",
}


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy in which each block has a block_id and each element an action_id, as Slack fills them in."""
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", new_id("b"))
        for element in elements(block):
            if element.get("type") not in ("image", "plain_text", "mrkdwn"):
                element.setdefault("action_id", new_id("a"))
    return blocks


def elements(block: Json) -> Iterator[Json]:
    """The interactive elements, texts and pictures that stand in a block."""
    if block.get("type") in ("actions", "context", "context_actions"):
        yield from (element for element in block.get("elements", []) if isinstance(element, dict))
    for place in ("accessory", "element"):
        if isinstance(block.get(place), dict):
            yield block[place]


def find(blocks: list[Json], action_id: str, block_id: str | None = None, value: Any = None) -> tuple[Json, Json]:
    """The block and the element in it with *action_id*; among buttons of that id the one that carries *value*.

    A LookupError tells what there is instead.
    """
    there = []
    for block in blocks:
        for element in elements(block):
            wanted = element["type"] != "button" or value in (None, element.get("value"))
            if element.get("action_id") == action_id and block_id in (None, block["block_id"]) and wanted:
                return block, element
            there.append(element.get("action_id"))
    raise LookupError(f"there is no {action_id!r} to press here, only {[name for name in there if name]}")


def holds_state(element: Json) -> bool:
    return element.get("type") not in STATELESS and "action_id" in element


def field_of(element: Json) -> str:
    """The key under which Slack reports what was chosen in *element*."""
    kind = element["type"]
    if kind in PLAIN_CHOICE:
        return PLAIN_CHOICE[kind]
    return "selected_options" if kind in MANY else "selected_option" if kind in ONE else "value"


def chosen(element: Json, value: Any) -> Json:
    """What Slack reports when a person picks *value* in *element*; for options, value is the option's value.

    A value that already has Slack's form (a dict with the right key) is taken as it is.
    """
    field = field_of(element)
    if isinstance(value, dict) and field in value:
        return {"type": element["type"], field: value[field]}
    if field == "selected_option":
        return {"type": element["type"], field: option(element, value) if value is not None else None}
    if field == "selected_options":
        return {"type": element["type"], field: [option(element, one) for one in value or []]}
    return {"type": element["type"], field: value}


def initial(element: Json) -> Json:
    """What *element* holds before anyone touches it."""
    field = field_of(element)
    empty: list[Json] | None = [] if field.endswith("s") else None
    return {"type": element["type"], field: copy.deepcopy(element.get(INITIAL[field], empty))}


def option(element: Json, value: Any) -> Json:
    """The option of a select, radio group, overflow or checkboxes that carries *value*."""
    if isinstance(value, dict):
        return value
    groups = element.get("option_groups") or []
    options = element.get("options") or [one for group in groups for one in group["options"]]
    for one in options:
        if one.get("value") == value:
            return {key: one[key] for key in ("text", "value") if key in one}
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value)}, "value": str(value)}
    raise LookupError(f"there is no option {value!r} here, only {[one.get('value') for one in options]}")


def state(blocks: list[Json], values: Json | None = None) -> Json:
    """The `state.values` of a surface: by block_id and action_id, given *values* first, initial ones otherwise.

    *values* may be in Slack's own form, or map a block_id (or an action_id) straight to what was typed or picked.
    """
    values = values or {}
    told: Json = {}
    for block in blocks:
        for element in elements(block):
            if holds_state(element):
                told.setdefault(block["block_id"], {})[element["action_id"]] = _held(block, element, values)
    return told


def _held(block: Json, element: Json, values: Json) -> Json:
    missing = object()
    value = values.get(block["block_id"], missing)
    if isinstance(value, dict) and element["action_id"] in value:
        value = value[element["action_id"]]
    elif value is missing or block["type"] != "input":
        value = values.get(element["action_id"], missing)
    return initial(element) if value is missing else chosen(element, value)
