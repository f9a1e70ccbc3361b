"""Reading a request's body, up to a size."""

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
