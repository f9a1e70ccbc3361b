"""One question to the API and its answer: who asks, once or again, and whether they know the answer already."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Concatenate, ParamSpec

from fastapi import Depends, Header, Query
from starlette.requests import Request
from starlette.responses import Response

from bot.core.access import Viewer
from bot.core.cursors import Place, cursor, place_of
from bot.flows import tx
from bot.flows.answer_once import Once, Told, answer_once, once_for
from bot.flows.as_json import incident_object_for
from bot.flows.paging import Page
from bot.flows.seen import must_see
from bot.flows.tx import Tx
from bot.web.access import needs
from bot.web.parts import Parts, parts_of
from store.types import Scope

P = ParamSpec("P")
Flow = Callable[..., Any]

SHOWN, MOST = 50, 200  # rows of a page
KEY = r"^[!-~]{1,200}$"

Known = Annotated[
    str | None,
    Header(alias="If-None-Match", max_length=2000, description="The ETag of what you have; 304 when it is still so."),
]
OnceKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=KEY,
        description="A key of yours for this request. Sent again within 24 hours it is not done again, and answered "
        "the same, with `Idempotent-Replayed: true`.",
        examples=["9f3c2a7e-open"],
    ),
]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Whoever asks, and the ways to answer them. Nothing that they may not see is ever looked at for them."""

    request: Request
    viewer: Viewer
    parts: Parts
    key: str | None = None

    async def read(self, query: Callable[Concatenate[Tx, P], Any], *args: P.args, **kwargs: P.kwargs) -> Response:
        """Answer with what a query returns."""
        return self.told(await self.parts.house.read(query, *args, **kwargs))

    async def about(self, key: str, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Return what a query, which is given an incident's row id, says of an incident that the viewer may see."""
        return await self.parts.house.read(about, self.viewer, key, query, *args, **kwargs)

    async def page(self, of: str, query: Callable[..., Page], *args: Any) -> Response:
        """Answer with one page of a list; *query* returns it."""
        page = await self.parts.house.read(query, *args)
        return self.told({"items": page.items, "next": cursor(of, page.last) if page.last else None})

    async def do(self, work: Callable[[Tx, tx.Request], Any], status: int = 200, at: str | None = None) -> Response:
        """Do something, once, and answer with what it returns. *at* is where what was made is, with names in braces."""
        asked = tx.Request(f"api:{secrets.token_hex(16)}", self.viewer.account, self.viewer.team)

        def worked(db: Tx) -> Told:
            made = work(db, asked)
            place = at.format_map(made) if at else None
            return Told(status, "" if status == 204 else encoded(made), place)

        told = await self.parts.house.do(answer_once, await self._once(), self.viewer.person or "", worked)
        headers = {"Idempotent-Replayed": "true"} if told.again else {}
        headers |= {"Location": told.location} if told.location else {}
        kind = None if told.status == 204 else "application/json"
        return Response(told.body, told.status, headers, media_type=kind)

    async def change(self, key: str, flow: Flow, *args: Any, **kwargs: Any) -> Response:
        """Do something to an incident, and answer with the incident as it is then."""

        def work(db: Tx, asked: tx.Request) -> Any:
            incident_id = must_see(db, self.viewer, key)
            flow(db, asked, *args, key=key, **kwargs)
            return fresh(db, incident_object_for, self.viewer.person, incident_id)

        return await self.do(work)

    def told(self, value: Any) -> Response:
        """Answer with an object, or that it is as the asker knows it."""
        body = encoded(value).encode()
        return self.content(body, "application/json", f'"{hashlib.sha256(body).hexdigest()[:32]}"')

    def content(self, body: bytes, kind: str, etag: str, headers: Mapping[str, str] | None = None) -> Response:
        """Answer with bytes that *etag* names, or that they are as the asker knows them."""
        told = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept, Authorization, Cookie"}
        told |= headers or {}
        if knows(self.request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers=told)
        return Response(body, 200, told, media_type=kind)

    async def _once(self) -> Once | None:
        if self.key is None:
            return None
        url, body = self.request.url, await self.request.body()
        asked = f"{self.request.method} {url.path}?{url.query}\n{self.request.headers.get('if-match', '')}\n".encode()
        return once_for(self.viewer, self.key, asked + body)


def reads(scope: Scope) -> Any:
    """Return the dependency of a route that reads what *scope* opens."""
    needed = needs(scope)

    async def exchange(request: Request, viewer: Annotated[Viewer, Depends(needed)], known: Known = None) -> Exchange:
        return Exchange(request, viewer, parts_of(request))

    return Depends(exchange)


def writes(scope: Scope) -> Any:
    """Return the dependency of a route that changes what *scope* opens, once under the key that the asker may send."""
    needed = needs(scope)

    async def exchange(
        request: Request, viewer: Annotated[Viewer, Depends(needed)], once_key: OnceKey = None
    ) -> Exchange:
        return Exchange(request, viewer, parts_of(request), once_key)

    return Depends(exchange)


def behind(of: str, *kinds: type) -> Any:
    """Return the dependency of a list *of* something that goes on behind a cursor, which holds one of each kind."""

    async def place(
        given: Annotated[
            str | None,
            Query(alias="cursor", pattern=r"^[A-Za-z0-9_-]{1,200}$", description="`next` of the page before."),
        ] = None,
    ) -> Place | None:
        return None if given is None else place_of(of, given, kinds)

    return Depends(place)


Limit = Annotated[int, Query(ge=1, le=MOST, description="Rows of a page.")]


def about(db: Tx, viewer: Viewer, key: str, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return what a query says of an incident that the viewer may see; it is given the incident's row id."""
    return query(db, must_see(db, viewer, key), *args, **kwargs)


def fresh(db: Tx, query: Callable[Concatenate[Tx, P], Any], *args: P.args, **kwargs: P.kwargs) -> Any:
    """Return what a query says in a transaction that wrote: of the rows as they are now."""
    db.db.flush()
    db.db.expire_all()
    return query(db, *args, **kwargs)


def encoded(value: Any) -> str:
    """Return an object as it is sent."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def knows(header: str, etag: str) -> bool:
    """Whether an If-None-Match names what is there. Weakly compared, as RFC 9110 says."""
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags
