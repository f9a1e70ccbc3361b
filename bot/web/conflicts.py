"""The page of an incident's conflicts: both versions side by side, and what to keep."""

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.access import Viewer
from bot.core.conflicts import differing
from bot.errors import Refused
from bot.flows.decide_conflict import decide, undecided_conflicts
from bot.flows.seen import seen_incident
from bot.flows.views import incident_view
from bot.web.access import asking, needs
from bot.web.page import page
from bot.web.parts import Parts
from store.types import Keep, Scope

SHOWN = 100  # rows on one page; those that are decided make room for others
EDITED = "set "  # what the fields of a row that is written by hand begin with

Reader = Annotated[Viewer, Depends(needs(Scope.INCIDENTS_READ))]
Writer = Annotated[Viewer, Depends(needs(Scope.INCIDENTS_WRITE))]


def router(parts: Parts) -> APIRouter:
    """Return the routes of conflicts."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/incidents/{key}/conflicts")
    async def conflicts(request: Request, viewer: Reader, key: str) -> Response:
        """Show what is left to decide."""
        return await _shown(request, viewer, key)

    @routes.post("/incidents/{key}/conflicts")
    async def decided(request: Request, viewer: Writer, key: str) -> Response:
        """Take one decision: about a row, or about every row of an action item that is left."""
        await _seen(parts, viewer, key)
        given = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        keep, row, number = given.get("keep", ""), given.get("row", ""), given.get("number", "")
        edited = {name.removeprefix(EDITED): text for name, text in given.items() if name.startswith(EDITED)}
        if keep not in list(Keep) or not (row or number.isdigit()):
            return await _shown(request, viewer, key, "Say what to keep.", 422)
        item = int(number) if number.isdigit() else None
        try:
            await parts.house.do(decide, asking(viewer), Keep(keep), number=item, row=row, edited=edited, key=key)
        except Refused as refusal:
            return await _shown(request, viewer, key, str(refusal), 409)
        return RedirectResponse(request.url.path, 303)

    async def _shown(request: Request, viewer: Viewer, key: str, problem: str = "", status: int = 200) -> Response:
        incident_id = await _seen(parts, viewer, key)
        view = await parts.house.read(incident_view, incident_id)
        found = await parts.house.read(undecided_conflicts, incident_id, SHOWN)
        return page(
            request,
            "web/conflicts.html.j2",
            status,
            incident=view.incident if view else None,
            found=found,
            differing=differing,
            writes=viewer.may(Scope.INCIDENTS_WRITE),
            problem=problem,
        )

    return routes


async def _seen(parts: Parts, viewer: Viewer, key: str) -> int:
    incident_id = await parts.house.read(seen_incident, viewer, key)
    if incident_id is None:
        raise HTTPException(404)
    return incident_id
