"""A Confluence Cloud on loopback, with memory, versions and faults."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

SPACE, EMAIL, TOKEN = "OPS", "bot@example.com", "a-token-of-confluence"


@dataclass(slots=True)
class FakeConfluence:
    """``faults`` are taken one for each call that writes: a status, "lost" (done, and the answer cut) or "race"."""

    port: int = 0
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[int | str] = field(default_factory=list)
    writes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        given = {"CONFLUENCE_URL": self.url, "CONFLUENCE_EMAIL": EMAIL, "CONFLUENCE_SPACE": SPACE}
        return given | {"CONFLUENCE_API_TOKEN": TOKEN, "CONFLUENCE_PARENT": "77"}

    def edit(self, page_id: str, old: str, new: str) -> None:
        """Somebody edits a page in their browser."""
        page = self.pages[page_id]
        assert old in page["value"]
        page |= {"value": page["value"].replace(old, new), "number": page["number"] + 1, "message": ""}

    async def spaces(self, request: web.Request) -> web.Response:
        self._known(request)
        found = [{"id": "42", "key": SPACE}] if request.query["keys"] == SPACE else []
        return web.json_response({"results": found})

    async def titled(self, request: web.Request) -> web.Response:
        self._known(request)
        assert request.query["space-id"] == "42"
        found = [_shown(page) for page in self._current() if page["title"] == request.query["title"]]
        return web.json_response({"results": found})

    async def read(self, request: web.Request) -> web.Response:
        self._known(request)
        page = self.pages.get(request.match_info["id"])
        if page is None or page["status"] != "current":
            return _refusal(404, "Cannot find page")
        return web.json_response(_shown(page))

    async def create(self, request: web.Request) -> web.Response:
        body = await self._written(request)
        if isinstance(body, web.Response):
            return body
        assert (body["spaceId"], body["parentId"], body["version"]["number"]) == ("42", "77", 1)
        if any(page["title"] == body["title"] for page in self._current()):
            return _refusal(400, "A page with this title already exists: Add a different title")
        page: dict[str, Any] = {"id": str(1000 + len(self.pages)), "number": 0, "status": "current"}
        self.pages[page["id"]] = page
        return self._kept(request, page, body)

    async def update(self, request: web.Request) -> web.Response:
        body, page = await self._written(request), self.pages.get(request.match_info["id"])
        if isinstance(body, web.Response):
            return body
        if page is None or page["status"] != "current":
            return _refusal(404, "Cannot find page")
        if body["version"]["number"] != page["number"] + 1:
            return _refusal(409, "Version must be incremented")
        return self._kept(request, page, body)

    def _known(self, request: web.Request) -> None:
        expected = base64.b64encode(f"{EMAIL}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            raise web.HTTPUnauthorized

    def _current(self) -> list[dict[str, Any]]:
        return [page for page in self.pages.values() if page["status"] == "current"]

    async def _written(self, request: web.Request) -> Any:
        self._known(request)
        body = await request.json()
        fault = self.faults.pop(0) if self.faults else 200
        if isinstance(fault, int) and fault >= 400:
            headers = {"Retry-After": "2"} if fault == 429 else {}
            return web.Response(status=fault, headers=headers)
        if fault == "race":
            self.edit(request.match_info["id"], "<p>", "<p>at the same time: ")
        request["lost"] = fault == "lost"
        return body

    def _kept(self, request: web.Request, page: dict[str, Any], body: dict[str, Any]) -> web.Response:
        page |= {"title": body["title"], "value": body["body"]["value"], "number": body["version"]["number"]}
        page["message"] = body["version"]["message"]
        self.writes.append((request.method, page["id"]))
        if request["lost"] and request.transport is not None:
            request.transport.abort()
        return web.json_response(_shown(page))


def _shown(page: dict[str, Any]) -> dict[str, Any]:
    version = {"number": page["number"], "message": page["message"], "authorId": "557058"}
    body = {"storage": {"representation": "storage", "value": page["value"]}}
    return {"id": page["id"], "title": page["title"], "status": page["status"], "version": version, "body": body}


def _refusal(status: int, said: str) -> web.Response:
    return web.json_response({"errors": [{"status": status, "code": "X", "title": said}]}, status=status)


@asynccontextmanager
async def a_confluence() -> AsyncIterator[FakeConfluence]:
    """Run one on a free port."""
    there = FakeConfluence()
    application = web.Application()
    root = "/wiki/api/v2"
    application.router.add_get(f"{root}/spaces", there.spaces)
    application.router.add_get(f"{root}/pages", there.titled)
    application.router.add_get(f"{root}/pages/{{id}}", there.read)
    application.router.add_post(f"{root}/pages", there.create)
    application.router.add_put(f"{root}/pages/{{id}}", there.update)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there.port = runner.addresses[0][1]
    try:
        yield there
    finally:
        await runner.cleanup()
