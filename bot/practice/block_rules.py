"""Slack's rules for blocks: which fields a block has, how long they may be, what may stand where.

`mistakes` lists what Slack would refuse; limits are those of https://docs.slack.dev/reference/block-kit. Blocks whose
insides are not interactive text (rich text, tables, video) are checked for their type and their fields only.
"""

from collections.abc import Callable
from typing import Any

from bot.practice.element_rules import IN_ACTIONS, IN_INPUT, IN_SECTION, check_element, check_image
from bot.practice.refusal import Json
from bot.practice.text_rules import Mistakes, count, no_others, some, text_length, text_object, told

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
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}


def mistakes(blocks: Any, surface: str, at: str = "/blocks") -> Mistakes:
    """What Slack would refuse in *blocks* on a message, a modal or a home view, each with a JSON pointer."""
    if not isinstance(blocks, list):
        yield told("must be an array", at)
        return
    if len(blocks) > MOST_BLOCKS[surface]:
        yield told(f"no more than {MOST_BLOCKS[surface]} items allowed", at)
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        yield from _block(block, f"{at}/{number}", seen)


def _block(block: Any, at: str, seen: set[str]) -> Mistakes:
    if not isinstance(block, dict) or block.get("type") not in FIELDS:
        kind = block.get("type") if isinstance(block, dict) else block
        yield told(f"unsupported type: {kind}", f"{at}/type")
        return
    yield from no_others(block, FIELDS[block["type"]] + " block_id", at)
    block_id = block.get("block_id")
    if block_id is not None:
        yield from text_length(block_id, 255, f"{at}/block_id")
        if block_id in seen:
            yield told(f"block_id is already used: {block_id}", f"{at}/block_id")
        seen.add(str(block_id))
    yield from CHECKS.get(block["type"], _nothing)(block, at)


def _nothing(_block: Json, _at: str) -> Mistakes:
    yield from ()


def _section(block: Json, at: str) -> Mistakes:
    if not block.get("text") and not block.get("fields"):
        yield told("must have text or fields", at)
    if block.get("text"):
        yield from text_object(block["text"], 3000, f"{at}/text")
    yield from count(block.get("fields") or [], 10, f"{at}/fields")
    for number, field in enumerate(block.get("fields") or []):
        yield from text_object(field, 2000, f"{at}/fields/{number}")
    if block.get("accessory"):
        yield from check_element(block["accessory"], IN_SECTION, f"{at}/accessory")


def _header(block: Json, at: str) -> Mistakes:
    yield from text_object(block.get("text"), 150, f"{at}/text", ("plain_text",))


def _context(block: Json, at: str) -> Mistakes:
    yield from some(block.get("elements"), 10, f"{at}/elements")
    for number, element in enumerate(block.get("elements") or []):
        place = f"{at}/elements/{number}"
        if isinstance(element, dict) and element.get("type") == "image":
            yield from check_element(element, {"image"}, place)
        else:
            yield from text_object(element, 3000, place)


def _actions(block: Json, at: str) -> Mistakes:
    yield from some(block.get("elements"), 25, f"{at}/elements")
    used: set[str] = set()
    for number, element in enumerate(block.get("elements") or []):
        place = f"{at}/elements/{number}"
        yield from check_element(element, IN_ACTIONS, place)
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if action_id in used:
            yield told(f"action_id is already used in this block: {action_id}", f"{place}/action_id")
        used.add(str(action_id)) if action_id else None


def _input(block: Json, at: str) -> Mistakes:
    yield from text_object(block.get("label"), 2000, f"{at}/label", ("plain_text",))
    if block.get("hint"):
        yield from text_object(block["hint"], 2000, f"{at}/hint", ("plain_text",))
    yield from check_element(block.get("element"), IN_INPUT, f"{at}/element")


def _picture(block: Json, at: str) -> Mistakes:
    yield from check_image(block, at)
    if block.get("title"):
        yield from text_object(block["title"], 2000, f"{at}/title", ("plain_text",))


def _markdown(block: Json, at: str) -> Mistakes:
    yield from text_length(block.get("text"), 12_000, f"{at}/text")


def _table(block: Json, at: str) -> Mistakes:
    yield from some(block.get("rows"), 100, f"{at}/rows")


CHECKS: dict[str, Callable[[Json, str], Mistakes]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _picture,
    "markdown": _markdown,
    "table": _table,
}
