"""Modals and App Home: the stack of views in front of each person, and what they have filled in."""

import hashlib
import json

from bot.practice.blocks import with_ids
from bot.practice.cast import APP_ID, BOT_ID, TEAM_ID
from bot.practice.ids import new_id
from bot.practice.refusal import Json, Refusal
from bot.practice.workspace import Workspace

DEEPEST = 3  # views in a stack, set by Slack


def show(space: Workspace, user: str, given: Json) -> Json:
    """Put a modal in front of *user*, in place of whatever modal was there."""
    view = _new(space, given)
    view["root_view_id"] = view["id"]
    space.stacks[user] = [view]
    tell(space, user)
    return view


def push(space: Workspace, user: str, given: Json) -> Json:
    stack = space.stacks.setdefault(user, [])
    if len(stack) >= DEEPEST:
        raise Refusal("push_limit_reached")
    view = _new(space, given)
    view |= (
        {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]} if stack else {"root_view_id": view["id"]}
    )
    stack.append(view)
    tell(space, user)
    return view


def replace(space: Workspace, view: Json, given: Json, expected_hash: str | None = None) -> Json:
    """Show *given* in place of *view*. The id stays; the hash changes, and a stale *expected_hash* is refused."""
    if expected_hash and expected_hash != view["hash"]:
        raise Refusal("hash_conflict")
    _claim_external_id(space, given, view)
    kept = {key: view[key] for key in ("id", "root_view_id", "previous_view_id", "state")}
    view.clear()
    view |= _shape(given) | kept
    view["hash"] = _hash(space, view)
    user = owner(space, view["id"])
    if user:
        tell(space, user)
    return view


def publish(space: Workspace, user: str, given: Json, expected_hash: str | None = None) -> Json:
    space.person(user)
    home = space.homes.get(user)
    if home and expected_hash and expected_hash != home["hash"]:
        raise Refusal("hash_conflict")
    view = _new(space, given)
    if home:
        view["id"] = home["id"]
    view["root_view_id"] = view["id"]
    space.homes[user] = view
    space.tell_pages({"type": "home", "view": view}, None, user)
    return view


def find(space: Workspace, view_id: str, external_id: str = "") -> Json:
    for view in _all(space):
        if view["id"] == view_id or (external_id and view["external_id"] == external_id):
            return view
    raise Refusal("not_found")


def owner(space: Workspace, view_id: str) -> str | None:
    """The person who has this view open, or whose App Home it is."""
    for user, stack in space.stacks.items():
        if any(view["id"] == view_id for view in stack):
            return user
    return next((user for user, home in space.homes.items() if home["id"] == view_id), None)


def close(space: Workspace, user: str, view_id: str, everything: bool = False) -> list[Json]:
    """Take the view, or the whole stack, from in front of *user*; returns what was closed."""
    stack = space.stacks.get(user, [])
    closed = [view for view in stack if everything or view["id"] == view_id]
    space.stacks[user] = [view for view in stack if view not in closed]
    tell(space, user)
    return closed


def tell(space: Workspace, user: str) -> None:
    space.tell_pages({"type": "view", "views": space.stacks.get(user, [])}, None, user)


def _all(space: Workspace) -> list[Json]:
    return [view for stack in space.stacks.values() for view in stack] + list(space.homes.values())


def _new(space: Workspace, given: Json) -> Json:
    _claim_external_id(space, given, None)
    view = _shape(given) | {"id": new_id("V"), "state": {"values": {}}, "previous_view_id": None}
    view["hash"] = _hash(space, view)
    return view


def _shape(given: Json) -> Json:
    view: Json = {"type": given["type"], "team_id": TEAM_ID, "blocks": with_ids(given["blocks"])}
    view |= {key: given.get(key, "") for key in ("callback_id", "private_metadata", "external_id")}
    view |= {key: given.get(key, False) for key in ("clear_on_close", "notify_on_close")}
    view |= {key: given.get(key) for key in ("title", "submit", "close")}
    return view | {"app_id": APP_ID, "bot_id": BOT_ID, "app_installed_team_id": TEAM_ID}


def _hash(space: Workspace, view: Json) -> str:
    digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
    return f"{int(space.clock().timestamp())}.{digest[:8]}{new_id('')[-4:]}"


def _claim_external_id(space: Workspace, given: Json, mine: Json | None) -> None:
    wanted = given.get("external_id")
    if wanted and any(view["external_id"] == wanted and view is not mine for view in _all(space)):
        raise Refusal("duplicate_external_id")
