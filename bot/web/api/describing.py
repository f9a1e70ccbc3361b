"""OpenAPI: what every route takes and answers, also when it says no. Written from the routes when first asked for."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from bot.web.access import Needs
from bot.web.api.objects.told import Problem
from bot.web.api.refusing import TITLES

ABOUT = """Incidents, timelines, checklists, action items, postmortems, reviews, partners and deliveries.

Lists come in pages: ask again with `cursor` set to `next`. Whatever changes something takes an `Idempotency-Key`. What
cannot be done is answered with problem+json."""
PROBLEM = "application/problem+json"
ALWAYS = (401, 403, 422, 429, 503)
WITH_BODY = (400, 413, 415)
ASKS = ("/api/v1/incidents/{key}/review/proposal",)  # what cannot be said of every incident
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token, as an admin makes it."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-firstfive",
        "description": "Whoever signed in on the pages, by https. What changes something then carries X-CSRF as well.",
    },
}


def description(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI of an application, made once."""
    if app.openapi_schema is None:
        told = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
        schemas = told["components"]["schemas"]
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schemas["Problem"].pop("$defs", {})
        told["components"]["securitySchemes"] = SCHEMES
        told["components"]["responses"] = {str(status): _refusal(status) for status in TITLES}
        needed = _scopes(app)
        for path, operations in told["paths"].items():
            for method, operation in operations.items():
                _complete(path, method, operation, needed.get((path, method)))
        app.openapi_schema = told
    return app.openapi_schema


def _complete(path: str, method: str, operation: dict[str, Any], scope: str | None) -> None:
    """Say of one operation how it says no, which headers it answers with, and what it needs."""
    answers, changes = operation["responses"], method != "get"
    statuses = [*ALWAYS, *([404] if "{" in path or changes else []), *([409] if changes or path in ASKS else [])]
    statuses += WITH_BODY if "requestBody" in operation else [413] if changes else []
    statuses += {"put": [412, 428], "get": [304]}.get(method, [])
    statuses += [406] if path == "/api/v1/postmortems/{key}" and method == "get" else []
    for status in sorted(statuses):
        answers[str(status)] = (
            {"description": "It is as you know it."} if status == 304 else {"$ref": f"#/components/responses/{status}"}
        )
    for status, answer in answers.items():
        if status.startswith("2"):
            answer["headers"] = _headers(changes, status)
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "If-Match":
            parameter["required"] = True  # Without one the answer is 428, which says more than 422.
    operation["security"] = [{"token": []}, {"session": []}]
    if scope:
        operation["description"] = f"{operation.get('description', '')}\n\nNeeds the scope `{scope}`.".strip()


def _headers(changes: bool, status: str) -> dict[str, Any]:
    if not changes:
        return {"ETag": _header("Names what was answered; weak where the bytes may differ and the meaning does not.")}
    again = {"Idempotent-Replayed": _header("`true` when this was done before and is answered the same.")}
    return again | ({"Location": _header("Where what was made is.")} if status == "201" else {})


def _header(about: str) -> dict[str, Any]:
    return {"description": about, "schema": {"type": "string"}}


def _refusal(status: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": TITLES[status],
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in (429, 503):
        answer["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return answer


def _scopes(app: FastAPI) -> dict[tuple[str, str], str]:
    """Map each path and method to the scope that its route names."""
    found: dict[tuple[str, str], str] = {}
    for context in iter_route_contexts(app.routes):
        route = context.route
        if isinstance(route, APIRoute):
            scope = next((str(need.scope) for need in _needs(route.dependant)), None)
            found |= {(str(context.path), method.lower()): scope for method in route.methods or () if scope}
    return found


def _needs(dependant: Any) -> list[Needs]:
    mine = [dependant.call] if isinstance(dependant.call, Needs) else []
    return mine + [need for inner in dependant.dependencies for need in _needs(inner)]
