"""users.* and usergroups.*: who works here."""

from bot.practice.cast import BOT_USER, ON_CALL, TEAM_ID, bot_user
from bot.practice.cursors import page
from bot.practice.forms import Args
from bot.practice.refusal import Json, Refusal
from bot.practice.workspace import Workspace


def info(space: Workspace, args: Args) -> Json:
    user = args.need("user")
    return {"user": bot_user() if user == BOT_USER else space.person(user).as_slack(space.clock())}


def list_(space: Workspace, args: Args) -> Json:
    everyone = [person.as_slack(space.clock()) for person in space.people.values()] + [bot_user()]
    shown, more = page(everyone, args)
    return {"members": shown, "cache_ts": int(space.clock().timestamp())} | more


def look_up_by_email(space: Workspace, args: Args) -> Json:
    email = args.need("email").lower()
    for person in space.people.values():
        if person.email == email and not person.deleted:
            return {"user": person.as_slack(space.clock())}
    raise Refusal("users_not_found")


def groups(_space: Workspace, args: Args) -> Json:
    group = {"id": ON_CALL["id"], "team_id": TEAM_ID, "is_usergroup": True, "handle": ON_CALL["handle"]}
    group |= {"name": ON_CALL["name"], "description": "", "date_delete": 0, "user_count": len(ON_CALL["users"])}
    return {"usergroups": [group | ({"users": ON_CALL["users"]} if args.flag("include_users") else {})]}


def group_members(_space: Workspace, args: Args) -> Json:
    if args.need("usergroup") != ON_CALL["id"]:
        raise Refusal("no_such_subteam")
    return {"users": ON_CALL["users"]}
