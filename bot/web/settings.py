"""/settings: who I am here, what I have open; for admins roles, tokens, secrets, health and the audit log."""

import asyncio
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.access import SCOPES, Viewer
from bot.core.spans import span
from bot.errors import Refused
from bot.flows.api_tokens import Maker, Wish, make_token, revoke_token, scopes_named
from bot.flows.asked import asker
from bot.flows.audit_log import Wanted, audit_log
from bot.flows.give_role import give_web_role
from bot.flows.seen import seen_incident
from bot.flows.settings_page import settings_page
from bot.flows.sign_in import sign_out
from bot.web.access import Closed, asking, needs
from bot.web.body import form_of
from bot.web.page import page
from bot.web.parts import Parts
from store.types import Audited, Scope, WebRole

ROOT = "/settings"
SHOWN = 50  # entries of the audit log on a page
LARGEST = 2**31 - 1  # the largest number that a row can have

Anybody = Annotated[Viewer, Depends(needs(Scope.INCIDENTS_READ))]
Admin = Annotated[Viewer, Depends(needs(Scope.ADMIN))]


def router(parts: Parts) -> APIRouter:
    """Return the routes of the settings."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(ROOT)
    async def settings(request: Request, viewer: Anybody) -> Response:
        """Who somebody is here, and what they have open."""
        return await _settings(parts, request, viewer)

    @routes.post(ROOT + "/sessions/{number:int}/end")
    async def end_session(viewer: Anybody, number: int) -> Response:
        """Sign one of one's own browsers out."""
        _in_person(viewer)
        if 0 < number <= LARGEST:
            await parts.house.do(sign_out, viewer, number)
        return RedirectResponse(ROOT, 303)

    @routes.post(ROOT + "/tokens")
    async def make(request: Request, viewer: Anybody) -> Response:
        """Make a token, and show it this once."""
        form, maker = await form_of(request), await _maker(parts, viewer)
        chosen = scopes_named([name.removeprefix("scope ") for name in form if name.startswith("scope ")])
        of_nobody = viewer.person is None or (viewer.may(Scope.ADMIN) and "service" in form)
        days = form.get("days", "")
        ends_at = parts.house.clock.now() + timedelta(days=int(days)) if days.isdigit() and len(days) < 5 else None
        wish = Wish(form.get("name", ""), chosen, ends_at, None if of_nobody else viewer.person)
        return await _settings(parts, request, viewer, made=await parts.house.do(make_token, maker, wish))

    @routes.post(ROOT + "/tokens/{number:int}/revoke")
    async def revoke(viewer: Anybody, number: int) -> Response:
        """End a token: one's own, or as an admin any."""
        if number > LARGEST:
            raise Refused("There is no such token.")
        await parts.house.do(revoke_token, await _maker(parts, viewer), number, own=not viewer.may(Scope.ADMIN))
        return RedirectResponse(f"{ROOT}#tokens", 303)

    @routes.post(ROOT + "/roles")
    async def give(request: Request, viewer: Admin) -> Response:
        """Give somebody a role, or what everybody has."""
        form, maker = await form_of(request), await _maker(parts, viewer)
        word = form.get("role", "")
        role = WebRole(word) if word in set(WebRole) else None
        account = form.get("account", "").strip()
        if not account.isalnum() or len(account) > 24:
            raise Refused("Name somebody by their Slack user id, such as U02AB34CD: in Slack, profile, Copy member ID.")
        await parts.house.do(give_web_role, viewer.workspace_id, account, role, maker.person, viewer.via)
        return RedirectResponse(f"{ROOT}#roles", 303)

    @routes.get(ROOT + "/health")
    async def health(request: Request, viewer: Admin) -> Response:
        """What firstfive doctor finds. It asks every neighbour, so it takes a moment."""
        missing = await parts.missing()
        findings = await asyncio.to_thread(parts.doctor) if parts.doctor else []
        return page(request, "web/health.html.j2", missing=missing, findings=findings)

    @routes.get(ROOT + "/audit")
    async def audit(
        request: Request, viewer: Admin, what: str = "", who: str = "", key: str = "", before: str = ""
    ) -> Response:
        """The audit log, the newest first."""
        incident_id = (await parts.house.read(seen_incident, viewer, key) or -1) if key else None
        cursor = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
        kind = Audited(what) if what in set(Audited) else None
        wanted = Wanted(kind, who.strip() or None, incident_id, cursor, SHOWN)
        found = await parts.house.read(audit_log, viewer.workspace_id, wanted)
        last = found[-1].id if len(found) == SHOWN else None
        asked = {"what": what, "who": who, "key": key}
        return page(request, "web/audit.html.j2", found=found, asked=asked, kinds=list(Audited), last=last)

    return routes


async def _settings(parts: Parts, request: Request, viewer: Viewer, made: str = "") -> Response:
    _in_person(viewer)
    found, now = await parts.house.read(settings_page, viewer), parts.house.clock.now()
    return page(
        request,
        "web/settings.html.j2",
        found=found,
        made=made,
        now=now,
        span=span,
        is_admin=viewer.may(Scope.ADMIN),
        scopes=sorted(viewer.scopes),
        usual=SCOPES[WebRole.VIEWER],
        admission=parts.house.rules.admission,
        with_slack=parts.sign_in is not None,
        with_pass=parts.members is not None,
    )


async def _maker(parts: Parts, viewer: Viewer) -> Maker:
    """Return a viewer as whoever makes tokens and gives roles."""
    _in_person(viewer)
    person = viewer.person or (await parts.house.do(asker, asking(viewer)))[1]
    return Maker(viewer.workspace_id, person, viewer.via, viewer.scopes)


def _in_person(viewer: Viewer) -> None:
    """Refuse tokens and links: a token that could make tokens would never end."""
    if viewer.via not in ("session", "loopback"):
        raise Closed(403, "Settings are for people who are signed in, not for tokens.")
