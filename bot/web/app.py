"""The web door as one ASGI application. What it needs of other doors it is given as callables."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web import health, intake
from bot.web.body import body_of
from bot.web.headers import Guarded
from bot.web.later import Later
from bot.web.pacing import Pacing
from bot.web.parts import Parts
from bot.web.shedding import Shedding

MACHINES = ("/healthz", "/readyz", "/metrics", "/alerts/", "/changes/", "/jira/")
PROGRAMS = ("/api/", "/feeds/", "/openapi.json")


def web_app(parts: Parts) -> ASGIApp:
    """Return the application. What Slack delivers goes straight to its door: it is the one that must be fast."""
    behind = Pacing(Shedding(_doors(parts)), parts.house.clock.now, parts.api_per_minute)

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/slack/events" and scope["method"] == "POST":
            answer = await _delivered(parts, Request(scope, receive))
            await answer(scope, receive, send)
        else:
            await behind(scope, receive, send)

    return Guarded(front, secure=parts.links.base.startswith("https:"))


def machines(parts: Parts) -> Starlette:
    """Return what serves those who ask how we are, and those who tell us something."""
    return Starlette(routes=[*health.routes(parts), *intake.routes(parts)])


def _doors(parts: Parts) -> ASGIApp:
    first, people, programs = machines(parts), Later(lambda: _pages(parts)), Later(lambda: _api(parts))

    async def doors(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        door = first if path.startswith(MACHINES) else programs if path.startswith(PROGRAMS) else people
        await door(scope, receive, send)

    return doors


def _pages(parts: Parts) -> ASGIApp:
    from bot.web.table import pages  # As the API, it takes time and memory that a process without visitors saves.

    return pages(parts)


def _api(parts: Parts) -> ASGIApp:
    from bot.web.api.table import api

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
