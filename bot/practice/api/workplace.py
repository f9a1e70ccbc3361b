"""api.test, auth.test, apps.connections.open, team.info, bots.info, emoji.list: where the app is and who it is."""

from bot.practice.cast import APP_ID, BOT_ID, BOT_NAME, BOT_USER, TEAM_DOMAIN, TEAM_ID, TEAM_NAME
from bot.practice.forms import Args
from bot.practice.refusal import Json, Refusal
from bot.practice.workspace import Workspace


def api_test(_space: Workspace, args: Args) -> Json:
    if args.get("error"):
        raise Refusal(args.text("error"), args=dict(args))
    return {"args": dict(args)}


def auth_test(space: Workspace, _args: Args) -> Json:
    home = {"url": f"{space.url}/", "team": TEAM_NAME, "team_id": TEAM_ID}
    return home | {"user": BOT_NAME, "user_id": BOT_USER, "bot_id": BOT_ID, "is_enterprise_install": False}


def team_info(_space: Workspace, _args: Args) -> Json:
    return {"team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "email_domain": "", "icon": {}}}


def bot_info(_space: Workspace, args: Args) -> Json:
    if args.text("bot", BOT_ID) != BOT_ID:
        raise Refusal("bot_not_found")
    bot = {"id": BOT_ID, "deleted": False, "name": BOT_NAME, "updated": 0, "app_id": APP_ID, "user_id": BOT_USER}
    return {"bot": bot | {"icons": {}}}


def emoji_list(_space: Workspace, _args: Args) -> Json:
    return {"emoji": {}, "cache_ts": "0"}


def connections_open(space: Workspace, _args: Args) -> Json:
    return {"url": space.socket_url()}
