"""Shedding load: machines are asked to come again later before memory or latency suffers. Slack never is."""

import random
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.problems import problem

WAITING = 64  # requests of machines that are being answered at once
SHED = ("/alerts/", "/changes/", "/jira/", "/api/")  # who sends these tries again by itself
AFTER = (2, 10)  # seconds: spread, or all of them would be back at once


class Shedding:
    """Answers 503 with a Retry-After to what is too much. *chance* gives numbers from 0 to 1 that spread it."""

    def __init__(self, app: ASGIApp, most: int = WAITING, chance: Callable[[], float] = random.random) -> None:
        self._app, self._most, self._chance = app, most, chance
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(SHED):
            await self._app(scope, receive, send)
        elif self._waiting >= self._most:
            after = round(AFTER[0] + (AFTER[1] - AFTER[0]) * self._chance())
            detail = "Too much at once. Try again later."
            answer = problem(503, "Not at the moment", detail, {"Retry-After": str(after)})
            await answer(scope, receive, send)
        else:
            self._waiting += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._waiting -= 1
