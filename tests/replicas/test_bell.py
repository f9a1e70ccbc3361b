"""The bell: it rings when something was promised in any process, carries nothing, and comes back after a cut."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from bot.flows.deliver import gone
from store.bell import NAME
from store.types import Severity
from tests.home import Home, a_home

NUMBER = 0x5EED
NO_TIME = timedelta()


@contextlib.asynccontextmanager
async def listening(home: Home) -> AsyncIterator[asyncio.Event]:
    """Run a bell; the event is set whenever it rang. It rings once by itself when it begins to listen."""
    heard = asyncio.Event()
    running = asyncio.create_task(home.house.database.bell(NUMBER, heard.set).run())
    await rung(heard)
    try:
        yield heard
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def rung(heard: asyncio.Event) -> None:
    async with asyncio.timeout(10):
        await heard.wait()
    heard.clear()


async def test_a_promise_rings_in_other_processes_and_what_promises_nothing_does_not(postgres_url: str) -> None:
    with a_home(postgres_url) as here, a_home(postgres_url) as there:
        async with listening(there) as heard:
            await here.open("checkout is down", Severity.SEV1)
            await rung(heard)
            await here.read(lambda tx: None)
            await here.do(lambda tx: None)
            await asyncio.sleep(0.3)
            assert not heard.is_set()


async def test_after_a_cut_it_rings_by_itself_and_its_process_was_never_gone(postgres_url: str) -> None:
    with a_home(postgres_url) as home:
        async with listening(home) as heard:
            await home.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{NAME}'")
            await rung(heard)
            assert NUMBER not in await home.read(gone, NO_TIME)
            await home.open()
            await rung(heard)
        async with asyncio.timeout(10):
            while NUMBER not in await home.read(gone, NO_TIME):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
