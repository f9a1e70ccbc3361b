"""/api/v1/postmortems: read them in any format, write them, publish them."""

import asyncio
import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, HTTPException
from pydantic import Field
from starlette.responses import Response

from bot.core.cursors import Place
from bot.core.draft import Draft
from bot.core.lint import finding_object
from bot.core.postmortem import draft
from bot.errors import Missing, Unfit
from bot.flows import tx
from bot.flows.manuscript import manuscript, unpublished_words
from bot.flows.paging import list_postmortems
from bot.flows.postmortem_as_json import postmortem_object, version_object
from bot.flows.postmortem_case import postmortem_case
from bot.flows.publish_postmortem import edit_postmortem, learn, publish_postmortem
from bot.flows.seen import must_see
from bot.flows.start_postmortem import change_owner
from bot.flows.take_note import LONGEST
from bot.flows.tx import Tx
from bot.flows.versions import latest_text, versions
from bot.formats.table import rendered
from bot.web.api.exchange import SHOWN, Exchange, Flow, Limit, behind, fresh, reads, writes
from bot.web.api.formats import TYPES, wanted
from bot.web.api.objects import postmortem as objects
from bot.web.api.objects.told import Page
from bot.web.api.strict import Asked, Strict
from bot.web.api.words import Account, Key, Number
from store.incidents import incident_by_id
from store.postmortems import postmortem_of
from store.types import PostmortemState, Scope

ANYWAY = "The ETag of the text that you changed, from the answer in Markdown. 412 when somebody changed it meanwhile."
MARKDOWN = {"requestBody": {"required": True, "content": {"text/markdown": {"schema": {"type": "string"}}}}}

Reader = Annotated[Exchange, reads(Scope.POSTMORTEMS_READ)]
Writer = Annotated[Exchange, writes(Scope.POSTMORTEMS_WRITE)]
Form = Literal["json", "md", "html", "pdf", "docx", "confluence"]


class Publishing(Asked):
    """Why it is published all the same, when the checker finds something."""

    because: str | None = Field(None, max_length=LONGEST)


class Owner(Asked):
    """Who writes it."""

    account: Account


def router() -> APIRouter:
    """Return the routes of postmortems."""
    routes = APIRouter(prefix="/postmortems", tags=["postmortems"], route_class=Strict)

    @routes.get("", responses={200: {"model": Page[objects.Postmortem]}})
    async def list_of_postmortems(
        asked: Reader,
        place: Annotated[Place | None, behind("postmortems", int)],
        limit: Limit = SHOWN,
        state: PostmortemState | None = None,
    ) -> Response:
        """List where postmortems stand, that of the newest incident first."""
        return await asked.page("postmortems", list_postmortems, asked.viewer, state, place, limit)

    @routes.get("/{key}", responses={200: {"content": {kind: {"schema": _schema(kind)} for kind in TYPES.values()}}})
    async def read_a_postmortem(asked: Reader, key: Key, format: Form | None = None) -> Response:
        """Read its latest version, or the draft as the timeline stands now, in the format that Accept or `format` asks
        for. JSON and the picture of the timeline are always of the draft."""
        form = format or wanted(asked.request.headers.get("accept", "*/*"))
        if form is None:
            raise HTTPException(406, f"There are {', '.join(TYPES.values())}.")
        sketch, version = await asked.about(key, _read)
        file = await asyncio.to_thread(rendered, form, asked.parts.renderer, sketch, asked.parts.fonts(), version)
        # The text in Markdown is what If-Match speaks of. A file carries dates of its own, so it is only as good as.
        etag = tag(file.text) if form == "md" else f"W/{tag(f'{form} {file.text}')}"
        name = f"{sketch.key.lower()}.{'xml' if form == 'confluence' else form}"
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return asked.content(file.content, TYPES[form], etag, headers)

    @routes.get("/{key}/state", responses={200: {"model": objects.Postmortem}})
    async def state_of_a_postmortem(asked: Reader, key: Key) -> Response:
        """Say where it stands. It is there once its incident was resolved, or somebody began it."""
        return asked.told(await asked.about(key, _object))

    @routes.get("/{key}/versions", responses={200: {"model": Page[objects.Version]}})
    async def versions_of_a_postmortem(asked: Reader, key: Key) -> Response:
        """List what it said, the first version first; none while it is a draft that follows its timeline."""
        found = await asked.about(key, versions)
        return asked.told({"items": [version_object(one) for one in found], "next": None})

    @routes.get("/{key}/versions/{number}", responses={200: {"model": objects.Version}})
    async def version_of_a_postmortem(asked: Reader, key: Key, number: Number) -> Response:
        """Read one version."""
        found = await asked.about(key, versions)
        if number > len(found):
            raise Missing(f"{key} has {len(found)} versions.")
        return asked.told(version_object(found[number - 1]))

    @routes.put("/{key}", responses={200: {"model": objects.Written}}, openapi_extra=MARKDOWN)
    async def write_a_postmortem(
        asked: Writer,
        key: Key,
        if_match: Annotated[str | None, Header(alias="If-Match", max_length=200, description=ANYWAY)] = None,
    ) -> Response:
        """Keep a text in Markdown as the next version. From then on no draft replaces it."""
        if asked.request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/markdown":
            raise HTTPException(415, "Send Markdown, and say so: Content-Type: text/markdown")
        if if_match is None:
            raise HTTPException(428, f"Send If-Match. {ANYWAY}")
        text = _text(await asked.request.body())

        def work(db: Tx, request: tx.Request) -> Any:
            now = _words(asked, manuscript(db, must_see(db, asked.viewer, key)))
            if if_match not in ("*", tag(now)):
                raise HTTPException(412, "Somebody changed it meanwhile. Read it again, and change that.")
            return {"key": _spelt(key), "version": edit_postmortem(db, request, text, key=key)}

        return await asked.do(work)

    @routes.post("/{key}/publish", responses={200: {"model": objects.Postmortem}})
    async def publish_a_postmortem(asked: Writer, key: Key, body: Publishing) -> Response:
        """Publish what it says now, and tell its team. When the checker finds something, it asks for the reason."""

        def flow(db: Tx, request: tx.Request, incident_id: int) -> None:
            text = _words(asked, unpublished_words(db, incident_id))
            publish_postmortem(db, request, text, len(db.rules.checked(text)), body.because, key=key)

        return await _change(asked, key, flow)

    @routes.post("/{key}/learned", responses={200: {"model": objects.Postmortem}})
    async def learn_from_a_postmortem(asked: Writer, key: Key) -> Response:
        """Say that its lessons are done. Open action items stand against it."""
        return await _change(asked, key, lambda db, request, _: learn(db, request, key=key))

    @routes.post("/{key}/owner", responses={200: {"model": objects.Postmortem}})
    async def give_a_postmortem(asked: Writer, key: Key, body: Owner) -> Response:
        """Give it to somebody to write."""
        return await _change(asked, key, lambda db, request, _: change_owner(db, request, body.account, key=key))

    @routes.get("/{key}/findings", responses={200: {"model": objects.Findings}})
    async def findings_in_a_postmortem(asked: Reader, key: Key) -> Response:
        """Say what the checker would change before it is published."""
        words = _words(asked, await asked.about(key, unpublished_words))
        found = await asyncio.to_thread(asked.parts.lint, words)
        return asked.told({"findings": [finding_object(one) for one in found]})

    return routes


def tag(text: str) -> str:
    """Return the strong ETag of a text."""
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


async def _change(asked: Exchange, key: str, flow: Flow) -> Response:
    """Do something to a postmortem, and answer with where it stands then."""

    def work(db: Tx, request: tx.Request) -> Any:
        incident_id = must_see(db, asked.viewer, key)
        flow(db, request, incident_id)
        return fresh(db, _object, incident_id)

    return await asked.do(work)


def _read(db: Tx, incident_id: int) -> tuple[Draft, str | None]:
    return draft(postmortem_case(db, incident_id)), latest_text(db, incident_id)


def _object(db: Tx, incident_id: int) -> dict[str, Any]:
    incident, found = incident_by_id(db.db, incident_id), postmortem_of(db.db, incident_id)
    assert incident is not None
    if found is None:
        raise Missing(f"The postmortem of {incident.key} was not begun.")
    return postmortem_object(db, found, incident)


def _words(asked: Exchange, said: str | Draft) -> str:
    return said if isinstance(said, str) else asked.parts.renderer.render_postmortem(said, "md").text


def _text(body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unfit("That is not UTF-8.") from None
    if any(letter < " " and letter not in "\n\r\t" for letter in text):
        raise Unfit("There are control characters in it. Send text.")
    return text


def _spelt(key: str) -> str:
    return f"INC-{int(key.upper().removeprefix('INC-'))}"


def _schema(kind: str) -> dict[str, Any]:
    binary = kind in (TYPES["pdf"], TYPES["docx"])
    return (
        {"type": "object"} if kind == TYPES["json"] else {"type": "string"} | ({"format": "binary"} if binary else {})
    )
