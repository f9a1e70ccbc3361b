"""/api/v1/deliveries, dead-letters, recoveries: what was promised to the outside, what failed, and trying it anew."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from bot.core.cursors import Place
from bot.errors import Missing
from bot.flows import tx
from bot.flows.deliveries_as_json import attempt_object, effect_object, recovery_object
from bot.flows.paging import list_dead_letters, list_effects, seen_effect
from bot.flows.recover import begin_recovery, recent_recoveries, retry_effect
from bot.flows.seen import must_see
from bot.flows.tx import Tx
from bot.flows.views import effect_view
from bot.web.api.exchange import SHOWN, Exchange, Limit, behind, reads, writes
from bot.web.api.objects import partner as objects
from bot.web.api.objects.told import Page
from bot.web.api.strict import Asked, Strict
from bot.web.api.words import Number, Time
from store.dead_letters import Selection
from store.types import Cause, EffectState, Scope

KIND = r"^[a-z]{1,20}(\.[a-z_]{1,40})?$"

Reader = Annotated[Exchange, reads(Scope.DELIVERIES_READ)]
Writer = Annotated[Exchange, writes(Scope.ADMIN)]
Kind = Annotated[str | None, Query(pattern=KIND, description="Such as `slack.card`, or `slack` for all of them.")]


class Recovering(Asked):
    """Which dead letters shall be due again; what is left out is not asked about."""

    since: Time = Field(description="What failed for good since then.")
    until: Time | None = None
    kind: str | None = Field(None, pattern=KIND, examples=["webhook"])
    cause: Cause | None = None
    incident: str | None = Field(None, pattern=r"^(INC-|inc-)?[0-9]{1,9}$", examples=["INC-7"])


def router() -> APIRouter:
    """Return the routes of deliveries and dead letters."""
    routes = APIRouter(tags=["deliveries"], route_class=Strict)

    @routes.get("/deliveries", responses={200: {"model": Page[objects.Effect]}})
    async def list_of_deliveries(
        asked: Reader,
        place: Annotated[Place | None, behind("effects", int)],
        limit: Limit = SHOWN,
        state: EffectState | None = None,
    ) -> Response:
        """List what waits, or what is in one state, the oldest first."""
        return await asked.page("effects", list_effects, asked.viewer, state, place, limit)

    @routes.get("/deliveries/{number}", responses={200: {"model": objects.WholeEffect}})
    async def show_an_effect(asked: Reader, number: Number) -> Response:
        """Show one effect, and how each attempt went that is kept."""
        return await asked.read(_object, asked, number)

    @routes.get("/dead-letters", responses={200: {"model": Page[objects.Effect]}})
    async def list_of_dead_letters(
        asked: Reader,
        place: Annotated[Place | None, behind("dead letters", int)],
        limit: Limit = SHOWN,
        kind: Kind = None,
        cause: Cause | None = None,
        since: Time | None = None,
        until: Time | None = None,
    ) -> Response:
        """List what failed for good, the oldest first."""
        meant = Selection(kind, cause, since=since, until=until)
        return await asked.page("dead letters", list_dead_letters, asked.viewer, meant, place, limit)

    @routes.get("/dead-letters/{number}", responses={200: {"model": objects.WholeEffect}})
    async def show_a_dead_letter(asked: Reader, number: Number) -> Response:
        """Show one dead letter, and how each attempt went that is kept."""
        return await asked.read(_dead, asked, number)

    @routes.post("/dead-letters/{number}/retry", status_code=202, responses={202: {"model": objects.Retried}})
    async def retry_a_dead_letter(asked: Writer, number: Number) -> Response:
        """Make one due again."""

        def work(db: Tx, request: tx.Request) -> Any:
            _object(db, asked, number)
            return {"number": number, "kind": retry_effect(db, request, number, anything=True)}

        return await asked.do(work, 202)

    @routes.post("/recoveries", status_code=202, responses={202: {"model": objects.Begun}})
    async def recover_dead_letters(asked: Writer, body: Recovering) -> Response:
        """Make all due again that are meant, as after a weekend's outage: a job that survives a crash."""

        def work(db: Tx, request: tx.Request) -> Any:
            incident_id = must_see(db, asked.viewer, body.incident) if body.incident else None
            workspace_id = asked.viewer.workspace_id
            meant = Selection(body.kind, body.cause, workspace_id, incident_id, body.since, body.until)
            begun = begin_recovery(db, request, meant)
            total, revived = (begun.total, begun.revived) if begun else (0, 0)
            return {"number": begun.number if begun else None, "total": total, "revived": revived}

        return await asked.do(work, 202)

    @routes.get("/recoveries", responses={200: {"model": Page[objects.Recovery]}})
    async def list_recoveries(asked: Reader) -> Response:
        """List the latest recoveries, the newest first."""
        found = await asked.parts.house.read(recent_recoveries)
        mine = [one for one in found if one[0].workspace_id in (None, asked.viewer.workspace_id)]
        return asked.told({"items": [recovery_object(*one) for one in mine], "next": None})

    return routes


def _object(db: Tx, asked: Exchange, number: int) -> dict[str, Any]:
    view = effect_view(db, number) if seen_effect(db, asked.viewer, number) else None
    if view is None:
        raise Missing(f"There is no effect {number}.")
    return effect_object(view.effect) | {"tried": [attempt_object(attempt) for attempt in view.attempts]}


def _dead(db: Tx, asked: Exchange, number: int) -> dict[str, Any]:
    found = _object(db, asked, number)
    if found["state"] is not EffectState.DEAD:
        raise Missing(f"There is no dead letter {number}.")
    return found
