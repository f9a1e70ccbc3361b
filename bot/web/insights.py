"""/insights: what incidents say together, as plots with a table and a sheet behind each."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.core.access import Viewer
from bot.core.plots import legend
from bot.flows.insights import MONTHS, Asked, By, Insights, insights
from bot.web.access import needs
from bot.web.page import page
from bot.web.parts import Parts
from bot.web.sheets import sheet_answer
from store.types import Scope, Severity

Reader = Annotated[Viewer, Depends(needs(Scope.INSIGHTS_READ))]


def router(parts: Parts) -> APIRouter:
    """Return the routes of insights."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/insights")
    async def look(request: Request, viewer: Reader) -> Response:
        """Every plot, of the incidents that the viewer asks for and may see."""
        asked = _asked(request)
        found = await _look(parts, viewer, asked)
        return page(
            request,
            "web/insights.html.j2",
            found=found,
            asked=asked,
            query=_query(asked),
            months=MONTHS,
            severities=Severity,
            ways=By,
            legend=legend(),
        )

    @routes.get("/insights/{name}.csv")
    async def sheet(request: Request, viewer: Reader, name: str) -> Response:
        """What one plot is made of."""
        found = await _look(parts, viewer, _asked(request))
        panel = next((panel for panel in found.panels if panel.name == name), None)
        if panel is None:
            raise HTTPException(404)
        return await sheet_answer(parts, viewer, f"insights-{name}", panel.sheet_head, panel.sheet())

    return routes


async def _look(parts: Parts, viewer: Viewer, asked: Asked) -> Insights:
    return await parts.house.read(insights, viewer.workspace_id, viewer.person, asked)


def _asked(request: Request) -> Asked:
    """Return what is asked for. A word that means nothing is as if it were not there."""
    given, plain = request.query_params, Asked()
    months = {"all": None, **{str(count): count for count in MONTHS}}.get(given.get("months", ""), plain.months)
    severity, by = given.get("severity", ""), given.get("by", "")
    return Asked(
        months=months,
        severity=Severity(severity) if severity in set(Severity) else None,
        team=given.get("team") or None,
        by=By(by) if by in set(By) else plain.by,
    )


def _query(asked: Asked) -> str:
    words = {"months": asked.months or "all", "severity": asked.severity, "team": asked.team, "by": asked.by}
    return urlencode({word: value for word, value in words.items() if value})
