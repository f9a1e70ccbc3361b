"""canvases.* and conversations.canvases.create: documents, one of which a channel can have as a tab of its own."""

from typing import Any

from bot.practice.cast import BOT_USER
from bot.practice.forms import Args
from bot.practice.ids import new_id
from bot.practice.refusal import Json, Refusal, invalid_arguments
from bot.practice.workspace import Workspace

LONGEST = 1_048_576  # characters of Markdown, set by Slack


def create(space: Workspace, args: Args) -> Json:
    """Make a document that stands alone."""
    return {"canvas_id": _made(space, args)}


def create_in_channel(space: Workspace, args: Args) -> Json:
    """Make the document of a channel, which has one at most."""
    channel = space.joined(args.need("channel_id"))
    if channel.canvas in space.files:
        raise Refusal("channel_canvas_already_exists")
    if channel.is_archived:
        raise Refusal("restricted_action")
    channel.canvas = _made(space, args)
    return {"canvas_id": channel.canvas}


def edit(space: Workspace, args: Args) -> Json:
    """Change a document. Only replacing it as a whole is known here."""
    file = space.files.get(args.need("canvas_id"))
    if file is None or file["mode"] != "quip":
        raise Refusal("canvas_not_found")
    changes = args.get("changes")
    if not isinstance(changes, list) or len(changes) != 1:
        raise invalid_arguments("must be one change [json-pointer:/changes]")
    if changes[0].get("operation") != "replace" or changes[0].get("section_id"):
        raise invalid_arguments("must be replace, without a section [json-pointer:/changes/0/operation]")
    space.contents[file["id"]] = _markdown(changes[0].get("document_content"), "canvas_editing_failed").encode()
    return {}


def _made(space: Workspace, args: Args) -> str:
    text = _markdown(args.get("document_content"), "canvas_creation_failed")
    canvas_id, created = new_id("F"), int(space.clock().timestamp())
    about: Json = {"id": canvas_id, "created": created, "timestamp": created, "name": args.text("title")}
    about |= {"title": args.text("title"), "mimetype": "application/vnd.slack-docs", "filetype": "quip", "mode": "quip"}
    space.files[canvas_id] = about | {"user": BOT_USER, "size": len(text), "channels": [], "is_external": False}
    space.contents[canvas_id] = text.encode()
    return canvas_id


def _markdown(content: Any, refusal: str) -> str:
    if content is None:
        return ""
    if not isinstance(content, dict) or content.get("type") != "markdown" or "markdown" not in content:
        raise invalid_arguments("must be markdown [json-pointer:/document_content]")
    if len(content["markdown"]) > LONGEST:
        raise Refusal(refusal)
    return str(content["markdown"])
