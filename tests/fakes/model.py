"""A language model on loopback that answers what a test has it say, and misbehaves on order."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(slots=True)
class FakeModel:
    """Answers ``says``; ``faults`` are taken one for each call: a status, "lost", "noise" or "flood"."""

    port: int = 0
    says: Any = field(default_factory=dict)
    faults: list[int | str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {"FIRSTFIVE_MODEL_URL": f"http://127.0.0.1:{self.port}/v1", "FIRSTFIVE_MODEL_NAME": "small"}

    async def complete(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        fault = self.faults.pop(0) if self.faults else 200
        if isinstance(fault, int) and fault >= 400:
            return web.Response(status=fault, headers={"Retry-After": "3"} if fault == 429 else {})
        if fault == "lost" and request.transport is not None:
            request.transport.abort()
            await asyncio.sleep(0)
        said = self.says if isinstance(self.says, str) else json.dumps(self.says)
        text = {"noise": "I cannot do that {not json", "flood": "x" * 200_000}.get(str(fault), said)
        return web.json_response({"choices": [{"message": {"role": "assistant", "content": text}}]})


@asynccontextmanager
async def a_model() -> AsyncIterator[FakeModel]:
    """Run one on a free port."""
    there = FakeModel()
    application = web.Application()
    application.router.add_post("/v1/chat/completions", there.complete)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there.port = runner.addresses[0][1]
    try:
        yield there
    finally:
        await runner.cleanup()
