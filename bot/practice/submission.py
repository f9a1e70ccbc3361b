"""A modal that is submitted: what Slack's own client checks, and what the app's answer does to it."""

from collections.abc import Callable
from typing import Any

from bot.practice import views
from bot.practice.blocks import field_of
from bot.practice.limits import check_view
from bot.practice.refusal import Json
from bot.practice.workspace import Workspace

LONGEST_TYPED = 3000  # characters of a plain_text_input that sets no limit of its own


def complaints(view: Json) -> dict[str, str]:
    """What Slack's client says under the inputs before it lets a modal go, by block_id."""
    said = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            held = view["state"]["values"][block["block_id"]][element["action_id"]][field_of(element)]
            if problem := _problem(element, held, bool(block.get("optional"))):
                said[block["block_id"]] = problem
    return said


def _problem(element: Json, held: Any, optional: bool) -> str:
    if not held:
        return "" if optional else "Please fill in this field."
    if element["type"] != "plain_text_input":
        return ""
    longest, shortest = element.get("max_length", LONGEST_TYPED), element.get("min_length", 0)
    if len(held) > longest:
        return f"Please use at most {longest} characters."
    return f"Please use at least {shortest} characters." if len(held) < shortest else ""


def response_urls(view: Json, issue: Callable[[str], str]) -> list[Json]:
    """An address for answers in each channel that was picked in a select with `response_url_enabled`."""
    urls = []
    for block in view["blocks"]:
        element = block.get("element", {})
        if element.get("response_url_enabled"):
            channel = view["state"]["values"][block["block_id"]][element["action_id"]][field_of(element)]
            place = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel}
            urls.append(place | {"response_url": issue(channel)})
    return urls


def act_on(space: Workspace, user: str, view: Json, answer: Json) -> None:
    """Update, push or clear as the app's *answer* says; without one the submitted view closes."""
    action = answer.get("response_action")
    if action == "update":
        views.replace(space, view, check_view(answer.get("view"), "modal"))
    elif action == "push":
        views.push(space, user, check_view(answer.get("view"), "modal"))
    else:
        views.close(space, user, view["id"], everything=action == "clear")
