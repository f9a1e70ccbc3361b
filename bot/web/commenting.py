"""Comments on a postmortem: made, answered and settled by plain forms, which the editor's script sends by itself."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.access import Viewer
from bot.errors import Unfit
from bot.flows.comment import Passage, add_comment, reply, settle_comment, take_suggestion
from bot.flows.editor_page import editor_page
from bot.web.access import asking, needs
from bot.web.body import form_of
from bot.web.page import page
from bot.web.pages import seen
from bot.web.parts import Parts
from store.types import Scope

Writer = Annotated[Viewer, Depends(needs(Scope.POSTMORTEMS_WRITE))]

ROOT = "/postmortems/{key}/comments"


def router(parts: Parts) -> APIRouter:
    """Return the routes of comments."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(ROOT)
    async def comments(request: Request, viewer: Writer, key: str) -> Response:
        """The comments as they stand beside the text."""
        found = await parts.house.read(editor_page, await seen(parts, viewer, key), viewer.person)
        return page(request, "web/comments.html.j2", page=found)

    @routes.post(ROOT)
    async def comment(request: Request, viewer: Writer, key: str) -> Response:
        """Comment on a passage, or suggest other words for it."""
        await seen(parts, viewer, key)
        form = await form_of(request)
        start = form.get("start", "")
        at, quote = int(start) if start.isascii() and start.isdigit() and len(start) < 10 else 0, form.get("quote", "")
        instead = form.get("instead", "") if form.get("suggests") else None
        passage = Passage(at, quote)
        await parts.house.do(add_comment, asking(viewer), form.get("text", ""), passage, instead, key)
        return _back(key)

    @routes.post(ROOT + "/{number:int}")
    async def answer(request: Request, viewer: Writer, key: str, number: int) -> Response:
        """Reply to a comment, settle it or open it again, take what it suggests or decline it."""
        await seen(parts, viewer, key)
        form = await form_of(request)
        act, asked = form.get("act", ""), asking(viewer)
        if act == "reply":
            await parts.house.do(reply, asked, number, form.get("text", ""), key)
        elif act in ("resolve", "reopen"):
            await parts.house.do(settle_comment, asked, number, key, resolved=act == "resolve")
        elif act in ("take", "decline"):
            await parts.house.do(take_suggestion, asked, number, key, taken=act == "take")
        else:
            raise Unfit("Say what to do with the comment: reply, resolve, reopen, take or decline.")
        return _back(key)

    return routes


def _back(key: str) -> Response:
    return RedirectResponse(f"/postmortems/{key}/edit", 303)
