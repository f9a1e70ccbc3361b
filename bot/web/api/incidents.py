"""/api/v1/incidents: list, open and show them, and move them through their life."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from bot.core.cursors import Place
from bot.core.listing import LIVE, LONGEST_WORDS, OVER
from bot.core.roles import role_named
from bot.errors import Unfit
from bot.flows import tx
from bot.flows.as_json import incident_object_for
from bot.flows.change_status import change_severity, change_status
from bot.flows.join_incidents import join_incidents
from bot.flows.make_private import make_private
from bot.flows.open_incident import LONGEST_TITLE, open_incident
from bot.flows.paging import list_incidents
from bot.flows.post_update import post_update
from bot.flows.seen import must_see
from bot.flows.similar_incidents import similar_object, similar_to
from bot.flows.take_note import LONGEST, state_impact, take_note
from bot.flows.take_role import give_role, hand_off
from bot.flows.tx import Tx
from bot.web.api.exchange import SHOWN, Exchange, Limit, behind, fresh, reads, writes
from bot.web.api.objects import incident as objects
from bot.web.api.objects.told import Page
from bot.web.api.strict import Asked, Strict
from bot.web.api.words import SEEN, Account, Key, Text, Time
from store.incidents import incident_by_request
from store.listing import Filter
from store.types import Link, Scope, Severity, Status

LOOKED_IN = "Words that title, impact or published postmortem hold; sealed notes are not looked in."

Reader = Annotated[Exchange, reads(Scope.INCIDENTS_READ)]
Writer = Annotated[Exchange, writes(Scope.INCIDENTS_WRITE)]
Words = Annotated[str | None, Field(max_length=LONGEST)]


class Opening(Asked):
    """An incident to open."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE, pattern=SEEN, examples=["checkout is down"])
    severity: Severity = Severity.SEV2
    private: bool = Field(False, description="Only those who take part can see it.")
    test: bool = Field(False, description="It is announced nowhere and counts in no statistics.")


class Move(Asked):
    """Where it stands now."""

    status: Status
    text: Words = Field(None, description="What is known.")


class Said(Asked):
    """What somebody says about it."""

    text: Words = None


class Grade(Asked):
    """How bad it is now."""

    severity: Severity


class Role(Asked):
    """Who has a role now."""

    role: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{1,30}$", examples=["incident_commander"])
    account: Account | None = Field(None, description="Whoever asks, when left out.")


class Successor(Asked):
    """Who takes over every role of whoever asks."""

    account: Account


class Note(Asked):
    """What is written on the timeline."""

    text: Text


class Update(Asked):
    """What everybody is told."""

    text: Text
    next_in_minutes: int | None = Field(None, ge=1, le=10_080, description="As the severity demands, when left out.")
    status: Status | None = None


class Other(Asked):
    """The incident that goes on."""

    key: str = Field(pattern=r"^(INC-|inc-)?[0-9]{1,9}$", examples=["INC-4"])


def router() -> APIRouter:
    """Return the routes of incidents."""
    routes = APIRouter(prefix="/incidents", tags=["incidents"], route_class=Strict)

    @routes.get("", responses={200: {"model": Page[objects.Incident]}})
    async def list_of_incidents(
        asked: Reader,
        place: Annotated[Place | None, behind("incidents", datetime, int)],
        limit: Limit = SHOWN,
        q: Annotated[str, Query(max_length=LONGEST_WORDS, description=LOOKED_IN)] = "",
        status: Annotated[list[Status], Query()] = [],  # noqa: B006 - FastAPI copies it
        severity: Annotated[list[Severity], Query()] = [],  # noqa: B006
        live: Annotated[bool | None, Query(description="Whether people work on it.")] = None,
        test: bool | None = None,
        mine: Annotated[bool, Query(description="Only those that you take part in.")] = False,
        opened_since: Time | None = None,
        opened_until: Time | None = None,
    ) -> Response:
        """List the incidents that you may see, the newest first."""
        among = set(Status) if live is None else set(LIVE if live else OVER)
        statuses = tuple(among & set(status or Status))
        if not statuses:
            return asked.told({"items": [], "next": None})
        found = Filter(statuses, severity, opened_since, opened_until, tests=test, mine=mine)
        return await asked.page("incidents", list_incidents, asked.viewer, found, q, place, limit)

    @routes.post("", status_code=201, responses={201: {"model": objects.Incident}})
    async def open_an_incident(asked: Writer, body: Opening) -> Response:
        """Open an incident. Its channel follows as soon as Slack can be reached."""

        def work(db: Tx, request: tx.Request) -> Any:
            open_incident(db, request, body.title, body.severity, private=body.private, test=body.test)
            return fresh(db, _opened, asked, request.id)

        return await asked.do(work, 201, "/api/v1/incidents/{key}")

    @routes.get("/{key}", responses={200: {"model": objects.Incident}})
    async def show_an_incident(asked: Reader, key: Key) -> Response:
        """Show one incident."""
        return await asked.read(_shown, asked, key)

    @routes.post("/{key}/status", responses={200: {"model": objects.Incident}})
    async def change_the_status(asked: Writer, key: Key, body: Move) -> Response:
        """Say where it stands. A move that its life does not allow is refused."""
        return await asked.change(key, change_status, body.status, body.text)

    @routes.post("/{key}/resolve", responses={200: {"model": objects.Incident}})
    async def resolve_an_incident(asked: Writer, key: Key, body: Said) -> Response:
        """Say that it is over."""
        return await asked.change(key, change_status, Status.RESOLVED, body.text)

    @routes.post("/{key}/reopen", responses={200: {"model": objects.Incident}})
    async def reopen_an_incident(asked: Writer, key: Key, body: Said) -> Response:
        """Say that it goes on."""
        return await asked.change(key, change_status, Status.INVESTIGATING, body.text)

    @routes.post("/{key}/close", responses={200: {"model": objects.Incident}})
    async def close_an_incident(asked: Writer, key: Key, body: Said) -> Response:
        """Put a resolved incident away."""
        return await asked.change(key, change_status, Status.CLOSED, body.text)

    @routes.post("/{key}/severity", responses={200: {"model": objects.Incident}})
    async def change_the_severity(asked: Writer, key: Key, body: Grade) -> Response:
        """Say how bad it is."""
        return await asked.change(key, change_severity, body.severity)

    @routes.post("/{key}/roles", responses={200: {"model": objects.Incident}})
    async def give_a_role(asked: Writer, key: Key, body: Role) -> Response:
        """Give somebody a role, or take it."""
        role = role_named(body.role)
        if role is None:
            raise Unfit(f"{body.role} cannot be the name of a role.")
        return await asked.change(key, give_role, role, body.account)

    @routes.post("/{key}/hand-off", responses={200: {"model": objects.Incident}})
    async def hand_off_roles(asked: Writer, key: Key, body: Successor) -> Response:
        """Hand every role of yours to somebody else."""
        return await asked.change(key, hand_off, body.account)

    @routes.post("/{key}/notes", status_code=201, responses={201: {"model": objects.Noted}})
    async def write_a_note(asked: Writer, key: Key, body: Note) -> Response:
        """Write something on the timeline."""

        def work(db: Tx, request: tx.Request) -> Any:
            must_see(db, asked.viewer, key)
            found, entry = take_note(db, request, body.text, key=key)
            return {"key": found, "entry": entry}

        return await asked.do(work, 201)

    @routes.post("/{key}/updates", responses={200: {"model": objects.Incident}})
    async def post_an_update(asked: Writer, key: Key, body: Update) -> Response:
        """Tell everybody where it stands, and promise the next update."""
        return await asked.change(key, post_update, body.text, body.next_in_minutes, status=body.status)

    @routes.post("/{key}/impact", responses={200: {"model": objects.Incident}})
    async def state_the_impact(asked: Writer, key: Key, body: Note) -> Response:
        """Say whom it hurts and how."""
        return await asked.change(key, state_impact, body.text)

    @routes.post("/{key}/merge", responses={200: {"model": objects.Incident}})
    async def merge_into_another(asked: Writer, key: Key, body: Other) -> Response:
        """End this incident, and go on in another."""
        return await asked.change(key, _joined, asked, body.key, Link.MERGED)

    @routes.post("/{key}/duplicate", responses={200: {"model": objects.Incident}})
    async def mark_as_duplicate(asked: Writer, key: Key, body: Other) -> Response:
        """Say that this is another incident, reported twice."""
        return await asked.change(key, _joined, asked, body.key, Link.DUPLICATE)

    @routes.post("/{key}/private", responses={200: {"model": objects.Incident}})
    async def make_it_private(asked: Writer, key: Key) -> Response:
        """Hide it from everyone who takes no part. There is no way back."""
        return await asked.change(key, make_private)

    @routes.get("/{key}/similar", responses={200: {"model": Page[objects.Similar]}})
    async def similar_to_an_incident(asked: Reader, key: Key) -> Response:
        """List past incidents about the same, the best match first, with what helped then."""
        found = await asked.about(key, similar_to)
        return asked.told({"items": [similar_object(one) for one in found], "next": None})

    return routes


def _shown(db: Tx, asked: Exchange, key: str) -> Any:
    return incident_object_for(db, asked.viewer.person, must_see(db, asked.viewer, key))


def _opened(db: Tx, asked: Exchange, request_id: str) -> Any:
    incident = incident_by_request(db.db, request_id)
    assert incident is not None
    return incident_object_for(db, asked.viewer.person, incident.id or 0)


def _joined(db: Tx, request: tx.Request, asked: Exchange, other: str, how: Link, key: str) -> None:
    must_see(db, asked.viewer, other)
    join_incidents(db, request, other, how, key=key)
