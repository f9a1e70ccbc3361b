"""A page for people: a template, and the frame around it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.core.access import Viewer
from bot.errors import Missing, Refused, Unfit
from bot.web.access import Closed, form_key
from bot.web.parts import parts_of
from bot.web.problems import problem
from bot.web.statics import Statics
from store.types import Scope

PAGES = (
    ("Incidents", "/incidents", Scope.INCIDENTS_READ),
    ("Actions", "/actions", Scope.ACTIONS_READ),
    ("Reviews", "/reviews", Scope.POSTMORTEMS_READ),
    ("Postmortems", "/postmortems", Scope.POSTMORTEMS_READ),
    ("Insights", "/insights", Scope.INSIGHTS_READ),
    ("Deliveries", "/deliveries", Scope.DELIVERIES_READ),
    ("Settings", "/settings", Scope.INCIDENTS_READ),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: who looks, where they can go, and the mark of their forms."""

    viewer: Viewer | None
    csrf: str
    path: str
    pages: Sequence[tuple[str, str]]
    _statics: Statics = field(repr=False)

    def static(self, name: str) -> str:
        """Return the address of a script or style sheet; it changes with what it says."""
        return self._statics.address(name)


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page of ours, with the frame of whoever asks."""
    rendered = parts_of(request).renderer.render(template, frame=frame(request), **values)
    return HTMLResponse(rendered.text, status)


def frame(request: Request) -> Frame:
    """Return the frame for whoever asks. It leads to what there is and what they may open."""
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    there = request.app.state.there
    pages: list[tuple[str, str]] = []
    if viewer is not None and viewer.via != "link":
        pages = [(name, path) for name, path, scope in PAGES if path in there and viewer.may(scope)]
    key = form_key(request, viewer) if viewer is not None else ""
    return Frame(viewer, key, request.url.path, pages, request.app.state.statics)


def closed(request: Request, reason: Closed) -> Response:
    """Return what somebody is told who may not: people how to come in, programs what was missing."""
    if is_program(request):
        headers = {"WWW-Authenticate": "Bearer"} if reason.status == 401 else None
        return problem(reason.status, "Who asks?" if reason.status == 401 else "Not allowed", reason.detail, headers)
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    way_in = f"/sign-in/slack?{urlencode({'next': asked})}" if parts_of(request).sign_in else ""
    return page(request, "web/closed.html.j2", 403, reason=reason, way_in=way_in)


def missing(request: Request) -> Response:
    """Return what is told where nothing is, or nothing that whoever asks may see."""
    if is_program(request):
        return problem(404, "Not found", "There is nothing at this address, or nothing that you may see.")
    around = replace(frame(request), path="")  # the same whatever was asked for
    return HTMLResponse(parts_of(request).renderer.render("web/missing.html.j2", frame=around).text, 404)


def refused(request: Request, refusal: Refused) -> Response:
    """Return what is told when something cannot be done: to people with a way back."""
    if isinstance(refusal, Missing):
        return missing(request)
    status = 422 if isinstance(refusal, Unfit) else 409
    if is_program(request):
        return problem(status, "Not done", str(refusal))
    return page(request, "web/refused.html.j2", status, refusal=refusal, back="/".join(request.url.path.split("/")[:3]))


def is_program(request: Request) -> bool:
    """Whether a program asks, which reads JSON."""
    accepts = request.headers.get("accept", "")
    return (
        request.url.path.startswith("/api/")
        or "authorization" in request.headers
        or ("json" in accepts and "html" not in accepts)
    )
