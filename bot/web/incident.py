"""/incidents/INC-7: an incident as a picture and as words, and what responders do in it from there."""

import re
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.access import Viewer
from bot.core.roles import TITLES, role_title
from bot.core.spans import span
from bot.core.statuses import MOVES
from bot.core.strip import drawn
from bot.core.svg import as_svg
from bot.core.window import Look
from bot.errors import Refused
from bot.flows.act_on_incident import act_on_incident, add_item
from bot.flows.incident_page import IncidentPage, incident_page
from bot.web.access import asking, needs
from bot.web.filled import filled
from bot.web.page import page
from bot.web.pages import seen
from bot.web.parts import Parts
from store.types import Priority, Scope, Severity

Reader = Annotated[Viewer, Depends(needs(Scope.INCIDENTS_READ))]
Writer = Annotated[Viewer, Depends(needs(Scope.INCIDENTS_WRITE))]
ItemWriter = Annotated[Viewer, Depends(needs(Scope.ACTIONS_WRITE))]
ROOT = "/incidents/{key}"
LONGEST_WORDS = 200  # characters
KEPT = ("until", "key", "of", "q", "scale")  # of an address, by the links on its page: what opened it, and how it looks
BLANK = dict.fromkeys(("act", "text", "status", "severity", "role", "title", "priority"), "")

_FORM = re.compile(r"[\w-]{16,40}")


def router(parts: Parts) -> APIRouter:
    """Return the routes of an incident's page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(ROOT)
    async def incident(request: Request, viewer: Reader, key: str) -> Response:
        """An incident and a part of its timeline: from a place on, around an entry, or what holds some words."""
        return await _shown(parts, request, viewer, key)

    @routes.post(ROOT)
    async def act(request: Request, viewer: Writer, key: str) -> Response:
        """Do what a form says, once however often it is sent, and go back to the page."""
        return await _done(parts, request, viewer, key, act_on_incident)

    @routes.post(ROOT + "/items")
    async def item(request: Request, viewer: ItemWriter, key: str) -> Response:
        """Add an action item."""
        return await _done(parts, request, viewer, key, add_item)

    return routes


async def _done(parts: Parts, request: Request, viewer: Viewer, key: str, flow: Callable[..., int | None]) -> Response:
    await seen(parts, viewer, key)
    fields = await filled(request)
    form = fields.get("form", "")
    once = f"web:{viewer.account}:{form}" if _FORM.fullmatch(form) else ""
    try:
        entry = await parts.house.do(flow, asking(viewer, once), key, fields)
    except Refused as refusal:
        return await _shown(parts, request, viewer, key, fields, str(refusal))
    return RedirectResponse(f"/incidents/{key}?entry={entry}#entry-{entry}" if entry else f"/incidents/{key}", 303)


async def _shown(
    parts: Parts, request: Request, viewer: Viewer, key: str, fields: Mapping[str, str] | None = None, refused: str = ""
) -> Response:
    """Show the page; with what somebody *filled in* that was *refused*, in its place."""
    incident_id, asked = await seen(parts, viewer, key), request.query_params
    look = _look(asked)
    to_scale = asked.get("scale") == "1"
    found = await parts.house.read(incident_page, incident_id, viewer.person, look, to_scale=to_scale)
    return page(
        request,
        "web/incident.html.j2",
        422 if refused else 200,
        page=found,
        look=look,
        to_scale=to_scale,
        svg=as_svg(drawn(found.strip)) if found.strip else "",
        draft=_draft(parts, viewer, found.view.incident.key),
        address=partial(_address, request),
        kept=[(name, asked[name]) for name in KEPT if name in asked and name not in ("q", "scale")],
        may=_may(viewer, found),
        fields=BLANK | dict(fields or {}),
        refused=refused,
        form=secrets.token_urlsafe(16),
        browse=parts.tickets,
        now=parts.house.clock.now(),
        span=span,
        role_title=role_title,
        roles=TITLES,
        severities=Severity,
        priorities=Priority,
    )


def _look(asked: Mapping[str, str]) -> Look:
    entry, after, before = (_number(asked.get(name, "")) for name in ("entry", "after", "before"))
    return Look(entry, after, before, asked.get("q", "").strip()[:LONGEST_WORDS])


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else None


def _may(viewer: Viewer, found: IncidentPage) -> Mapping[str, Any]:
    """Return what a viewer may do here, and to which statuses the incident can move."""
    return {
        "act": viewer.may(Scope.INCIDENTS_WRITE) and found.theirs,
        "add": viewer.may(Scope.ACTIONS_WRITE) and found.theirs,
        "deliveries": viewer.may(Scope.DELIVERIES_READ),
        "list": viewer.via != "link",
        "moves": MOVES[found.view.incident.status],
    }


def _address(request: Request, *, without: tuple[str, ...] = (), **words: Any) -> str:
    """Return the address of this page with other words; those that opened it stay."""
    asked = request.query_params
    kept = [(name, asked[name]) for name in KEPT if name in asked and name not in (*without, *words)]
    told = [(name, str(value)) for name, value in words.items() if value not in (None, "")]
    query = urlencode([*kept, *told])
    return f"{request.url.path.removesuffix('/items')}{f'?{query}' if query else ''}"


def _draft(parts: Parts, viewer: Viewer, key: str) -> str:
    """Return the address of a postmortem; a link for whoever came with one."""
    path = f"/postmortems/{key}"
    return parts.links.signed(path, parts.house.clock.now(), viewer.workspace_id) if viewer.opens == key else path
