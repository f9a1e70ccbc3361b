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


@pytest.mark.parametrize(
    ("examples", "phases"),
    [
        pytest.param(1, ("examples", "fuzzing"), id="in short"),
        pytest.param(30, ("examples", "coverage", "fuzzing", "stateful"), id="at length", marks=pytest.mark.long),
    ],
)
async def test_every_operation_answers_as_its_schema_says_whatever_is_sent(
    sqlite_url: str, tmp_path: Path, examples: int, phases: tuple[str, ...]
) -> None:
    async with a_world(tmp_path, sqlite_url, **PUBLIC) as world, in_haste(world):
        headers = await identity(world)
        made, wrong = await asyncio.to_thread(failures, world.url, headers, examples=examples, phases=phases)
    assert not wrong, "\n\n".join(wrong)
    assert made > 150
