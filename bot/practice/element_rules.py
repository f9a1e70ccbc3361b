"""Slack's rules for the elements of Block Kit: buttons, selects, inputs, and what may be chosen in them."""

import re
from typing import Any

from bot.practice.refusal import Json
from bot.practice.text_rules import TEXTS, Mistakes, count, no_others, some, text_length, text_object, told

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
FORMATS = {"initial_date": r"\d{4}-\d{2}-\d{2}", "initial_time": r"\d{2}:\d{2}"}
LONGEST_TYPED = 3000  # characters


def check_element(element: Any, allowed: set[str], at: str) -> Mistakes:
    kind = element.get("type") if isinstance(element, dict) else element
    if not isinstance(element, dict) or kind not in allowed:
        yield told(f"unsupported type: {kind}", f"{at}/type")
        return
    yield from no_others(element, ELEMENTS[element["type"]], at)
    if "action_id" in element:
        yield from text_length(element["action_id"], 255, f"{at}/action_id")
    if element.get("placeholder"):
        yield from text_object(element["placeholder"], 150, f"{at}/placeholder", ("plain_text",))
    if element.get("confirm"):
        yield from _confirm(element["confirm"], f"{at}/confirm")
    if kind == "image":
        yield from check_image(element, at)
    elif kind == "button":
        yield from _button(element, at)
    elif kind in TYPED:
        yield from _typed(element, at)
    for field, form in FORMATS.items():
        if field in element and not re.fullmatch(form, str(element[field])):
            yield told("has the wrong format", f"{at}/{field}")
    yield from _choices(element, at)


def _typed(element: Json, at: str) -> Mistakes:
    longest = element.get("max_length", LONGEST_TYPED)
    if element["type"] == "plain_text_input" and not 0 < longest <= LONGEST_TYPED:
        yield told(f"must be between 1 and {LONGEST_TYPED}", f"{at}/max_length")
    if len(str(element.get("initial_value", ""))) > longest:
        yield told("is longer than max_length", f"{at}/initial_value")
    for bound in ("min_value", "max_value"):
        if not isinstance(element.get(bound, ""), str):
            yield told("must be a string", f"{at}/{bound}")


def _button(button: Json, at: str) -> Mistakes:
    yield from text_object(button.get("text"), 75, f"{at}/text", ("plain_text",))
    if button.get("value"):
        yield from text_length(button["value"], 2000, f"{at}/value")
    if button.get("url"):
        yield from text_length(button["url"], 3000, f"{at}/url")
    if button.get("style") not in (None, "primary", "danger"):
        yield told("must be one of: primary, danger", f"{at}/style")


def _confirm(confirm: Any, at: str) -> Mistakes:
    if not isinstance(confirm, dict):
        yield told("must be an object", at)
        return
    yield from no_others(confirm, "title text confirm deny style", at)
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
        yield from _first_choice(element, at)


def _first_choice(element: Json, at: str) -> Mistakes:
    """An option that is chosen from the start must be one of those that can be chosen."""
    groups = element.get("option_groups") or [element]
    values = [option.get("value") for group in groups for option in group.get("options") or []]
    chosen = element.get("initial_options") or [element[one] for one in ("initial_option",) if one in element]
    for option in chosen:
        if option.get("value") not in values:
            yield told("is not one of the options", f"{at}/initial_option")


def _groups(groups: Any, at: str) -> Mistakes:
    yield from count(groups, 100, at)
    for number, group in enumerate(groups if isinstance(groups, list) else []):
        yield from text_object(group.get("label"), 75, f"{at}/{number}/label", ("plain_text",))
        yield from _options(group.get("options"), 100, f"{at}/{number}/options", False)


def _options(options: Any, most: int, at: str, formatted: bool) -> Mistakes:
    yield from some(options, most, at)
    for number, option in enumerate(options or []):
        place = f"{at}/{number}"
        if not isinstance(option, dict):
            yield told("must be an option object", place)
            continue
        kinds = TEXTS if formatted else ("plain_text",)
        yield from no_others(option, "text value description url", place)
        yield from text_object(option.get("text"), 75, f"{place}/text", kinds)
        yield from text_length(option.get("value"), 150, f"{place}/value")
        if option.get("description"):
            yield from text_object(option["description"], 75, f"{place}/description", kinds)


def check_image(block: Json, at: str) -> Mistakes:
    if bool(block.get("image_url")) == bool(block.get("slack_file")):
        yield told("must have either image_url or slack_file", at)
    yield from text_length(block.get("alt_text"), 2000, f"{at}/alt_text")
