"""/api/v1/incidents/{key}/checklists: what to do next, step by step."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.responses import Response

from bot.errors import Missing
from bot.flows import tx
from bot.flows.seen import must_see
from bot.flows.take_note import LONGEST
from bot.flows.timeline_as_json import checklist_object
from bot.flows.tx import Tx
from bot.flows.views import checklist_view, checklist_views
from bot.flows.walk_checklist import assign_step, note_step, settle_step, start_checklist
from bot.web.api.exchange import Exchange, fresh, reads, writes
from bot.web.api.objects import incident as objects
from bot.web.api.objects.told import Page
from bot.web.api.strict import Asked, Strict
from bot.web.api.words import Account, Key, Text
from store.checklists import runs_of
from store.types import Scope, StepState

NAME = r"^[a-z0-9-]{1,60}$"

Reader = Annotated[Exchange, reads(Scope.INCIDENTS_READ)]
Writer = Annotated[Exchange, writes(Scope.INCIDENTS_WRITE)]
Name = Annotated[str, Path(pattern=NAME, examples=["first-five-minutes"])]
Position = Annotated[int, Path(ge=1, le=100, examples=[1])]


class Start(Asked):
    """Which checklist to start."""

    checklist: str = Field(pattern=NAME, examples=["investigation"])


class Outcome(StrEnum):
    """What became of a step."""

    DONE = "done"
    SKIPPED = "skipped"


class StepOutcome(Asked):
    """What became of a step. Skipping it asks why."""

    outcome: Outcome
    text: str | None = Field(None, max_length=LONGEST)


class StepNote(Asked):
    """What was found at a step."""

    text: Text


class Assignee(Asked):
    """Who does a step."""

    account: Account


def router() -> APIRouter:
    """Return the routes of checklists."""
    routes = APIRouter(prefix="/incidents/{key}/checklists", tags=["checklists"], route_class=Strict)

    @routes.get("", responses={200: {"model": Page[objects.Checklist]}})
    async def list_checklists(asked: Reader, key: Key) -> Response:
        """List the checklists that were started, with every step."""
        found = await asked.about(key, checklist_views)
        return asked.told({"items": [checklist_object(view) for view in found], "next": None})

    @routes.post("", status_code=201, responses={201: {"model": objects.Checklist}})
    async def start_a_checklist(asked: Writer, key: Key, body: Start) -> Response:
        """Start a checklist, by its id or the start of it."""

        def work(db: Tx, request: tx.Request) -> Any:
            incident_id = must_see(db, asked.viewer, key)
            start_checklist(db, request, body.checklist, key=key)
            return checklist_object(fresh(db, checklist_views, incident_id)[-1])

        return await asked.do(work, 201)

    @routes.post("/{checklist}/steps/{position}", responses={200: {"model": objects.Checklist}})
    async def settle_a_step(
        asked: Writer, key: Key, checklist: Name, position: Position, body: StepOutcome
    ) -> Response:
        """Mark a step done, or skipped with the reason."""
        state = StepState(body.outcome)

        def settle(db: Tx, request: tx.Request, run_id: int) -> None:
            settle_step(db, request, position, state, body.text, run_id=run_id, key=key)

        return await _at_step(asked, key, checklist, settle)

    @routes.post("/{checklist}/steps/{position}/notes", responses={200: {"model": objects.Checklist}})
    async def note_at_a_step(asked: Writer, key: Key, checklist: Name, position: Position, body: StepNote) -> Response:
        """Write down what was found at a step, without settling it."""

        def note(db: Tx, request: tx.Request, run_id: int) -> None:
            note_step(db, request, position, body.text, run_id=run_id, key=key)

        return await _at_step(asked, key, checklist, note)

    @routes.post("/{checklist}/steps/{position}/assignee", responses={200: {"model": objects.Checklist}})
    async def assign_a_step(asked: Writer, key: Key, checklist: Name, position: Position, body: Assignee) -> Response:
        """Give a step to somebody."""

        def assign(db: Tx, request: tx.Request, run_id: int) -> None:
            assign_step(db, request, position, body.account, run_id=run_id, key=key)

        return await _at_step(asked, key, checklist, assign)

    return routes


async def _at_step(asked: Exchange, key: str, checklist: str, act: Callable[[Tx, tx.Request, int], None]) -> Response:
    """Do something at a step of a checklist that runs or ran, and answer with the checklist as it is then."""

    def work(db: Tx, request: tx.Request) -> Any:
        runs = runs_of(db.db, must_see(db, asked.viewer, key))
        run_id = next((run.id for run in runs if run.checklist_id == checklist), None)
        if run_id is None:
            raise Missing(f"{checklist} was not started in {key}.")
        act(db, request, run_id)
        view = fresh(db, checklist_view, run_id)
        assert view is not None
        return checklist_object(view)

    return await asked.do(work)
