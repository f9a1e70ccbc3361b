"""Every page, and the application that serves them."""

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import Refused
from bot.web import (
    actions,
    commenting,
    conflicts,
    deliveries,
    editor,
    endpoints,
    gallery,
    incident,
    incidents,
    insights,
    installing,
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
from bot.web import (
    pages as reading,
)
from bot.web.access import Closed, recognised
from bot.web.page import closed, missing, refused
from bot.web.parts import Parts
from bot.web.statics import Statics


def pages(parts: Parts) -> FastAPI:
    """Return what serves people. Each of its routes names the scope that it needs, or is public."""
    app = FastAPI(title="firstfive", version="1", openapi_url=None)
    app.state.parts, app.state.statics = parts, Statics(parts.renderer)
    app.include_router(statics.router(app.state.statics))
    app.include_router(incidents.router(parts))
    app.include_router(incident.router(parts))
    app.include_router(signing.router(parts))
    app.include_router(settings.router(parts))
    app.include_router(reading.router(parts))
    app.include_router(editor.router(parts))
    app.include_router(commenting.router(parts))
    app.include_router(publishing.router(parts))
    app.include_router(postmortems.router(parts))
    app.include_router(versions.router(parts))
    app.include_router(gallery.router(parts))
    app.include_router(conflicts.router(parts))
    app.include_router(planned.router(parts))
    app.include_router(partners.router(parts))
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
