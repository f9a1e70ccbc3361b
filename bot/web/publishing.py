"""Moving a postmortem on: to review, to publication with what the checker finds, to lessons that are done."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.access import Viewer
from bot.errors import Unfit
from bot.flows.edit_together import have_reviewed, publish_copy
from bot.flows.editor_page import editor_page
from bot.flows.publish_postmortem import learn
from bot.flows.start_postmortem import change_owner
from bot.flows.views import incident_view
from bot.flows.working_copy import read_copy
from bot.web.access import asking, needs
from bot.web.body import form_of
from bot.web.page import page
from bot.web.pages import seen
from bot.web.parts import Parts
from store.types import Scope

Writer = Annotated[Viewer, Depends(needs(Scope.POSTMORTEMS_WRITE))]

ROOT = "/postmortems/{key}"


def router(parts: Parts) -> APIRouter:
    """Return the routes of a postmortem's way."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(ROOT + "/publish")
    async def ask(request: Request, viewer: Writer, key: str) -> Response:
        """What the checker finds in it as it stands, and whether to publish it."""
        incident_id = await seen(parts, viewer, key)
        view, copy = await parts.house.read(incident_view, incident_id), await parts.house.read(read_copy, incident_id)
        if copy is None:
            return RedirectResponse(f"/postmortems/{key}/edit", 303)
        findings = await asyncio.to_thread(parts.house.rules.checked, copy.text)
        return page(request, "web/publish.html.j2", view=view, copy=copy, findings=findings)

    @routes.post(ROOT + "/publish")
    async def publish(request: Request, viewer: Writer, key: str) -> Response:
        """Publish what it says. What the checker finds asks for a reason, and never forbids."""
        incident_id = await seen(parts, viewer, key)
        form = await form_of(request)
        copy = await parts.house.read(read_copy, incident_id)
        if copy is None:
            return RedirectResponse(f"/postmortems/{key}/edit", 303)
        findings = await asyncio.to_thread(parts.house.rules.checked, copy.text)
        looked_at = copy.row.revision if form.get("revision") == str(copy.row.revision) else -1
        reason = form.get("reason")
        await parts.house.do(publish_copy, asking(viewer), looked_at, len(findings), reason, key)
        return RedirectResponse(f"/postmortems/{key}", 303)

    @routes.post(ROOT + "/review")
    async def review(request: Request, viewer: Writer, key: str) -> Response:
        """Say that a draft is ready for others to look at."""
        await seen(parts, viewer, key)
        await parts.house.do(have_reviewed, asking(viewer), key)
        return RedirectResponse(f"/postmortems/{key}/edit", 303)

    @routes.post(ROOT + "/learned")
    async def learned(request: Request, viewer: Writer, key: str) -> Response:
        """Say that its lessons are done."""
        await seen(parts, viewer, key)
        await parts.house.do(learn, asking(viewer), key)
        return RedirectResponse(f"/postmortems/{key}/edit", 303)

    @routes.post(ROOT + "/owner")
    async def owner(request: Request, viewer: Writer, key: str) -> Response:
        """Give it to somebody of those that the page offers."""
        incident_id = await seen(parts, viewer, key)
        account = (await form_of(request)).get("account", "")
        offered = (await parts.house.read(editor_page, incident_id, viewer.person)).people
        if account not in {offer for offer, _ in offered}:
            raise Unfit("Choose somebody whom the page offers.")
        await parts.house.do(change_owner, asking(viewer), account, key)
        return RedirectResponse(f"/postmortems/{key}/edit", 303)

    return routes
