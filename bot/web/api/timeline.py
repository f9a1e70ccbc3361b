"""/api/v1/incidents/{key}/timeline: what happened, and the proof of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from bot.core.cursors import Place
from bot.core.listing import LONGEST_WORDS
from bot.flows import tx
from bot.flows.paging import ENTRY_ORDER, list_entries
from bot.flows.prove import prove
from bot.flows.seen import must_see
from bot.flows.take_note import correct_entry
from bot.flows.timeline_as_json import proof_object
from bot.flows.tx import Tx
from bot.web.api.exchange import SHOWN, Exchange, Limit, about, behind, reads, writes
from bot.web.api.objects import incident as objects
from bot.web.api.objects.told import Page
from bot.web.api.strict import Asked, Strict
from bot.web.api.words import Key, Number, Text
from store.types import Scope

Reader = Annotated[Exchange, reads(Scope.INCIDENTS_READ)]
Writer = Annotated[Exchange, writes(Scope.INCIDENTS_WRITE)]


class Correction(Asked):
    """What an entry should have said."""

    text: Text


def router() -> APIRouter:
    """Return the routes of timelines."""
    routes = APIRouter(prefix="/incidents/{key}/timeline", tags=["timeline"], route_class=Strict)

    @routes.get("", responses={200: {"model": Page[objects.Entry]}})
    async def show_the_timeline(
        asked: Reader,
        key: Key,
        place: Annotated[Place | None, behind("entries", *ENTRY_ORDER)],
        limit: Limit = SHOWN,
        q: Annotated[str, Query(max_length=LONGEST_WORDS, description="Only what says these words.")] = "",
    ) -> Response:
        """List every entry by when it happened. With `q`, sealed texts are opened and looked through."""
        return await asked.page("entries", about, asked.viewer, key, list_entries, q, place, limit)

    @routes.get("/proof", responses={200: {"model": objects.Proof}})
    async def prove_the_timeline(asked: Reader, key: Key) -> Response:
        """Prove that no entry was altered, removed or slipped in since it was recorded."""
        incident_id = await asked.about(key, lambda _db, incident_id: incident_id)
        return asked.told(proof_object(await asked.parts.house.do(prove, incident_id)))

    @routes.post("/{entry}/corrections", status_code=201, responses={201: {"model": objects.Noted}})
    async def correct_an_entry(asked: Writer, key: Key, entry: Number, body: Correction) -> Response:
        """Correct what an entry says. The first wording stays, as an earlier one."""

        def work(db: Tx, request: tx.Request) -> Any:
            must_see(db, asked.viewer, key)
            found, new = correct_entry(db, request, entry, body.text, key=key)
            return {"key": found, "entry": new}

        return await asked.do(work, 201)

    return routes
