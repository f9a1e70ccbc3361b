"""views.*: modals and App Home."""

import copy

from bot.practice import views
from bot.practice.cast import BOT_USER
from bot.practice.forms import Args
from bot.practice.limits import check_view
from bot.practice.refusal import Json, Refusal, invalid_arguments
from bot.practice.workspace import Workspace


def _answer(view: Json) -> Json:
    return {"view": copy.deepcopy(view)}


def open_(space: Workspace, args: Args) -> Json:
    view = check_view(args.get("view"), "modal")
    return _answer(views.show(space, space.triggers.exchange(args.need("trigger_id")), view))


def push(space: Workspace, args: Args) -> Json:
    view = check_view(args.get("view"), "modal")
    return _answer(views.push(space, space.triggers.exchange(args.need("trigger_id")), view))


def update(space: Workspace, args: Args) -> Json:
    given = check_view(args.get("view"))
    if not args.get("view_id") and not args.get("external_id"):
        raise invalid_arguments("missing required field: view_id")
    view = views.find(space, args.text("view_id"), args.text("external_id"))
    return _answer(views.replace(space, view, given, args.text("hash")))


def publish(space: Workspace, args: Args) -> Json:
    given = check_view(args.get("view"), "home")
    user = args.need("user_id")
    if user == BOT_USER:
        raise Refusal("missing_profile_id")
    return _answer(views.publish(space, user, given, args.text("hash")))
