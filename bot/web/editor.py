"""The page on which people write a postmortem together: the text, what is found in it, and what it will look like.

Its script sends each edit and asks for those of others; without it, a form brings in the whole text. Both ways lose
nothing of what others wrote meanwhile.
"""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.core.access import Viewer
from bot.core.edits import edit_of
from bot.core.manuscript import Manuscript
from bot.core.rewrites import Rewrite, rewrite
from bot.core.rulebook import Finding
from bot.errors import Unfit
from bot.flows.edit_together import (
    News,
    Sent,
    TooOld,
    be_here,
    news,
    open_copy,
    save_version,
    stirred,
    take_edit,
    take_text,
)
from bot.flows.editor_page import editor_page, entries_to_name
from bot.flows.manuscript import manuscript
from bot.flows.versions import LONGEST
from bot.flows.working_copy import Copy
from bot.web.access import asking, needs
from bot.web.body import form_of, json_of
from bot.web.page import page
from bot.web.pages import seen
from bot.web.parts import Parts
from bot.web.problems import problem
from store.types import Scope

Writer = Annotated[Viewer, Depends(needs(Scope.POSTMORTEMS_WRITE))]

LOOK = 0.4  # seconds between looks for what others wrote; they may write through another process
LONGEST_WAIT = 20  # seconds that a page waits for news before it asks again
ROOT = "/postmortems/{key}"


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding, and what a press puts in its place."""

    finding: Finding
    rewrite: Rewrite | None


def router(parts: Parts) -> APIRouter:
    """Return the routes of the editor."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(ROOT + "/edit")
    async def edit(request: Request, viewer: Writer, key: str) -> Response:
        """The postmortem to write in."""
        incident_id = await seen(parts, viewer, key)
        copy = await _opened(parts, viewer, incident_id, key)
        found = await parts.house.read(editor_page, incident_id, viewer.person)
        preview, noted = await asyncio.to_thread(_read, parts, copy.text, found.incident.key)
        return page(
            request,
            "web/editor.html.j2",
            page=found,
            copy=copy,
            preview=preview,
            noted=noted,
            client=secrets.token_hex(12),
            now=parts.house.clock.now(),
        )

    @routes.post(ROOT + "/edit")
    async def save(request: Request, viewer: Writer, key: str) -> Response:
        """The form: bring in the whole text, and keep a version when that was pressed."""
        await seen(parts, viewer, key)
        form = await form_of(request)
        text, base = form.get("text", ""), form.get("base", "")
        await parts.house.do(take_text, asking(viewer), "", base, text, key)
        if form.get("act") == "version":
            await parts.house.do(save_version, asking(viewer), key)
        return RedirectResponse(f"/postmortems/{key}/edit", 303)

    @routes.post(ROOT + "/versions")
    async def keep(request: Request, viewer: Writer, key: str) -> Response:
        """Keep what it says now as a version."""
        await seen(parts, viewer, key)
        return JSONResponse({"version": await parts.house.do(save_version, asking(viewer), key)}, 201)

    @routes.get(ROOT + "/edits")
    async def follow(
        request: Request, viewer: Writer, key: str, revision: int = 0, client: str = "", seen_last: str = ""
    ) -> Response:
        """What happened since a revision; waits until there is something, up to ``LONGEST_WAIT``."""
        await seen(parts, viewer, key)
        incident_id = await parts.house.do(be_here, asking(viewer), client, key)
        for _ in range(round(LONGEST_WAIT / LOOK)):
            stands = await parts.house.read(stirred, incident_id)
            if stands != seen_last or await request.is_disconnected():
                break
            await asyncio.sleep(LOOK)
        found = await parts.house.read(news, incident_id, revision)
        return JSONResponse(_told(found) | {"seen": stands})

    @routes.post(ROOT + "/edits")
    async def take(request: Request, viewer: Writer, key: str) -> Response:
        """Take an edit once, and tell what others made since."""
        await seen(parts, viewer, key)
        sent = _sent(await json_of(request))
        try:
            found = await parts.house.do(take_edit, asking(viewer), sent, key)
        except TooOld:
            return problem(410, "Too old", "Bring in the whole text: POST …/merge")
        return JSONResponse(_told(found))

    @routes.post(ROOT + "/merge")
    async def merge(request: Request, viewer: Writer, key: str) -> Response:
        """Bring in a whole text, and what it was made of."""
        await seen(parts, viewer, key)
        said = await json_of(request)
        client, base, text = (_text(said, name) for name in ("client", "base", "text"))
        copy = await parts.house.do(take_text, asking(viewer), client, base, text, key)
        return JSONResponse({"revision": copy.row.revision, "text": copy.text})

    @routes.post(ROOT + "/check")
    async def check(request: Request, viewer: Writer, key: str) -> Response:
        """What the checker finds in a text, and what it looks like. Nothing is stored."""
        await seen(parts, viewer, key)
        text = _text(await json_of(request), "text")
        if len(text) > LONGEST:
            raise Unfit(f"It is longer than {LONGEST:,} characters. Move what is long behind a link.")
        preview, noted = await asyncio.to_thread(_read, parts, text, key.upper())
        findings = parts.renderer.render("web/findings.html.j2", noted=noted).text
        return JSONResponse({"preview": preview, "findings": findings, "count": len(noted)})

    @routes.get(ROOT + "/entries")
    async def entries(viewer: Writer, key: str) -> Response:
        """The entries of the timeline, to name one in the text."""
        return JSONResponse(await parts.house.read(entries_to_name, await seen(parts, viewer, key)))

    return routes


async def _opened(parts: Parts, viewer: Viewer, incident_id: int, key: str) -> Copy:
    said = await parts.house.read(manuscript, incident_id)
    drafted = said if isinstance(said, str) else parts.renderer.render_postmortem(said, "md").text
    return await parts.house.do(open_copy, asking(viewer), drafted, key)


def _read(parts: Parts, text: str, key: str) -> tuple[Markup, list[Noted]]:
    """Return what a text looks like, and what is found in it with what to write instead."""
    found, reading = parts.house.rules.checked(text), Manuscript(text)
    preview = parts.renderer.render_passage(text, f"/incidents/{key}")
    return preview, [Noted(each, rewrite(each, reading)) for each in found]


def _sent(said: dict[str, Any]) -> Sent:
    numbers = [said.get(name) for name in ("sequence", "revision")]
    if not all(isinstance(number, int) and 0 <= number < 2**31 for number in numbers):
        raise Unfit("An edit has a client, a sequence, a revision, and itself.")
    return Sent(_text(said, "client"), int(numbers[0] or 0), int(numbers[1] or 0), edit_of(said.get("edit")))


def _text(said: dict[str, Any], name: str) -> str:
    text = said.get(name)
    if not isinstance(text, str):
        raise Unfit(f"It has no {name}.")
    return text.encode(errors="replace").decode()  # half a character cannot be stored


def _told(found: News) -> dict[str, Any]:
    made = [
        {"revision": each.revision, "client": each.client, "sequence": each.sequence, "edit": each.edit}
        for each in found.made or ()
    ]
    return {
        "revision": found.revision,
        "made": None if found.made is None else made,
        "comments": found.comments,
        "version": found.version,
        "saved": found.saved,
        "here": [{"client": each.client, "name": each.name} for each in found.here],
    }
