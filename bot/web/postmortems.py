"""The list of postmortems: what is overdue first, by state, owner and due date."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from bot.core.access import Viewer
from bot.core.spans import span
from bot.flows.list_postmortems import list_postmortems
from bot.web.access import needs
from bot.web.page import page
from bot.web.parts import Parts
from store.postmortem_list import Wanted
from store.types import PostmortemState, Scope

Reader = Annotated[Viewer, Depends(needs(Scope.POSTMORTEMS_READ))]


def router(parts: Parts) -> APIRouter:
    """Return the route of the list."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/postmortems")
    async def postmortems(
        request: Request, viewer: Reader, state: str = "", mine: str = "", overdue: str = "", cursor: str = ""
    ) -> Response:
        """Postmortems that whoever asks may see."""
        chosen = PostmortemState(state) if state in set(PostmortemState) else None
        owner = viewer.person if mine and viewer.person else None
        wanted = Wanted(viewer.workspace_id, viewer.person, chosen, owner, bool(overdue))
        found = await parts.house.read(list_postmortems, wanted, cursor)
        return page(
            request,
            "web/postmortems.html.j2",
            found=found,
            wanted=wanted,
            states=list(PostmortemState),
            writes=viewer.may(Scope.POSTMORTEMS_WRITE),
            now=parts.house.clock.now(),
            span=span,
        )

    return routes
