"""/api/v1/lint: what the checker would change in a postmortem, before anybody else reads it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from bot.core.lint import finding_object
from bot.core.rulebook import Category
from bot.flows.versions import LONGEST
from bot.web.api.exchange import Exchange, writes
from bot.web.api.objects import postmortem as objects
from bot.web.api.strict import Asked, Strict
from store.types import Scope

Asker = Annotated[Exchange, writes(Scope.POSTMORTEMS_READ)]


class Manuscript(Asked):
    """A text to check."""

    text: str = Field(max_length=LONGEST, description="Markdown.", examples=["He should have checked the config."])
    only: list[Category] = Field([], max_length=len(Category), description="Check only this; everything when empty.")


def router() -> APIRouter:
    """Return the route of the checker."""
    routes = APIRouter(tags=["postmortems"], route_class=Strict)

    @routes.post("/lint", responses={200: {"model": objects.Findings}})
    async def lint_a_text(asked: Asker, body: Manuscript) -> Response:
        """Check a postmortem in Markdown for blame, for names and for structure. It is not kept."""
        found = await asyncio.to_thread(asked.parts.lint, body.text)
        wanted = body.only or list(Category)
        findings = [finding_object(one) for one in found if one.category in wanted]
        return await asked.do(lambda _db, _request: {"findings": findings})

    return routes
