"""Pages for people: an incident's timeline, its postmortem."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.core.access import Viewer
from bot.core.roles import role_title
from bot.core.spans import span
from bot.flows.incident_page import incident_page
from bot.flows.manuscript import manuscript
from bot.flows.publish_postmortem import read_postmortem
from bot.flows.seen import seen_incident
from bot.web.access import asking, needs
from bot.web.page import page
from bot.web.parts import Parts
from store.types import Scope

Reader = Annotated[Viewer, Depends(needs(Scope.INCIDENTS_READ))]
PostmortemReader = Annotated[Viewer, Depends(needs(Scope.POSTMORTEMS_READ))]


def router(parts: Parts) -> APIRouter:
    """Return the routes that people open."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/incidents/{key}")
    async def incident(request: Request, viewer: Reader, key: str) -> Response:
        """An incident and its timeline."""
        incident_id = await seen(parts, viewer, key)
        found, now = await parts.house.read(incident_page, incident_id), parts.house.clock.now()
        return page(
            request,
            "web/incident.html.j2",
            page=found,
            rows=found.named.rows(),
            draft=_draft(parts, viewer, found.view.incident.key),
            listed=viewer.via != "link",
            now=now,
            span=span,
            role_title=role_title,
        )

    @routes.get("/postmortems/{key}")
    async def postmortem(viewer: PostmortemReader, key: str) -> Response:
        """What it says: its latest version, or the draft as the timeline stands now."""
        incident_id = await seen(parts, viewer, key)
        found, render, leads = await parts.house.read(manuscript, incident_id), parts.renderer, _leads(viewer, key)
        if viewer.person and viewer.via == "session":
            await parts.house.do(read_postmortem, asking(viewer), key)
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


def _draft(parts: Parts, viewer: Viewer, key: str) -> str:
    """Return the address of a postmortem; a link for whoever came with one."""
    path = f"/postmortems/{key}"
    return parts.links.signed(path, parts.house.clock.now(), viewer.workspace_id) if viewer.opens == key else path
