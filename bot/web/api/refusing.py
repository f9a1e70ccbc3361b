"""How the API says no: always problem+json, always with what to do about it."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException as NoRoute
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import compile_path

from bot.core.cursors import BadCursor
from bot.errors import Missing, Refused, Unfit
from bot.flows.answer_once import KeyReused
from bot.web.access import Closed
from bot.web.problems import problem
from store.db import UNREACHED

TITLES = {
    400: "Not JSON",
    401: "Who asks?",
    403: "Not allowed",
    404: "Not there",
    405: "Not that way",
    406: "Not in that format",
    409: "Not now",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Not of that type",
    422: "Not understood",
    428: "Say what you changed",
    429: "Too often",
    503: "Not at the moment",
}
AGAIN = {"Retry-After": "2"}

_COMMAND = re.compile(r"[^.:?!]*:? ?(?:/incident|firstfive) [^.]*\.?$")


def refuse(app: FastAPI) -> None:
    """Give an application the ways to say no."""

    @app.exception_handler(RequestValidationError)
    async def not_understood(request: Request, error: RequestValidationError) -> Response:
        if any(fault["type"] == "json_invalid" for fault in error.errors()):
            return _problem(400, "The body is no JSON.")
        faults = [{"where": _where(fault), "what": _safe(fault["msg"])} for fault in error.errors()]
        told = {"type": "about:blank", "title": TITLES[422], "status": 422, "detail": _listed(faults), "faults": faults}
        return JSONResponse(told, 422, media_type="application/problem+json")

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        status = 404 if isinstance(error, Missing) else 422 if isinstance(error, Unfit | KeyReused) else 409
        return _problem(status, for_program(str(error)))

    @app.exception_handler(BadCursor)
    async def bad_cursor(request: Request, error: BadCursor) -> Response:
        return _problem(422, "This cursor is not from a page of this list. Send `next` of the page before, unchanged.")

    @app.exception_handler(Closed)
    async def closed(request: Request, error: Closed) -> Response:
        headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
        return _problem(error.status, error.detail, headers)

    @app.exception_handler(NoRoute)
    async def no_route(request: Request, error: NoRoute) -> Response:
        if error.status_code == 405:
            allowed = ", ".join(sorted(_methods(app, request.url.path)))
            return _problem(405, f"Here it is {allowed}.", {"Allow": allowed})
        detail = "There is nothing at this address." if error.status_code == 404 else str(error.detail)
        return _problem(error.status_code, detail, error.headers)

    for fault in UNREACHED:

        @app.exception_handler(fault)
        async def unreached(request: Request, error: Exception) -> Response:
            return _problem(503, "The database does not answer. Ask again, with the same Idempotency-Key.", AGAIN)


def _methods(app: FastAPI, path: str) -> set[str]:
    """Return what can be done at an address. Starlette tells of one of its routes alone."""
    contexts = (context for context in iter_route_contexts(app.routes) if context.path and context.methods)
    return {
        method for each in contexts if compile_path(each.path or "")[0].match(path) for method in each.methods or ()
    }


def for_program(refusal: str) -> str:
    """Return a refusal without the command that a person would type next, where something is left then."""
    return _COMMAND.sub("", refusal).strip() or refusal


def _problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return problem(status, TITLES.get(status, "Not done"), _safe(detail), headers)


def _where(fault: Mapping[str, Any]) -> str:
    return _safe(".".join(str(part) for part in fault["loc"]))[:200]


def _listed(faults: list[dict[str, str]]) -> str:
    return "; ".join(f"{fault['where']}: {fault['what']}" for fault in faults[:5])


def _safe(text: str) -> str:
    """Return text that UTF-8 can hold: a field's name may come with half a character."""
    return text.encode("utf-8", "replace").decode()
