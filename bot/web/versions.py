"""The versions of a postmortem, and what changed between any two of them, word by word."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from bot.core.access import Viewer
from bot.core.versions import changes
from bot.flows.versions_page import versions_page
from bot.web.access import needs
from bot.web.page import page
from bot.web.pages import seen
from bot.web.parts import Parts
from store.types import Scope

Reader = Annotated[Viewer, Depends(needs(Scope.POSTMORTEMS_READ))]


def router(parts: Parts) -> APIRouter:
    """Return the route of versions."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/postmortems/{key}/versions")
    async def versions(request: Request, viewer: Reader, key: str, before: str = "", after: str = "") -> Response:
        """Every version, and the difference between two: those asked for, otherwise the last two."""
        found = await parts.house.read(versions_page, await seen(parts, viewer, key))
        count = len(found.versions)
        last = _number(after, count) or count
        first = _number(before, count) if before else max(last - 1, 0)
        first = max(last - 1, 0) if first is None else first
        texts = {0: "", **{each.number: each.text for each in found.versions}}
        parts_ = changes(texts[first], texts[last]) if count else []
        return page(request, "web/versions.html.j2", found=found, first=first, last=last, changes=parts_)

    return routes


def _number(asked: str, most: int) -> int | None:
    """Return a version's number, 0 for none; None when there is no such version."""
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 and int(asked) <= most else None
