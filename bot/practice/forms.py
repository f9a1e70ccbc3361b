"""Arguments of a Web API call, whichever way the app sends them: query string, form, multipart or JSON."""

import json
from typing import Any

from aiohttp import web

from bot.practice.refusal import Json, Refusal, invalid_arguments

STRUCTURED = {"view", "blocks", "files", "attachments", "metadata", "unfurls", "document_content", "changes"}


class Args(Json):
    """The arguments by name. The readers below forgive what Slack forgives and refuse what it refuses."""

    def need(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def text(self, name: str, default: str = "") -> str:
        value = self.get(name)
        return default if value is None else str(value)

    def flag(self, name: str) -> bool:
        return str(self.get(name, "")).lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not value.lstrip("-").isdigit():
            raise invalid_arguments(f"must be a number [json-pointer:/{name}]")
        return int(value)

    def many(self, name: str) -> list[str]:
        """A list given as Slack's comma-separated words, or as a JSON list."""
        value = self.get(name) or []
        return (
            [str(item) for item in value]
            if isinstance(value, list)
            else [word for word in str(value).split(",") if word]
        )


async def read(request: web.Request) -> tuple[str, Args]:
    """The token and the arguments of a call. The token may stand in the header or among the arguments."""
    args = Args(request.query)
    if request.content_type == "application/json":
        args.update(_object(await request.text()))
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        args.update({name: value for name, value in (await request.post()).items() if isinstance(value, str)})
    for name in STRUCTURED & set(args):
        args[name] = _parsed(args[name])
    told = args.pop("token", "")
    return request.headers.get("Authorization", "").removeprefix("Bearer ") or told, args


def _object(body: str) -> Json:
    try:
        given = json.loads(body or "{}")
    except ValueError as error:
        raise Refusal("invalid_json") from error
    if not isinstance(given, dict):
        raise Refusal("json_not_object")
    return given


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
