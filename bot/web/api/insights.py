"""/api/v1/insights: what incidents say together, as figures."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import Field
from starlette.responses import Response

from bot.errors import Missing
from bot.flows.insights import Asked, By, Insights, insights
from bot.flows.insights_as_json import insights_object, sheet_object
from bot.web.api.exchange import Exchange, reads
from bot.web.api.objects.told import Moment, Told
from bot.web.api.strict import Strict
from store.types import Scope, Severity

Reader = Annotated[Exchange, reads(Scope.INSIGHTS_READ)]
Months = Literal["1", "3", "6", "12", "24", "all"]
Cell = str | int | float | None


class Panel(Told):
    """One thing to look at, as a table. Of fewer than five values no median is told."""

    name: str = Field(examples=["time-to-resolve"])
    title: str
    about: str
    said: list[str] = Field(description="What has to be known to read it, such as how many marks are missing.")
    head: list[str]
    rows: list[list[Cell]]


class Figures(Told):
    """Every panel, of the incidents that were asked for and that you may see."""

    incidents: int
    going_on: int = Field(description="Not measured yet: they are not over.")
    waiting: int = Field(description="Over, and about to be measured.")
    since: Moment | None
    panels: list[Panel]


class Sheet(Panel):
    """A panel with exactly what is plotted."""

    sheet_head: list[str]
    sheet: list[list[Cell]]


async def _asked(
    months: Months = "6", severity: Severity | None = None, team: str | None = None, by: By = By.SEVERITY
) -> Asked:
    """Return which incidents are counted."""
    return Asked(None if months == "all" else int(months), severity, team or None, by)


Wish = Annotated[Asked, Depends(_asked)]


def router() -> APIRouter:
    """Return the routes of insights."""
    routes = APIRouter(prefix="/insights", tags=["insights"], route_class=Strict)

    @routes.get("", responses={200: {"model": Figures}})
    async def look_at_insights(asked: Reader, wish: Wish) -> Response:
        """Tell the figures behind every plot."""
        return asked.told(insights_object(await _look(asked, wish)))

    @routes.get("/{panel}", responses={200: {"model": Sheet}})
    async def look_at_one_plot(
        asked: Reader, panel: Annotated[str, Path(pattern=r"^[a-z-]{1,40}$")], wish: Wish
    ) -> Response:
        """Tell the figures behind one plot, and exactly what is plotted."""
        found = {one.name: one for one in (await _look(asked, wish)).panels}
        if panel not in found:
            raise Missing(f"There is no plot {panel}. There are: {', '.join(found)}")
        return asked.told(sheet_object(found[panel]))

    return routes


async def _look(asked: Exchange, wish: Asked) -> Insights:
    return await asked.parts.house.read(insights, asked.viewer.workspace_id, asked.viewer.person, wish)
