"""/static: the scripts of ``bot/web/static`` and the style sheets of the templates. Nothing outside of those."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.render import Renderer

FOLDER = Path(__file__).with_name("static")
NAMES = {"htmx.min.js": "htmx.js"}  # as it is served, where that differs
FOREVER, A_WHILE = "public, max-age=31536000, immutable", "public, max-age=300"


class Statics:
    """Holds what is served, by name. A style sheet may be the user's own, so it is rendered when it is asked for."""

    def __init__(self, renderer: Renderer, folder: Path = FOLDER) -> None:
        self._renderer = renderer
        self._scripts: Mapping[str, bytes] = {
            NAMES.get(path.name, path.name): path.read_bytes() for path in sorted(folder.glob("*.js"))
        }

    def address(self, name: str) -> str:
        """Return the address of a script or style sheet, with a word that changes with its content."""
        found = self.content(name)
        return f"/static/{name}?v={_mark(found[0])}" if found else f"/static/{name}"

    def content(self, name: str) -> tuple[bytes, str] | None:
        """Return (content, media type) of a script or style sheet, or None."""
        if name in self._scripts:
            return self._scripts[name], "text/javascript"
        stem, _, kind = name.rpartition(".")
        if kind != "css" or not stem.isascii() or not stem.replace("_", "").replace("-", "").isalnum():
            return None
        folder = "postmortem" if stem == "postmortem" else "web"
        try:
            return self._renderer.render(f"{folder}/{name}").text.encode(), "text/css"
        except LookupError:
            return None


def router(statics: Statics) -> APIRouter:
    """Return the routes of what pages are made of."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/static/{name}")
    async def static(request: Request, name: str, v: str = "") -> Response:
        """One script or style sheet; for a year when its address names its content, otherwise for minutes."""
        found = statics.content(name)
        if found is None:
            return Response("There is no such file.", 404)
        body, media_type = found
        mark = _mark(body)
        headers = {"Cache-Control": FOREVER if v == mark else A_WHILE, "ETag": f'"{mark}"'}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=media_type, headers=headers)

    @routes.get("/favicon.ico")
    async def icon() -> Response:
        """None; browsers ask for it on every page."""
        return Response(status_code=204, headers={"Cache-Control": "max-age=86400"})

    return routes


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
