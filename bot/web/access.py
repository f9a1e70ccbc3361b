"""Who comes, and whether they may: one dependency for every route of pages and API.

A route says what it needs, and is given whoever asks: ``viewer: Annotated[Viewer, Depends(needs(Scope.ADMIN))]``.
"""

import re
import secrets
from dataclasses import replace
from urllib.parse import urlsplit

from starlette.requests import Request

from bot.core.access import SCOPES, Viewer
from bot.core.forms import form_mark, is_our_form
from bot.core.secrets import LINKS
from bot.flows import tx
from bot.flows.api_tokens import note_token_use, token_viewer
from bot.flows.keep_account import account_for
from bot.flows.seen import incident_in_sight, workspace_meant
from bot.flows.sign_in import note_seen, viewer_of
from bot.machine import is_loopback
from bot.web.body import form_of
from bot.web.parts import Parts, parts_of
from store.types import Audited, Scope, WebRole

HARMLESS = ("GET", "HEAD", "OPTIONS")
FIELD, HEADER = "csrf", "x-csrf"

_OPENED_BY_LINKS = re.compile(r"/(?:incidents|postmortems)/(INC-[0-9]{1,9})(?=/|$)")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class Closed(Exception):
    """Whoever asks may not. ``status`` is 401 while nobody knows who they are, and 403 once it is known."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class Needs:
    """Finds out who asks, and lets pass whoever has a scope. What changes something must come from a page of ours."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(self, request: Request) -> Viewer:
        viewer = await recognised(request)
        if viewer is None:
            raise Closed(401, "Sign in, or send a token: Authorization: Bearer ff_…")
        request.state.viewer = viewer
        if not viewer.may(self.scope):
            raise Closed(403, f"This needs the scope {self.scope}.")
        if request.method not in HARMLESS and viewer.via != "token" and not await is_ours(request, viewer):
            raise Closed(403, "This form is not from a page of ours, or too old. Load the page again.")
        await _keep_account(request, viewer)
        return viewer


async def _keep_account(request: Request, viewer: Viewer) -> None:
    """Keep account of whoever looks at a private incident, once an hour for each, however many pages they open."""
    key, parts = request.path_params.get("key"), parts_of(request)
    if key is None or not (viewer.person or viewer.opens):
        return
    found = await parts.house.read(incident_in_sight, viewer, str(key))
    if found and found.id and found.private and parts.sightings.is_new(viewer, found.id, parts.house.clock.now()):
        await parts.house.do(account_for, viewer, Audited.SAW_PRIVATE, incident_id=found.id)


def needs(scope: Scope) -> Needs:
    """Return the dependency of a route that only those with *scope* may use."""
    return Needs(scope)


def asking(viewer: Viewer, of: str = "") -> tx.Request:
    """Return a viewer's request to a flow. The same *of*, such as an idempotency key, is done once."""
    return tx.Request(of or f"web:{secrets.token_hex(12)}", viewer.account, viewer.team)


def form_key(request: Request, viewer: Viewer) -> str:
    """Return the mark that this viewer's forms carry."""
    return form_mark(parts_of(request).vault.held(LINKS).texts()[0], viewer.holder)


async def recognised(request: Request) -> Viewer | None:
    """Return who asks: with a token, signed in, with a link to this page, or sitting at the machine.

    None when nobody knows. A token that is not good is not made up for by anything else.
    """
    parts = parts_of(request)
    if "authorization" in request.headers:
        return await _with_token(parts, request)
    viewer = await _signed_in(parts, request) or await _at_machine(parts, request)
    link = await _with_link(parts, request)
    if viewer and link and viewer.workspace_id == link.workspace_id:
        return replace(viewer, opens=link.opens)
    return link or viewer


def cookie_name(parts: Parts) -> str:
    """Return the name of the cookie that a session is known by; by https no other site can set it."""
    return "__Host-firstfive" if parts.links.base.startswith("https:") else "firstfive"


async def _with_token(parts: Parts, request: Request) -> Viewer | None:
    scheme, _, token = request.headers["authorization"].partition(" ")
    shown = await parts.house.read(token_viewer, token.strip()) if scheme.lower() == "bearer" else None
    if shown is None:
        return None
    if shown.is_due:
        await parts.house.do_behind(note_token_use, shown.token_id)
    return shown.viewer


async def _signed_in(parts: Parts, request: Request) -> Viewer | None:
    token = request.cookies.get(cookie_name(parts))
    seen = await parts.house.read(viewer_of, token) if token else None
    if seen is None:
        return None
    if seen.is_due:
        await parts.house.do_behind(note_seen, seen.session_id)
    return seen.viewer


async def _at_machine(parts: Parts, request: Request) -> Viewer | None:
    """Whoever comes to a machine's own address, by that address and through no proxy, sits at it."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    if not parts.at_machine or not is_loopback(host) or any(name in request.headers for name in _FORWARDED):
        return None
    workspace_id, team = await parts.house.read(workspace_meant)
    scopes = SCOPES[WebRole.ADMIN]
    return Viewer(workspace_id, None, parts.at_machine, team, WebRole.ADMIN, scopes, "loopback")


async def _with_link(parts: Parts, request: Request) -> Viewer | None:
    """Whoever holds a link reads the one page that it names, and what belongs to that page."""
    page, asked = _OPENED_BY_LINKS.match(request.url.path), request.query_params
    of = asked.get("of", "")
    if not page or request.method not in HARMLESS or (of and not re.fullmatch(r"[0-9]{1,9}", of)):
        return None
    now, whose = parts.house.clock.now(), int(of) if of else None
    if not parts.links.allows(page[0], asked.get("until", ""), asked.get("key", ""), now, whose):
        return None
    workspace_id, team = await parts.house.read(workspace_meant, whose)
    scopes = SCOPES[WebRole.VIEWER]
    return Viewer(workspace_id, None, "link", team, WebRole.VIEWER, scopes, "link", opens=page[1])


def is_from_here(request: Request) -> bool:
    """Whether nothing says that another site sent this."""
    origin = request.headers.get("origin", "null")
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return False
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")


async def is_ours(request: Request, viewer: Viewer) -> bool:
    """Whether a request comes from a page of ours: it knows the mark, and its browser does not say otherwise."""
    if not is_from_here(request):
        return False
    mark = request.headers.get(HEADER) or (await form_of(request)).get(FIELD, "")
    return is_our_form(parts_of(request).vault.held(LINKS).texts(), viewer.holder, mark)
