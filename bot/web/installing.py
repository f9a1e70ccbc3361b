"""/slack/install and /slack/oauth_redirect: from a button to Slack and back."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.errors import Refused
from bot.web.parts import Install

COOKIE = "firstfive_install"
KEPT = 600  # seconds


def router(install: Install) -> APIRouter:
    """Return the routes that install the app in a workspace."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/slack/install")
    async def begin(request: Request) -> Response:
        """Send whoever comes to Slack, to choose a workspace."""
        address, state = install.begin()
        answer = RedirectResponse(address, 302)
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, state, max_age=KEPT, path="/slack", httponly=True, samesite="lax", secure=secure)
        return answer

    @routes.get("/slack/oauth_redirect")
    async def finish(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
        """Take them back, with a code for the token or with Slack's word for why there is none."""
        try:
            if error:
                raise Refused(f"Slack says: {error[:80]}. Nothing was installed. Begin again: /slack/install")
            name = await install.finish(code, state, request.cookies.get(COOKIE, ""))
        except Refused as refusal:
            answer = PlainTextResponse(str(refusal), 400)
        else:
            answer = PlainTextResponse(f"firstfive is installed in {name}. In Slack, type /incident")
        answer.delete_cookie(COOKIE, path="/slack")
        return answer

    return routes
