"""The baselines of the acknowledgement benchmark: a bare Starlette handler, on the server that the bot uses.

``python -m tests.bench.bare PORT`` checks the signature of POST /slack/events and answers; with a database path it also
commits one row, durably, with sqlite3 under WAL and FULL, before it answers.
"""

import hashlib
import hmac
import sqlite3
import sys
import time

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.practice.cast import SIGNING_SECRET


def application(path: str | None) -> Starlette:
    """Return the bare application."""
    connection = None
    if path is not None:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE note (at REAL, body BLOB)"
        )

    async def handle(request: Request) -> Response:
        body = await request.body()
        stamp = request.headers["x-slack-request-timestamp"]
        digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(f"v0={digest}", request.headers["x-slack-signature"]):
            return Response(status_code=401)
        if connection is not None:
            connection.execute("INSERT INTO note VALUES (?, ?)", (time.time(), body))
        return JSONResponse({"response_type": "ephemeral", "text": "Done."})

    return Starlette(routes=[Route("/slack/events", handle, methods=["POST"])])


if __name__ == "__main__":
    app = application(sys.argv[2] if len(sys.argv) > 2 else None)
    uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False, loop="uvloop", http="httptools")
