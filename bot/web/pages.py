"""Pages for people: what is going on, an incident's timeline, its postmortem."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.core.roles import role_title
from bot.core.spans import span
from bot.flows.incident_page import incident_page
from bot.flows.manuscript import manuscript
from bot.flows.views import incident_id_of, incident_view, visible
from bot.web.parts import Parts

SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def router(parts: Parts) -> APIRouter:
    """Return the routes that people open."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    @routes.get("/incidents")
    async def incidents(request: Request) -> Response:
        """What is going on. Private incidents are not listed."""
        if not parts.open_to_all:
            return _page(parts, "web/closed.html.j2", 403)
        found = await parts.house.read(visible, None)
        return _page(parts, "web/incidents.html.j2", found=found, now=parts.house.clock.now(), span=span)

    @routes.get("/incidents/{key}")
    async def incident(request: Request, key: str) -> Response:
        """An incident and its timeline."""
        incident_id = await _allowed(parts, request, key)
        if incident_id is None:
            return _page(parts, "web/closed.html.j2", 403)
        page, now = await parts.house.read(incident_page, incident_id), parts.house.clock.now()
        return _page(
            parts,
            "web/incident.html.j2",
            page=page,
            rows=page.named.rows(),
            draft=parts.links.signed(f"/postmortems/{page.view.incident.key}", now),
            listed=parts.open_to_all,
            now=now,
            span=span,
            role_title=role_title,
        )

    @routes.get("/postmortems/{key}")
    async def postmortem(request: Request, key: str) -> Response:
        """What it says: its latest version, or the draft as the timeline stands now."""
        incident_id = await _allowed(parts, request, key)
        if incident_id is None:
            return _page(parts, "web/closed.html.j2", 403)
        found, render = await parts.house.read(manuscript, incident_id), parts.renderer
        if isinstance(found, str):
            page = render.render_page(key.upper(), found, standalone=False)
        else:
            page = render.render_postmortem(found, "html", standalone=False)
        return HTMLResponse(page.text, headers=SAFE)

    @routes.get("/static/{name}.css")
    async def style(name: str) -> Response:
        """The style sheets."""
        if name not in ("postmortem", "web"):
            return Response("There is no such style sheet.", 404)
        folder = "postmortem" if name == "postmortem" else "web"
        text = parts.renderer.render(f"{folder}/{name}.css").text
        return Response(text, media_type="text/css", headers={"Cache-Control": "max-age=300"})

    @routes.get("/favicon.ico")
    async def icon() -> Response:
        """None; browsers ask for it on every page."""
        return Response(status_code=204, headers={"Cache-Control": "max-age=86400"})

    return routes


def missing(parts: Parts) -> Response:
    """Return the page for an address where nothing is."""
    return _page(parts, "web/missing.html.j2", 404)


async def _allowed(parts: Parts, request: Request, key: str) -> int | None:
    """Return the incident's row id when whoever asks may read it: with a signed link, or on loopback if not private."""
    incident_id = await parts.house.read(incident_id_of, key)
    if incident_id is None:
        return None
    query = request.query_params
    if parts.links.allows(request.url.path, query.get("until", ""), query.get("key", ""), parts.house.clock.now()):
        return incident_id
    view = await parts.house.read(incident_view, incident_id)
    return incident_id if parts.open_to_all and view is not None and not view.incident.private else None


def _page(parts: Parts, template: str, status: int = 200, **values: object) -> HTMLResponse:
    return HTMLResponse(parts.renderer.render(template, **values).text, status, headers=SAFE)
