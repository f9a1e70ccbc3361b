"""Too much at once: machines are told to come again later, everybody else is served."""

import asyncio
from collections import Counter

import httpx
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.web.shedding import AFTER, Shedding

PATHS = ("/alerts/grafana", "/changes/github", "/jira/webhook", "/api/v1/incidents")


class Busy:
    """Answers nobody until it is told to."""

    def __init__(self) -> None:
        self.go, self.heard = asyncio.Event(), Counter[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.heard[scope["path"]] += 1
        await self.go.wait()
        await PlainTextResponse("served")(scope, receive, send)


async def test_what_is_too_much_is_refused_at_once_with_spread_pauses_and_slack_and_people_never_are() -> None:
    busy, chances = Busy(), iter(n / 100 for n in range(100))
    transport = httpx.ASGITransport(Shedding(busy, most=8, chance=lambda: next(chances)))
    async with httpx.AsyncClient(transport=transport, base_url="http://firstfive") as client:
        taken = [asyncio.create_task(client.post(PATHS[number % 4])) for number in range(8)]
        while busy.heard.total() < 8:  # noqa: ASYNC110 - what is waited for is heard by the door itself
            await asyncio.sleep(0)
        refused = [await client.post(PATHS[number % 4]) for number in range(40)]
        assert {answer.status_code for answer in refused} == {503}
        pauses = {int(answer.headers["retry-after"]) for answer in refused}
        assert len(pauses) > 3
        assert AFTER[0] <= min(pauses) <= max(pauses) <= AFTER[1]
        assert busy.heard.total() == 8, "what is refused costs nothing behind the door"
        others = [asyncio.create_task(client.post(path)) for path in ("/slack/events", "/incidents", "/healthz") * 30]
        while busy.heard.total() < 98:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0)
        busy.go.set()
        assert {answer.status_code for answer in await asyncio.gather(*taken, *others)} == {200}
        assert (await client.post(PATHS[0])).status_code == 200
