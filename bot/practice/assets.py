"""What a browser fetches: the page, and files that the app has uploaded."""

import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from bot.practice.workspace import Workspace

PAGE = Path(__file__).with_name("page")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def permalink(request: web.Request) -> web.StreamResponse:
    """A message's address, as Slack writes it, leads to its channel on the page."""
    raise web.HTTPFound(f"/#{quote(request.match_info['channel'])}")


async def page(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})


@web.middleware
async def own_page_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keep other web sites out: a browser says where a page comes from, and only our own may act here."""
    origin = request.headers.get("Origin")
    host = request.url.host or ""
    if host not in LOOPBACK or (origin and origin != f"http://{request.host}"):
        return web.Response(status=403, text="this workspace serves its own page only")
    return await handler(request)


class FileShelf:
    """Takes uploads and hands them out again."""

    def __init__(self, space: Workspace) -> None:
        self._space = space

    async def take(self, request: web.Request) -> web.StreamResponse:
        file_id = request.match_info["file_id"]
        if file_id not in self._space.files:
            return web.Response(status=404, text="no such upload")
        self._space.contents[file_id] = content = await _content(request)
        return web.Response(text=f"OK - {len(content)}")

    async def hand_out(self, request: web.Request) -> web.StreamResponse:
        """The file as it was uploaded. Pages among them run in a sandbox, so that they cannot act here."""
        file_id = request.match_info["file_id"]
        content = self._space.contents.get(file_id)
        if content is None:
            return web.Response(status=404, text="no such file")
        name = self._space.files[file_id]["name"]
        kind = mimetypes.guess_type(name)[0] or "text/plain"
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        headers = {"Content-Type": kind, "Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=content, headers=headers)


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""
