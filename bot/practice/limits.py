"""What Slack refuses in a message or a view before it looks at anything else."""

import json

from bot.practice.block_rules import mistakes
from bot.practice.refusal import Json, Refusal, invalid_arguments
from bot.practice.text_rules import no_others, text_length, text_object

LONGEST_TEXT = 40_000  # characters; Slack cuts a new message off here
LONGEST_EDIT = 4_000  # characters; chat.update refuses more
MOST_ATTACHMENTS = 100
LARGEST_VIEW = 256_000  # bytes of JSON
LARGEST_METADATA = 8_000  # bytes of JSON
MODAL_LABELS = {"title": 24, "submit": 24, "close": 24}
VIEW_TEXTS = {"private_metadata": 3000, "callback_id": 255, "external_id": 255}
VIEW_FIELDS = "blocks private_metadata callback_id external_id"
MODAL_FIELDS = "title submit close clear_on_close notify_on_close submit_disabled"


def check_message(message: Json, longest: int = LONGEST_TEXT) -> None:
    """Refuse a message that Slack would not take: empty, too long, or with blocks that break its rules."""
    text = message.get("text")
    if text is not None and not isinstance(text, str):
        raise invalid_arguments("must be a string [json-pointer:/text]")
    if not any(message.get(key) for key in ("text", "blocks", "attachments", "markdown_text")):
        raise Refusal("no_text")
    if len(text or "") > longest:
        raise Refusal("msg_too_long")
    if message.get("markdown_text") and (text or message.get("blocks")):
        raise Refusal("markdown_text_conflict")
    if len(message.get("attachments") or []) > MOST_ATTACHMENTS:
        raise Refusal("too_many_attachments")
    check_blocks(message.get("blocks"))
    check_metadata(message.get("metadata"))


def check_blocks(blocks: object) -> None:
    if blocks in (None, "", []):
        return
    if isinstance(blocks, str):
        raise Refusal("invalid_blocks_format")
    found = list(mistakes(blocks, "message"))
    if found:
        raise Refusal("invalid_blocks", errors=[line[8:] for line in found], response_metadata={"messages": found})


def check_metadata(metadata: object) -> None:
    if metadata in (None, ""):
        return
    if not isinstance(metadata, dict):
        raise Refusal("invalid_metadata_format")
    if not metadata.get("event_type") or not isinstance(metadata.get("event_payload"), dict):
        raise Refusal("invalid_metadata_schema")
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise Refusal("metadata_too_large")


def check_view(view: object, kind: str | None = None) -> Json:
    """The view if Slack takes it; *kind* is modal or home where the method takes only one of them."""
    if not isinstance(view, dict):
        raise invalid_arguments("missing required field: view")
    if view.get("type") not in (kind,) if kind else view.get("type") not in ("modal", "home"):
        raise invalid_arguments(f"must be a {kind or 'modal or home'} view [json-pointer:/view/type]")
    if len(json.dumps(view, ensure_ascii=False).encode()) > LARGEST_VIEW:
        raise Refusal("view_too_large")
    surface = view["type"]
    found = list(mistakes(view.get("blocks"), surface, "/view/blocks"))
    found += no_others(view, VIEW_FIELDS if surface == "home" else f"{VIEW_FIELDS} {MODAL_FIELDS}", "/view")
    if surface == "modal":
        found += _modal_mistakes(view)
    for key, longest in VIEW_TEXTS.items():
        if view.get(key):
            found += text_length(view[key], longest, f"/view/{key}")
    if found:
        raise Refusal("invalid_arguments", response_metadata={"messages": found})
    return view


def _modal_mistakes(view: Json) -> list[str]:
    found: list[str] = []
    for label, longest in MODAL_LABELS.items():
        if label == "title" or view.get(label):
            found += text_object(view.get(label), longest, f"/view/{label}", ("plain_text",))
    if not view.get("blocks"):
        found.append("[ERROR] must have at least 1 item [json-pointer:/view/blocks]")
    elif any(block.get("type") == "input" for block in view["blocks"]) and not view.get("submit"):
        found.append("[ERROR] missing required field: submit [json-pointer:/view]")
    return found
