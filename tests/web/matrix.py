"""Every route there is, read from the application itself: what it needs, how to ask it, and with what words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.applications import Starlette

from bot.web.access import Needs
from bot.web.api.table import api
from bot.web.app import machines
from bot.web.parts import Parts
from bot.web.table import pages
from store.types import Scope

HARMLESS = {"GET", "HEAD", "OPTIONS"}
FILLED = {"name": "trend", "sender": "generic", "checklist": "first-five-minutes", "word": "x"}
MARKDOWN = "text/markdown"


@dataclass(frozen=True)
class Way:
    """One method of one route."""

    method: str
    path: str
    scopes: frozenset[Scope]
    body: Any = None
    kind: str = "application/json"
    schema: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_public(self) -> bool:
        return not self.scopes

    @property
    def is_harmless(self) -> bool:
        return self.method in HARMLESS

    @property
    def has_key(self) -> bool:
        return "{key}" in self.path

    def filled(self, key: str, number: int = 1) -> str:
        """Return the address for one incident; everything else is filled in by name, or is a number."""

        def value(match: re.Match[str]) -> str:
            name = match[1].partition(":")[0]
            return key if name == "key" else FILLED.get(name, str(number))

        address = re.sub(r"\{([^}]+)\}", value, self.path)
        return f"{address}?seen_last=x" if self.path.endswith("/edits") else address  # or it waits for news

    def longest(self, text: str) -> Any:
        """Return a body with *text* in every field that takes any, and what else there is as an example."""
        body = dict(self.body or {})
        for name, one in self.schema.get("properties", {}).items():
            texts = [each for each in (one, *one.get("anyOf", ())) if each.get("type") == "string"]
            if texts and not {"enum", "format"} & texts[0].keys():
                body[name] = text[: texts[0].get("maxLength", len(text))]
        return body


def ways(parts: Parts) -> list[Way]:
    """Return every method of every route of the pages, the API and the feeds."""
    rest = api(parts)
    return [*_ways(machines(parts), {}), *_ways(pages(parts), {}), *_ways(rest, rest.openapi())]


def _ways(app: Starlette, described: dict[str, Any]) -> Iterator[Way]:
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        scopes = frozenset(_needed(dependant)) if dependant else frozenset()
        for method in sorted(set(route.methods or ()) - {"HEAD"}):
            operation: dict[str, Any] = described.get("paths", {}).get(route.path, {}).get(method.lower(), {})
            wanted: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
            kind = next(iter(wanted), "application/json")
            body = _example(wanted.get(kind, {}).get("schema", {}), described)
            yield Way(
                method,
                route.path or "",
                scopes,
                body,
                kind,
                _resolved(wanted.get(kind, {}).get("schema", {}), described),
            )


def _needed(dependant: Dependant) -> Iterator[Scope]:
    if isinstance(dependant.call, Needs):
        yield dependant.call.scope
    for each in dependant.dependencies:
        yield from _needed(each)


def _resolved(schema: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """Return a schema itself where it points at another."""
    found: dict[str, Any] = described
    if "$ref" not in schema:
        return schema
    for name in schema["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def _example(schema: dict[str, Any], described: dict[str, Any]) -> Any:
    """Return a value that a schema allows: no more of it than it demands."""
    if "$ref" in schema:
        return _example(_resolved(schema, described), described)
    if "examples" in schema or "example" in schema:
        return schema.get("example", (schema.get("examples") or [None])[0])
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], described)
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        return {name: _example(fields[name], described) for name in schema.get("required", ())}
    values = {"string": "a word", "integer": 1, "number": 1, "boolean": True, "array": []}
    return values.get(schema.get("type", ""), {})
