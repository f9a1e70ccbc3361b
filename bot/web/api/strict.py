"""What the API takes: bodies of JSON, of a size, and nothing that a route does not know."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from bot.web.body import LARGEST, body_of

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Asked(BaseModel):
    """What somebody sends. A field that is not known is refused, so that a misspelt one is not lost."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Strict(APIRoute):
    """A route that reads its body up to a size, and only as what it says to be."""

    def get_route_handler(self) -> Handler:
        handler, reads_json = super().get_route_handler(), self.body_field is not None
        takes_body = reads_json or "requestBody" in (self.openapi_extra or {})

        async def strict(request: Request) -> Response:
            if request.method in ("POST", "PUT", "DELETE"):
                body = await body_of(request)
                if body is None:
                    raise HTTPException(413, f"A body has up to {LARGEST} bytes.")
                if body.strip() not in (b"", b"{}") and not takes_body:
                    raise HTTPException(422, "This takes no body. Send none.")
                if body and reads_json and not is_json(request.headers.get("content-type", "")):
                    raise HTTPException(415, "Send JSON, and say so: Content-Type: application/json")
                request._body = body
            return await handler(request)

        return strict


def is_json(kind: str) -> bool:
    """Whether a Content-Type is JSON."""
    return kind.partition(";")[0].strip().lower() == "application/json"
