"""Pacing at the door: how often one browser or program may sign in, follow links, or ask the API."""

import hashlib
import math
from collections.abc import Callable
from datetime import datetime

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.core.pacing import Pace, Paces
from bot.web.problems import problem

SIGN_IN = Pace(per_minute=10, burst=20)  # by address
LINKS = Pace(per_minute=300, burst=300)  # by address, which a whole office may share
TOKENS = 5  # that one address may use at full pace, whatever it tries

PROGRAMS = ("/api/", "/partners/", "/feeds/")


class Pacing:
    """Answers 429 with a Retry-After to whoever comes too often."""

    def __init__(self, app: ASGIApp, now: Callable[[], datetime], per_minute: int) -> None:
        """*per_minute* is how often one token, or an address without one, may call; at once half of it."""
        self._app, self._now = app, now
        self._sign_in, self._links = Paces(SIGN_IN), Paces(LINKS)
        self._api = Paces(Pace(per_minute, per_minute / 2))
        self._all = Paces(Pace(per_minute * TOKENS, per_minute * TOKENS / 2))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wait = self._wait(scope) if scope["type"] == "http" else 0.0
        if not wait:
            await self._app(scope, receive, send)
            return
        headers = {"Retry-After": str(math.ceil(wait))}
        detail = f"Too often. Try again in {math.ceil(wait)} s."
        if scope["path"].startswith(PROGRAMS) or "authorization" in Headers(scope=scope):
            await problem(429, "Too often", detail, headers)(scope, receive, send)
        else:
            await PlainTextResponse(detail, 429, headers)(scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        path, now = scope["path"], self._now().timestamp()
        address, headers = (scope.get("client") or ("", 0))[0], Headers(scope=scope)
        if path.startswith("/sign-in"):
            return self._sign_in.wait(address, now)
        token = headers.get("authorization", "")
        if path.startswith(PROGRAMS) or token:
            key = hashlib.sha256(token.encode()).hexdigest() if token else address
            return self._all.wait(address, now) or self._api.wait(key, now)
        if b"key=" in scope["query_string"]:
            return self._links.wait(address, now)
        return 0.0
