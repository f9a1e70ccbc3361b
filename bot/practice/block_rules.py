"""Slack's rules for Block Kit: which fields a block has, how long they may be, what may stand where.

`mistakes` lists what Slack would refuse; limits are those of https://docs.slack.dev/reference/block-kit. Blocks whose
insides are not interactive text (rich text, tables, video) are checked for their type and their fields only.
"""

from collections.abc import Callable, Iterator
from typing import Any

from bot.practice.refusal import Json

Mistakes = Iterator[str]

FIELDS = {
    "section": "text fields accessory expand",
    "divider": "",
    "header": "text level",
    "context": "elements",
    "actions": "elements",
    "input": "label element hint optional dispatch_action",
    "image": "image_url slack_file alt_text title",
    "markdown": "text",
    "rich_text": "elements",
    "table": "rows column_settings",
    "video": "title title_url description video_url thumbnail_url alt_text author_name provider_name provider_icon_url",
    "file": "external_id source",
    "call": "call_id call",
    "context_actions": "elements",
    "alert": "text level",
}
SELECT = "action_id placeholder confirm focus_on_load"
CONVERSATIONS = f"{SELECT} default_to_current_conversation filter"
ELEMENTS = {
    "button": "action_id text url value style confirm accessibility_label",
    "overflow": "action_id options confirm",
    "checkboxes": "action_id options initial_options confirm focus_on_load",
    "radio_buttons": "action_id options initial_option confirm focus_on_load",
    "static_select": f"{SELECT} options option_groups initial_option",
    "multi_static_select": f"{SELECT} options option_groups initial_options max_selected_items",
    "external_select": f"{SELECT} initial_option min_query_length",
    "multi_external_select": f"{SELECT} initial_options min_query_length max_selected_items",
    "users_select": f"{SELECT} initial_user",
    "multi_users_select": f"{SELECT} initial_users max_selected_items",
    "conversations_select": f"{CONVERSATIONS} initial_conversation response_url_enabled",
    "multi_conversations_select": f"{CONVERSATIONS} initial_conversations max_selected_items",
    "channels_select": f"{SELECT} initial_channel response_url_enabled",
    "multi_channels_select": f"{SELECT} initial_channels max_selected_items",
    "datepicker": f"{SELECT} initial_date",
    "timepicker": f"{SELECT} initial_time timezone",
    "datetimepicker": "action_id initial_date_time confirm focus_on_load",
    "plain_text_input": f"{SELECT} initial_value multiline min_length max_length dispatch_action_config",
    "email_text_input": f"{SELECT} initial_value dispatch_action_config",
    "url_text_input": f"{SELECT} initial_value dispatch_action_config",
    "number_input": f"{SELECT} initial_value is_decimal_allowed min_value max_value dispatch_action_config",
    "rich_text_input": f"{SELECT} initial_value dispatch_action_config",
    "file_input": "action_id filetypes max_files",
    "image": "image_url slack_file alt_text",
    "workflow_button": "action_id text workflow style accessibility_label",
    "feedback_buttons": "action_id positive_button negative_button",
    "icon_button": "action_id icon text value confirm accessibility_label visible_to_user_ids",
}
TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}
PRESSED = {"button", "overflow", "image", "workflow_button", "feedback_buttons", "icon_button"}
IN_ACTIONS = (set(ELEMENTS) - TYPED - {"image", "feedback_buttons", "icon_button"}) | {"rich_text_input"}
IN_INPUT = set(ELEMENTS) - PRESSED
IN_SECTION = (set(ELEMENTS) - TYPED - {"datetimepicker", "feedback_buttons", "icon_button"}) | {"image"}
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
TEXTS = ("plain_text", "mrkdwn")


def mistakes(blocks: Any, surface: str, at: str = "/blocks") -> Mistakes:
    """What Slack would refuse in *blocks* on a message, a modal or a home view, each with a JSON pointer."""
    if not isinstance(blocks, list):
        yield _told("must be an array", at)
        return
    if len(blocks) > MOST_BLOCKS[surface]:
        yield _told(f"no more than {MOST_BLOCKS[surface]} items allowed", at)
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        yield from _block(block, f"{at}/{number}", seen)


def _told(message: str, at: str) -> str:
    return f"[ERROR] {message} [json-pointer:{at}]"


def _block(block: Any, at: str, seen: set[str]) -> Mistakes:
    if not isinstance(block, dict) or block.get("type") not in FIELDS:
        kind = block.get("type") if isinstance(block, dict) else block
        yield _told(f"unsupported type: {kind}", f"{at}/type")
        return
    yield from _no_others(block, FIELDS[block["type"]] + " block_id", at)
    block_id = block.get("block_id")
    if block_id is not None:
        yield from _text_length(block_id, 255, f"{at}/block_id")
        if block_id in seen:
            yield _told(f"block_id is already used: {block_id}", f"{at}/block_id")
        seen.add(str(block_id))
    yield from CHECKS.get(block["type"], _nothing)(block, at)


def _no_others(thing: Json, allowed: str, at: str) -> Mistakes:
    for key in sorted(set(thing) - {"type", *allowed.split()}):
        yield _told(f"invalid additional property: {key}", at)


def _nothing(_block: Json, _at: str) -> Mistakes:
    yield from ()


def _text_length(text: Any, longest: int, at: str) -> Mistakes:
    if not isinstance(text, str) or not text:
        yield _told("must be more than 0 characters", at)
    elif len(text) > longest:
        yield _told(f"must be less than {longest + 1} characters", at)


def text_object(text: Any, longest: int, at: str, kinds: tuple[str, ...] = TEXTS) -> Mistakes:
    """What Slack would refuse in a text object of at most *longest* characters."""
    if not isinstance(text, dict) or text.get("type") not in kinds:
        yield _told(f"must be a text object of type {' or '.join(kinds)}", at)
        return
    yield from _text_length(text.get("text"), longest, f"{at}/text")
    yield from _no_others(text, "text emoji" if text["type"] == "plain_text" else "text verbatim", at)


def _section(block: Json, at: str) -> Mistakes:
    if not block.get("text") and not block.get("fields"):
        yield _told("must have text or fields", at)
    if block.get("text"):
        yield from text_object(block["text"], 3000, f"{at}/text")
    yield from _count(block.get("fields") or [], 10, f"{at}/fields")
    for number, field in enumerate(block.get("fields") or []):
        yield from text_object(field, 2000, f"{at}/fields/{number}")
    if block.get("accessory"):
        yield from _element(block["accessory"], IN_SECTION, f"{at}/accessory")


def _count(things: Any, most: int, at: str) -> Mistakes:
    if not isinstance(things, list):
        yield _told("must be an array", at)
    elif len(things) > most:
        yield _told(f"no more than {most} items allowed", at)


def _header(block: Json, at: str) -> Mistakes:
    yield from text_object(block.get("text"), 150, f"{at}/text", ("plain_text",))


def _context(block: Json, at: str) -> Mistakes:
    yield from _some(block.get("elements"), 10, f"{at}/elements")
    for number, element in enumerate(block.get("elements") or []):
        place = f"{at}/elements/{number}"
        if isinstance(element, dict) and element.get("type") == "image":
            yield from _element(element, {"image"}, place)
        else:
            yield from text_object(element, 3000, place)


def _some(things: Any, most: int, at: str) -> Mistakes:
    if not things:
        yield _told("must have at least 1 item", at)
    else:
        yield from _count(things, most, at)


def _actions(block: Json, at: str) -> Mistakes:
    yield from _some(block.get("elements"), 25, f"{at}/elements")
    used: set[str] = set()
    for number, element in enumerate(block.get("elements") or []):
        place = f"{at}/elements/{number}"
        yield from _element(element, IN_ACTIONS, place)
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if action_id in used:
            yield _told(f"action_id is already used in this block: {action_id}", f"{place}/action_id")
        used.add(str(action_id)) if action_id else None


def _input(block: Json, at: str) -> Mistakes:
    yield from text_object(block.get("label"), 2000, f"{at}/label", ("plain_text",))
    if block.get("hint"):
        yield from text_object(block["hint"], 2000, f"{at}/hint", ("plain_text",))
    yield from _element(block.get("element"), IN_INPUT, f"{at}/element")


def _image(block: Json, at: str) -> Mistakes:
    if bool(block.get("image_url")) == bool(block.get("slack_file")):
        yield _told("must have either image_url or slack_file", at)
    yield from _text_length(block.get("alt_text"), 2000, f"{at}/alt_text")
    if block.get("title"):
        yield from text_object(block["title"], 2000, f"{at}/title", ("plain_text",))


def _markdown(block: Json, at: str) -> Mistakes:
    yield from _text_length(block.get("text"), 12_000, f"{at}/text")


def _table(block: Json, at: str) -> Mistakes:
    yield from _some(block.get("rows"), 100, f"{at}/rows")


CHECKS: dict[str, Callable[[Json, str], Mistakes]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "table": _table,
}


def _element(element: Any, allowed: set[str], at: str) -> Mistakes:
    kind = element.get("type") if isinstance(element, dict) else element
    if not isinstance(element, dict) or kind not in allowed:
        yield _told(f"unsupported type: {kind}", f"{at}/type")
        return
    yield from _no_others(element, ELEMENTS[element["type"]], at)
    if "action_id" in element:
        yield from _text_length(element["action_id"], 255, f"{at}/action_id")
    if element.get("placeholder"):
        yield from text_object(element["placeholder"], 150, f"{at}/placeholder", ("plain_text",))
    if element.get("confirm"):
        yield from _confirm(element["confirm"], f"{at}/confirm")
    if kind == "image":
        yield from _image(element, at)
    elif kind == "button":
        yield from _button(element, at)
    yield from _choices(element, at)


def _button(button: Json, at: str) -> Mistakes:
    yield from text_object(button.get("text"), 75, f"{at}/text", ("plain_text",))
    if button.get("value"):
        yield from _text_length(button["value"], 2000, f"{at}/value")
    if button.get("url"):
        yield from _text_length(button["url"], 3000, f"{at}/url")
    if button.get("style") not in (None, "primary", "danger"):
        yield _told("must be one of: primary, danger", f"{at}/style")


def _confirm(confirm: Any, at: str) -> Mistakes:
    if not isinstance(confirm, dict):
        yield _told("must be an object", at)
        return
    yield from _no_others(confirm, "title text confirm deny style", at)
    for field, longest in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        kinds = TEXTS if field == "text" else ("plain_text",)
        if field in confirm or field == "text":
            yield from text_object(confirm.get(field), longest, f"{at}/{field}", kinds)


def _choices(element: Json, at: str) -> Mistakes:
    kind = element["type"]
    most = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}.get(kind, 100)
    if kind in ("overflow", "radio_buttons", "checkboxes") or kind.endswith("static_select"):
        if element.get("option_groups"):
            yield from _groups(element["option_groups"], f"{at}/option_groups")
        else:
            yield from _options(element.get("options"), most, f"{at}/options", kind in ("radio_buttons", "checkboxes"))


def _groups(groups: Any, at: str) -> Mistakes:
    yield from _count(groups, 100, at)
    for number, group in enumerate(groups):
        yield from text_object(group.get("label"), 75, f"{at}/{number}/label", ("plain_text",))
        yield from _options(group.get("options"), 100, f"{at}/{number}/options", False)


def _options(options: Any, most: int, at: str, formatted: bool) -> Mistakes:
    yield from _some(options, most, at)
    for number, option in enumerate(options or []):
        place = f"{at}/{number}"
        kinds = TEXTS if formatted else ("plain_text",)
        yield from _no_others(option, "text value description url", place)
        yield from text_object(option.get("text"), 75, f"{place}/text", kinds)
        yield from _text_length(option.get("value"), 150, f"{place}/value")
        if option.get("description"):
            yield from text_object(option["description"], 75, f"{place}/description", kinds)
