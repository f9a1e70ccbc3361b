"""The web door as one ASGI application. What it needs of other doors it is given as callables."""

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import Refused
from bot.web import (
    actions,
    commenting,
    conflicts,
    deliveries,
    editor,
    endpoints,
    gallery,
    health,
    incident,
    incidents,
    insights,
    installing,
    intake,
    pages,
    partners,
    planned,
    postmortems,
    publishing,
    reviews,
    settings,
    signing,
    statics,
    versions,
)
from bot.web.access import Closed, recognised
from bot.web.body import body_of
from bot.web.headers import Guarded
from bot.web.later import Later
from bot.web.pacing import Pacing
from bot.web.page import closed, missing, refused
from bot.web.parts import Parts
from bot.web.shedding import Shedding
from bot.web.statics import Statics

LATER = ("/api/", "/feeds/", "/openapi.json")


def web_app(parts: Parts) -> ASGIApp:
    """Return the application. What Slack delivers goes straight to its door: it is the one that must be fast."""
    pages_and_health = Pacing(Shedding(Later(pages_and_api(parts), LATER, lambda: _api(parts))), parts.house.clock.now)

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/slack/events" and scope["method"] == "POST":
            answer = await _delivered(parts, Request(scope, receive))
            await answer(scope, receive, send)
        else:
            await pages_and_health(scope, receive, send)

    return Guarded(front, secure=parts.links.base.startswith("https:"))


def pages_and_api(parts: Parts) -> FastAPI:
    """Return what serves everything but Slack. Each of its routes names the scope that it needs, or is public."""
    app = FastAPI(title="firstfive", version="1", openapi_url=None)
    app.state.parts, app.state.statics = parts, Statics(parts.renderer)
    app.include_router(statics.router(app.state.statics))
    app.include_router(health.router(parts))
    app.include_router(incidents.router(parts))
    app.include_router(incident.router(parts))
    app.include_router(signing.router(parts))
    app.include_router(settings.router(parts))
    app.include_router(pages.router(parts))
    app.include_router(editor.router(parts))
    app.include_router(commenting.router(parts))
    app.include_router(publishing.router(parts))
    app.include_router(postmortems.router(parts))
    app.include_router(versions.router(parts))
    app.include_router(gallery.router(parts))
    app.include_router(conflicts.router(parts))
    app.include_router(planned.router(parts))
    app.include_router(partners.router(parts))
    app.include_router(intake.router(parts))
    app.include_router(insights.router(parts))
    app.include_router(actions.router(parts))
    app.include_router(reviews.router(parts))
    app.include_router(deliveries.router(parts))
    app.include_router(endpoints.router(parts))
    if parts.install is not None:
        app.include_router(installing.router(parts.install))
    app.state.there = {route.path for route in iter_route_contexts(app.routes)}

    @app.exception_handler(404)
    async def nothing_there(request: Request, error: Exception) -> Response:
        if not hasattr(request.state, "viewer"):
            request.state.viewer = await recognised(request)
        return missing(request)

    @app.exception_handler(Closed)
    async def not_allowed(request: Request, error: Closed) -> Response:
        return closed(request, error)

    @app.exception_handler(Refused)
    async def not_done(request: Request, error: Refused) -> Response:
        return refused(request, error)

    return app


def _api(parts: Parts) -> ASGIApp:
    from bot.web.api.table import api  # It takes a quarter of a second and some MB that most starts do without.

    return api(parts)


async def _delivered(parts: Parts, request: Request) -> Response:
    """Hand one delivery to Slack's door and return its answer."""
    if parts.slack is None:
        return Response("Slack is not connected: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET.", 503)
    body = await body_of(request)
    if body is None:
        return Response("Too large.", 413)
    status, headers, text = await parts.slack(body, request.headers)
    return Response(text, status, headers)
