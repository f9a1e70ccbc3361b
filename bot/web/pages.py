"""/postmortems/INC-7: what a postmortem says now."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import HTMLResponse, Response

from bot.core.access import Viewer
from bot.flows.manuscript import manuscript
from bot.flows.publish_postmortem import open_postmortem
from bot.flows.seen import seen_incident
from bot.web.access import asking, needs
from bot.web.parts import Parts
from store.types import Scope

Reader = Annotated[Viewer, Depends(needs(Scope.POSTMORTEMS_READ))]


def router(parts: Parts) -> APIRouter:
    """Return the routes that people open."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/postmortems/{key}")
    async def postmortem(viewer: Reader, key: str) -> Response:
        """What it says: its latest version, or the draft as the timeline stands now."""
        incident_id = await seen(parts, viewer, key)
        found, render, leads = await parts.house.read(manuscript, incident_id), parts.renderer, _leads(viewer, key)
        if viewer.person and viewer.via == "session":
            await parts.house.do(open_postmortem, asking(viewer), key)
        if isinstance(found, str):
            rendered = render.render_page(key.upper(), found, standalone=False, leads=leads)
        else:
            rendered = render.render_postmortem(found, "html", standalone=False, leads=leads)
        return HTMLResponse(rendered.text)

    return routes


def _leads(viewer: Viewer, key: str) -> list[tuple[str, str]]:
    """Return the pages to which a postmortem leads whoever reads it."""
    if viewer.via == "link":
        return []
    here = f"/postmortems/{key.upper()}"
    writes = [("Write in it", f"{here}/edit")] if viewer.may(Scope.POSTMORTEMS_WRITE) else []
    return [(key.upper(), f"/incidents/{key.upper()}"), *writes, ("Versions", f"{here}/versions")]


async def seen(parts: Parts, viewer: Viewer, key: str) -> int:
    """Return the incident's row id. What a viewer may not see is answered as what is not there."""
    incident_id = await parts.house.read(seen_incident, viewer, key)
    if incident_id is None:
        raise HTTPException(404)
    return incident_id
