"""The page that makes action items of what a postmortem plans."""

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.access import Viewer
from bot.errors import Refused
from bot.flows.file_planned import file_planned, planned_in
from bot.flows.seen import seen_incident
from bot.flows.views import incident_view
from bot.web.access import asking, needs
from bot.web.page import page
from bot.web.parts import Parts
from store.types import Scope

Reader = Annotated[Viewer, Depends(needs(Scope.POSTMORTEMS_READ))]
Writer = Annotated[Viewer, Depends(needs(Scope.ACTIONS_WRITE))]


def router(parts: Parts) -> APIRouter:
    """Return the routes of what a postmortem plans."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/postmortems/{key}/items")
    async def items(request: Request, viewer: Reader, key: str) -> Response:
        """Show what it plans that is no action item yet."""
        return await _shown(request, viewer, key)

    @routes.post("/postmortems/{key}/items")
    async def filed(request: Request, viewer: Writer, key: str) -> Response:
        """Make action items of those that were chosen."""
        await _seen(parts, viewer, key)
        chosen = parse_qs((await request.body()).decode()).get("title", [])
        try:
            found, _ = await parts.house.do(file_planned, asking(viewer), key, chosen)
        except Refused as refusal:
            return await _shown(request, viewer, key, str(refusal), 409)
        return RedirectResponse(f"/incidents/{found}", 303)

    async def _shown(request: Request, viewer: Viewer, key: str, problem: str = "", status: int = 200) -> Response:
        incident_id = await _seen(parts, viewer, key)
        view = await parts.house.read(incident_view, incident_id)
        found = await parts.house.read(planned_in, incident_id)
        writes = viewer.may(Scope.ACTIONS_WRITE)
        incident = view.incident if view else None
        template = "web/planned.html.j2"
        return page(request, template, status, incident=incident, found=found, writes=writes, problem=problem)

    return routes


async def _seen(parts: Parts, viewer: Viewer, key: str) -> int:
    incident_id = await parts.house.read(seen_incident, viewer, key)
    if incident_id is None:
        raise HTTPException(404)
    return incident_id
