"""/sign-in and /sign-out: with Slack, or with a link that Slack gave; a session begins with a fresh cookie."""

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.passes import Pass, Passes
from bot.errors import Refused
from bot.flows.sign_in import Member, pass_account, sign_in, sign_out, use_pass, viewer_of
from bot.web.access import cookie_name, is_from_here, is_ours, recognised
from bot.web.body import form_of
from bot.web.page import page
from bot.web.parts import Parts

COOKIE, NEXT = "firstfive_sign_in", "firstfive_next"
KEPT = 600  # seconds
PATH = "/sign-in"

_LOCAL = re.compile(r"/(?![/\\])[\x21-\x7e]{0,500}")


def router(parts: Parts) -> APIRouter:
    """Return the routes by which people come in and leave."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(PATH)
    async def ways(request: Request) -> Response:
        """The ways to sign in."""
        return await _ways(parts, request)

    @routes.get(PATH + "/slack")
    async def begin(request: Request) -> Response:
        """Send whoever comes to Slack, to say who they are."""
        if parts.sign_in is None:
            return await _ways(parts, request)
        address, kept = parts.sign_in.begin()
        answer = RedirectResponse(address, 302)
        for name, value in ((COOKIE, kept), (NEXT, _local(request.query_params.get("next", "")))):
            answer.set_cookie(
                name, value, max_age=KEPT, path=PATH, httponly=True, samesite="lax", secure=_secure(parts)
            )
        return answer

    @routes.get(PATH + "/slack/back")
    async def finish(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
        """Take them back, with a code that says who they are or with Slack's word for why there is none."""
        try:
            if parts.sign_in is None or error:
                raise Refused(f"Slack says: {error[:80]}. You are not signed in.")
            team, member = await parts.sign_in.finish(code, state, request.cookies.get(COOKIE, ""))
            token = await parts.house.do(sign_in, team, member, "slack")
        except Refused as refusal:
            answer = await _ways(parts, request, str(refusal), 403)
        else:
            answer = await _let_in(parts, request, token, _local(request.cookies.get(NEXT, "")))
        answer.delete_cookie(COOKIE, path=PATH)
        answer.delete_cookie(NEXT, path=PATH)
        return answer

    @routes.get(PATH + "/pass/{word}")
    async def show_pass(request: Request, word: str) -> Response:
        """Ask whoever holds a pass to press: what looks at links before people do must not use it up."""
        given = _read(parts, word)
        _, account = await parts.house.read(pass_account, given) if given else (None, None)
        if account is None:
            return await _ways(parts, request, "This link is too old. Get a new one in Slack: /incident web", 403)
        return page(request, "web/pass.html.j2", word=word)

    @routes.post(PATH + "/pass/{word}")
    async def take_pass(request: Request, word: str) -> Response:
        """Let whoever holds a pass in, once."""
        try:
            given = _read(parts, word)
            if given is None or not is_from_here(request):
                raise Refused("This link is too old. Get a new one in Slack: /incident web")
            token = await parts.house.do(use_pass, given, await _member(parts, given))
        except Refused as refusal:
            return await _ways(parts, request, str(refusal), 403)
        return await _let_in(parts, request, token, "/")

    @routes.post("/sign-out")
    async def leave(request: Request) -> Response:
        """End this session, or with ``every`` all of them."""
        viewer = await recognised(request)
        if viewer is not None and viewer.via == "session" and await is_ours(request, viewer):
            every = (await form_of(request)).get("every")
            await parts.house.do(sign_out, viewer, None if every else int(viewer.session))
        answer = RedirectResponse(PATH, 303)
        answer.delete_cookie(cookie_name(parts), path="/", secure=_secure(parts), httponly=True, samesite="lax")
        return answer

    return routes


async def _ways(parts: Parts, request: Request, problem: str = "", status: int = 200) -> Response:
    request.state.viewer = await recognised(request)
    ways = {"with_slack": parts.sign_in is not None, "with_pass": parts.members is not None}
    return page(request, "web/sign_in.html.j2", status, problem=problem, **ways)


async def _member(parts: Parts, given: Pass) -> Member:
    team, account = await parts.house.read(pass_account, given)
    if parts.members is None or account is None:
        raise Refused("Slack is not connected, so nobody can be let in by it.")
    return await parts.members(team, account)


def _read(parts: Parts, word: str) -> Pass | None:
    return Passes(parts.links.secrets).read(word, parts.house.clock.now())


async def _let_in(parts: Parts, request: Request, token: str, where: str) -> Response:
    """End the session that this browser has, and give it another: nobody can prepare one for somebody else."""
    before = request.cookies.get(cookie_name(parts))
    seen = await parts.house.read(viewer_of, before) if before else None
    if seen is not None:
        await parts.house.do(sign_out, seen.viewer, seen.session_id)
    answer = RedirectResponse(where or "/", 303)
    answer.set_cookie(cookie_name(parts), token, path="/", httponly=True, samesite="lax", secure=_secure(parts))
    return answer


def _local(where: str) -> str:
    """Return an address of ours to go on to; anything else is forgotten."""
    return where if _LOCAL.fullmatch(where) else ""


def _secure(parts: Parts) -> bool:
    return parts.links.base.startswith("https:")
