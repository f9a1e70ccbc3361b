"""The gallery of templates: each with what it makes of a sample incident, as its file stands at this moment."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.core.access import Viewer
from bot.core.gallery import Template
from bot.core.sample import sample
from bot.web.access import needs
from bot.web.page import page
from bot.web.parts import Parts
from store.types import Scope, Severity

Reader = Annotated[Viewer, Depends(needs(Scope.POSTMORTEMS_READ))]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a template makes of the sample incident, and what is wrong with it."""

    body: Markup
    problem: str | None


def router(parts: Parts) -> APIRouter:
    """Return the routes of the gallery."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/templates")
    async def gallery(request: Request, _viewer: Reader, name: str = "") -> Response:
        """Every template, and one of them at work."""
        found = parts.renderer.postmortem_templates()
        chosen = _chosen(found, name)
        shown, problems = await asyncio.to_thread(_looked_at, parts, found, chosen)
        return page(
            request,
            "web/gallery.html.j2",
            templates=found,
            chosen=chosen,
            address=_id,
            shown=shown,
            broken=problems,
            whose={each: _whose(parts, each) for each in found},
        )

    @routes.get("/templates/preview")
    async def preview(request: Request, _viewer: Reader, name: str = "") -> Response:
        """What one template makes of the sample incident now; 304 while that is what the page shows."""
        chosen = _chosen(parts.renderer.postmortem_templates(), name)
        shown = await asyncio.to_thread(_shown, parts, chosen)
        text = parts.renderer.render("web/gallery_preview.html.j2", shown=shown).text
        mark = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == mark:
            return Response(status_code=304, headers={"ETag": mark})
        return HTMLResponse(text, headers={"ETag": mark})

    return routes


def _chosen(found: list[Template], name: str) -> Template:
    return next((each for each in found if _id(each) == name), found[0])


def _id(template: Template) -> str:
    """Name a template in an address: ours may have the name of one of the user's."""
    return f"builtin/{template.name}" if template.whose == "ours" else template.name


def _looked_at(parts: Parts, found: list[Template], chosen: Template) -> tuple[Shown, dict[Template, str]]:
    every = {each: _shown(parts, each) for each in found}
    return every[chosen], {each: shown.problem for each, shown in every.items() if shown.problem}


def _shown(parts: Parts, template: Template) -> Shown:
    teams = [team.name for team in parts.house.rules.teams]
    made = sample(parts.renderer.sample(), template.severity, template.team(teams))
    rendered = parts.renderer.render_with(template, made)
    return Shown(parts.renderer.render_passage(rendered.text, ""), rendered.problem)


def _whose(parts: Parts, template: Template) -> str:
    """Say which postmortems a template is for."""
    team = template.team([each.name for each in parts.house.rules.teams])
    at = f"{template.severity.upper()} " if isinstance(template.severity, Severity) else ""
    if team:
        return f"{at}incidents of {team}"
    return f"{at}incidents of teams without a template" if at else "everything else"
