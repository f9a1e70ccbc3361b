"""Every noun of the API, and the application that serves them."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from bot.web.api import (
    actions,
    checklists,
    deliveries,
    endpoints,
    feeds,
    incidents,
    insights,
    lint,
    me,
    partners,
    postmortems,
    reviews,
    timeline,
)
from bot.web.api.describing import description
from bot.web.api.refusing import refuse
from bot.web.parts import Parts

NOUNS = (
    *(me, incidents, timeline, checklists, actions),
    *(postmortems, reviews, lint, feeds, insights),
    *(partners, endpoints, deliveries),
)


def api(parts: Parts) -> FastAPI:
    """Return the application of the API, of the feeds, and of /openapi.json, which tells what there is."""
    app = FastAPI(title="firstfive", version="1", docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.parts = parts
    app.router.generate_unique_id_function = _name
    for noun in NOUNS:
        app.include_router(noun.router(), prefix="/api/v1", generate_unique_id_function=_name)
    app.include_router(feeds.feeds(), generate_unique_id_function=_name)
    refuse(app)
    app.openapi = lambda: description(app)  # type: ignore[method-assign]
    return app


def _name(route: APIRoute) -> str:
    return route.name
