"""The web door as one ASGI application. What it needs of other doors it is given as callables."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web import health, pages
from bot.web.parts import Parts

LARGEST = 1 << 20  # bytes of one delivery; Slack's stay far below


def web_app(parts: Parts) -> FastAPI:
    """Return the application: /slack/events first, because it is the one that must be fast."""
    app = FastAPI(title="firstfive", version="1", docs_url=None, redoc_url=None)
    app.router.routes.insert(0, Route("/slack/events", _slack(parts), methods=["POST"]))
    app.include_router(health.router(parts))
    app.include_router(pages.router(parts))
    return app


def _slack(parts: Parts) -> Callable[[Request], Awaitable[Response]]:
    async def deliver(request: Request) -> Response:
        if parts.slack is None:
            return Response("Slack is not connected: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET.", 503)
        body = await request.body()
        if len(body) > LARGEST:
            return Response("Too large.", 413)
        status, headers, text = await parts.slack(body, request.headers)
        return Response(text, status, headers)

    return deliver
