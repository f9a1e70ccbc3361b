"""api.test, auth.test, apps.connections.open, team.info, bots.info, emoji.list: where the app is and who it is."""

from bot.practice.cast import APP_ID, BOT_ID, BOT_NAME, BOT_USER, CLIENT_ID, CLIENT_SECRET
from bot.practice.forms import Args
from bot.practice.refusal import Json, Refusal
from bot.practice.workspace import Workspace


def api_test(_space: Workspace, args: Args) -> Json:
    if args.get("error"):
        raise Refusal(args.text("error"), args=dict(args))
    return {"args": dict(args)}


def auth_test(space: Workspace, _args: Args) -> Json:
    home = {"url": f"{space.url}/", "team": space.team.name, "team_id": space.team.id}
    return home | {"user": BOT_NAME, "user_id": BOT_USER, "bot_id": BOT_ID, "is_enterprise_install": False}


def team_info(space: Workspace, _args: Args) -> Json:
    team = {"id": space.team.id, "name": space.team.name, "domain": space.team.domain}
    return {"team": team | {"email_domain": "", "icon": {}}}


def bot_info(_space: Workspace, args: Args) -> Json:
    if args.text("bot", BOT_ID) != BOT_ID:
        raise Refusal("bot_not_found")
    bot = {"id": BOT_ID, "deleted": False, "name": BOT_NAME, "updated": 0, "app_id": APP_ID, "user_id": BOT_USER}
    return {"bot": bot | {"icons": {}}}


def emoji_list(_space: Workspace, _args: Args) -> Json:
    return {"emoji": {}, "cache_ts": "0"}


def oauth_access(space: Workspace, args: Args) -> Json:
    """Exchange a code, once, for the token of the workspace where somebody installed the app."""
    if (args.need("client_id"), args.need("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
        raise Refusal("invalid_client_id")
    there = space.codes.pop(args.need("code"), None)
    if there is None:
        raise Refusal("invalid_code")
    there.tokens.add(there.team.bot_token)
    scope = ",".join(sorted(there.scopes or ()))
    app = {"app_id": APP_ID, "bot_user_id": BOT_USER, "scope": scope, "token_type": "bot"}
    home = {"team": {"id": there.team.id, "name": there.team.name}, "enterprise": None, "is_enterprise_install": False}
    return app | home | {"access_token": there.team.bot_token}


def connections_open(space: Workspace, _args: Args) -> Json:
    return {"url": space.socket_url()}
