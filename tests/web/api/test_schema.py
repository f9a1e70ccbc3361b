"""What the OpenAPI says holds, whatever is sent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.web.api.conftest import identity
from tests.web.api.fuzzing import failures
from tests.web.api.reference import FILE, reference
from tests.web.visitor import PUBLIC
from tests.world import World, a_world


def test_the_reference_of_the_api_is_what_its_routes_say() -> None:
    assert FILE.read_text() == reference(), "Write it again: .venv/bin/python -m tests.web.api.reference"


@asynccontextmanager
async def in_haste(world: World) -> AsyncIterator[None]:
    """Let a world's time run fast, so that nobody comes too often."""

    async def hurry() -> None:
        while True:
            world.clock.advance(1)
            await asyncio.sleep(0.02)

    running = asyncio.create_task(hurry())
    try:
        yield
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def held(url: str, folder: Path, examples: int, *phases: str) -> int:
    """Ask a bot that is open to anybody, and return how often; fail with all that was not as its schema says."""
    async with a_world(folder, url, **PUBLIC) as world, in_haste(world):
        headers = await identity(world)
        made, wrong = await asyncio.to_thread(failures, world.url, headers, examples=examples, phases=phases)
    assert not wrong, "\n\n".join(wrong)
    return made


async def test_every_operation_answers_as_its_schema_says_whatever_is_sent(sqlite_url: str, tmp_path: Path) -> None:
    assert await held(sqlite_url, tmp_path, 1, "examples", "fuzzing") > 150


@pytest.mark.long
async def test_so_does_it_at_every_edge_and_in_chains_of_operations(database_url: str, tmp_path: Path) -> None:
    made = await held(database_url, tmp_path, 20, "examples", "coverage", "fuzzing", "stateful")
    print(f"{made} requests")
    assert made > 5000
