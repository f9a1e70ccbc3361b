"""The endpoint of the webhook benchmark: ``python -m tests.bench.receiving PORT`` takes every POST."""

import sys

import uvicorn
from starlette.types import Receive, Scope, Send

START = {"type": "http.response.start", "status": 204, "headers": [(b"content-length", b"0")]}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body and answer 204."""
    while (await receive()).get("more_body"):
        pass
    await send(START)
    await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    uvicorn.run(
        application,
        port=int(sys.argv[1]),
        log_config=None,
        access_log=False,
        loop="uvloop",
        http="httptools",
        lifespan="off",
    )
