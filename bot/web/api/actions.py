"""/api/v1/actions: what is to be done so that it does not happen again."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from bot.core.cursors import Place
from bot.flows import tx
from bot.flows.add_action import add_action, settle_action
from bot.flows.as_json import item_object
from bot.flows.change_action import change_action
from bot.flows.give_action import give_action
from bot.flows.open_incident import LONGEST_TITLE
from bot.flows.paging import list_actions
from bot.flows.seen import must_see
from bot.flows.take_note import LONGEST
from bot.flows.tx import Tx
from bot.web.api.exchange import SHOWN, Exchange, Flow, Limit, about, behind, fresh, reads, writes
from bot.web.api.objects import incident as objects
from bot.web.api.objects.told import Page
from bot.web.api.strict import Asked, Strict
from bot.web.api.words import ACCOUNT, SEEN, Account, Day, Key, Number, Text
from store.actions import action_by_number
from store.incidents import incident_by_id
from store.paging import ActionsWanted
from store.types import ActionState, ActionType, Priority, Scope

Reader = Annotated[Exchange, reads(Scope.ACTIONS_READ)]
Writer = Annotated[Exchange, writes(Scope.ACTIONS_WRITE)]


class Adding(Asked):
    """An action item to add."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE, pattern=SEEN, examples=["alert when the pool is full"])
    owner: Account | None = None
    priority: Priority = Priority.P2
    type: ActionType = ActionType.PREVENT
    due_on: Day | None = Field(None, description="As its priority demands, when left out.")
    done_when: str | None = Field(None, max_length=LONGEST, description="How anyone can see that it is done.")


class Owner(Asked):
    """Who has it now."""

    account: Account


class Change(Asked):
    """What is changed of it; what is left out stays as it is."""

    title: str | None = Field(None, min_length=1, max_length=LONGEST_TITLE, pattern=SEEN)
    priority: Priority | None = None
    due_on: Day | None = None
    done_when: str | None = Field(None, max_length=LONGEST)


class Reason(Asked):
    """Why it is declined."""

    reason: Text


class Remark(Asked):
    """What is to be said of it."""

    text: str | None = Field(None, max_length=LONGEST)


def router() -> APIRouter:
    """Return the routes of action items."""
    routes = APIRouter(tags=["actions"], route_class=Strict)

    @routes.get("/actions", responses={200: {"model": Page[objects.ActionItemOf]}})
    async def list_of_actions(
        asked: Reader,
        place: Annotated[Place | None, behind("actions", date, int)],
        limit: Limit = SHOWN,
        state: ActionState | None = None,
        priority: Priority | None = None,
        owner: Annotated[str | None, Query(pattern=ACCOUNT)] = None,
        due_until: Day | None = None,
    ) -> Response:
        """List the action items of incidents that you may see, the first due first."""
        wanted = ActionsWanted(state, priority, due_until=due_until)
        return await asked.page("actions", list_actions, asked.viewer, wanted, owner, place, limit)

    @routes.get("/incidents/{key}/actions", responses={200: {"model": Page[objects.ActionItemOf]}})
    async def actions_of_an_incident(
        asked: Reader, key: Key, place: Annotated[Place | None, behind("actions", date, int)], limit: Limit = SHOWN
    ) -> Response:
        """List an incident's action items, the first due first."""
        return await asked.page("actions", about, asked.viewer, key, _of_incident, asked, place, limit)

    @routes.post("/incidents/{key}/actions", status_code=201, responses={201: {"model": objects.ActionItemOf}})
    async def add_an_action(asked: Writer, key: Key, body: Adding) -> Response:
        """Add an action item. Its ticket follows as soon as Jira can be reached."""
        fields = body.model_dump(exclude={"title"})

        def work(db: Tx, request: tx.Request) -> Any:
            must_see(db, asked.viewer, key)
            found, item = add_action(db, request, body.title, key=key, **fields)
            return fresh(db, _object, found, item.incident_id, item.number)

        return await asked.do(work, 201)

    @routes.post("/incidents/{key}/actions/{number}", responses={200: {"model": objects.ActionItemOf}})
    async def change_an_action(asked: Writer, key: Key, number: Number, body: Change) -> Response:
        """Change what it says, how urgent it is, until when, and how anyone sees that it is done; in Jira too."""
        return await _change(asked, key, number, change_action, **body.model_dump())

    @routes.post("/incidents/{key}/actions/{number}/owner", responses={200: {"model": objects.ActionItemOf}})
    async def give_an_action(asked: Writer, key: Key, number: Number, body: Owner) -> Response:
        """Give it to somebody, or take it."""
        return await _change(asked, key, number, give_action, body.account)

    @routes.post("/incidents/{key}/actions/{number}/done", responses={200: {"model": objects.ActionItemOf}})
    async def finish_an_action(asked: Writer, key: Key, number: Number, body: Remark) -> Response:
        """Say that it is done."""
        return await _change(asked, key, number, settle_action, ActionState.DONE, body.text)

    @routes.post("/incidents/{key}/actions/{number}/decline", responses={200: {"model": objects.ActionItemOf}})
    async def decline_an_action(asked: Writer, key: Key, number: Number, body: Reason) -> Response:
        """Say that it will not be done, and why. It stays in the list."""
        return await _change(asked, key, number, settle_action, ActionState.DECLINED, body.reason)

    @routes.post("/incidents/{key}/actions/{number}/reopen", responses={200: {"model": objects.ActionItemOf}})
    async def reopen_an_action(asked: Writer, key: Key, number: Number, body: Remark) -> Response:
        """Say that it is to be done after all."""
        return await _change(asked, key, number, settle_action, ActionState.OPEN, body.text)

    return routes


async def _change(asked: Exchange, key: str, number: int, flow: Flow, *args: Any, **kwargs: Any) -> Response:
    """Do something to an action item, and answer with the item as it is then."""

    def work(db: Tx, request: tx.Request) -> Any:
        incident_id = must_see(db, asked.viewer, key)
        flow(db, request, number, *args, key=key, **kwargs)
        return fresh(db, _object, None, incident_id, number)

    return await asked.do(work)


def _of_incident(db: Tx, incident_id: int, asked: Exchange, place: Place | None, limit: int) -> Any:
    return list_actions(db, asked.viewer, ActionsWanted(incident_id=incident_id), None, place, limit)


def _object(db: Tx, key: str | None, incident_id: int, number: int) -> dict[str, Any]:
    incident, item = incident_by_id(db.db, incident_id), action_by_number(db.db, incident_id, number)
    assert incident is not None
    assert item is not None
    return {"incident": incident.key} | item_object(db, item)
