"""Reading a request's body, up to a size."""

import json
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request

LARGEST = 1 << 20  # bytes of one delivery; Slack's stay far below


async def body_of(request: Request) -> bytes | None:
    """Return the body, or None once it is too large: its sender need not have said so."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


async def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a form by name, of each the first; none when it is something else or too large.

    Lines end as they do in a browser's field. It can be asked for again, and what else reads the body still finds it.
    """
    kind, length = request.headers.get("content-type", ""), request.headers.get("content-length", "")
    if not kind.startswith("application/x-www-form-urlencoded") or not length.isdigit() or int(length) > LARGEST:
        return {}
    body = (await request.body()).decode(errors="replace")
    return {name: values[0].replace("\r\n", "\n") for name, values in parse_qs(body, keep_blank_values=True).items()}


async def json_of(request: Request) -> dict[str, Any]:
    """Return the object in a request's body; an empty one when there is none, or when it is too large."""
    body = await body_of(request)
    try:
        found = json.loads(body or b"null")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
