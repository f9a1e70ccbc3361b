"""/api/v1/me: who asks."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from bot.core.access import Viewer
from bot.web.access import Closed, recognised
from bot.web.api.exchange import Exchange, Known
from bot.web.api.objects.told import Told
from bot.web.api.strict import Strict
from bot.web.parts import parts_of
from store.types import Scope, WebRole


class Me(Told):
    """Whoever asks, and what they may do."""

    account: str = Field(examples=["U02AB34CD"])
    role: WebRole
    scopes: list[Scope]
    via: str = Field(description="How they are known.", examples=["token"])
    workspace: str | None = Field(description="Slack's id of the workspace.", examples=["T02AB34CD"])


async def _anybody(request: Request, known: Known = None) -> Exchange:
    """Let everyone in who is known, whatever they may."""
    viewer = await recognised(request)
    if viewer is None:
        raise Closed(401, "Send a token: Authorization: Bearer ff_…")
    return Exchange(request, viewer, parts_of(request))


def router() -> APIRouter:
    """Return the route that says who asks."""
    routes = APIRouter(tags=["me"], route_class=Strict)

    @routes.get("/me", responses={200: {"model": Me}})
    async def who_am_i(asked: Annotated[Exchange, Depends(_anybody)]) -> Response:
        """Say who asks and what they may do. Every token may ask this."""
        return asked.told(_object(asked.viewer))

    return routes


def _object(viewer: Viewer) -> dict[str, object]:
    return {
        "account": viewer.account,
        "role": viewer.role,
        "scopes": sorted(viewer.scopes),
        "via": viewer.via,
        "workspace": viewer.team,
    }
