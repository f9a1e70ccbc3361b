"""The timer: one leader calls the jobs, follows as soon as it is fenced off, and runs again what failed."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.slots import daily
from bot.flows.tx import Tx
from bot.jobs.table import Job, in_slots
from bot.jobs.timer import Timer
from bot.jobs.trigger import JobTrigger
from tests.home import Home

SOON = timedelta(milliseconds=20)
SPAN = timedelta(seconds=30)  # longer than a test takes, on a machine that does much else


class Calls:
    """A job that writes down which timer called it."""

    def __init__(self) -> None:
        self.by: list[str] = []

    def job(self, name: str) -> Job:
        return Job("count", SOON, lambda tx: self.by.append(name))


@asynccontextmanager
async def timers(home: Home, jobs: Callable[[str], Job], *names: str) -> AsyncIterator[None]:
    started = [Timer(home.house, name, [jobs(name)], SPAN) for name in names]
    for timer in started:
        timer.start()
    try:
        yield
    finally:
        for timer in started:
            await timer.stop()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


async def test_of_several_timers_the_one_that_leads_calls_the_jobs(home: Home) -> None:
    calls = Calls()
    async with timers(home, calls.job, "one", "two", "three"):
        await until(lambda: len(calls.by) > 5)
        assert len(set(calls.by)) == 1
        assert await home.scalar("SELECT holder FROM lease") == calls.by[0]


async def test_when_the_leader_stops_in_order_the_next_leads_at_once(home: Home) -> None:
    calls, span = Calls(), timedelta(seconds=3)
    first, second = (Timer(home.house, name, [calls.job(name)], span) for name in ("first", "second"))
    first.start()
    await until(lambda: bool(calls.by))
    second.start()
    await first.stop()
    await until(lambda: "second" in calls.by)
    await second.stop()
    assert calls.by == sorted(calls.by)


async def test_a_leader_that_was_replaced_says_so_once_and_calls_nothing_more(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    calls = Calls()
    async with timers(home, calls.job, "one"):
        await until(lambda: bool(calls.by))
        await home.sql("UPDATE lease SET token = token + 1, holder = 'two'")
        with caplog.at_level(logging.WARNING):
            await until(lambda: bool(caplog.records))
            called = len(calls.by)
            await asyncio.sleep(0.2)
    assert [record.message for record in caplog.records] == [
        "a late write was refused: the lease 'jobs' is no longer held under token 1"
    ]
    assert len(calls.by) == called


async def test_a_job_that_fails_is_called_again_and_harms_no_other(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    failures = 0

    def fail(tx: Tx) -> None:
        nonlocal failures
        failures += 1
        raise ValueError("not today")

    calls = Calls()
    timer = Timer(home.house, "one", [Job("fail", SOON, fail), calls.job("one")], SPAN)
    timer.start()
    await until(lambda: failures > 2 and len(calls.by) > 2)
    await timer.stop()
    assert "the job 'fail' failed and runs again on its next beat" in caplog.messages


async def test_a_job_in_slots_is_called_when_its_slot_falls_due_and_once(home: Home) -> None:
    """The house's clock is put forward past nine, as the practice workspace may do; the next look finds the slot."""
    days: list[int] = []
    job = in_slots("report", daily(time(9)), timedelta(days=1), lambda tx, slot: days.append(slot.day.day))
    timers = [Timer(home.house, name, [job], SPAN) for name in ("one", "two")]
    for timer in timers:
        await timer.beat()
    home.clock.pass_(seconds=(datetime(2026, 3, 10, 9, tzinfo=UTC) - home.clock.now()).total_seconds())
    for timer in [*timers, *timers]:
        await timer.beat()
    assert days == [10]


def test_the_clock_calls_at_once_then_every_so_often_and_to_the_second_when_a_slot_falls_due() -> None:
    berlin, now = ZoneInfo("Europe/Berlin"), datetime(2026, 3, 29, 6, 59, 57, tzinfo=UTC)
    nine = JobTrigger(timedelta(seconds=5), daily(time(9)), berlin)
    assert nine.get_next_fire_time(None, now) == now
    assert nine.get_next_fire_time(now, now) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert nine.get_next_fire_time(now, now - timedelta(hours=1)) == now - timedelta(hours=1) + timedelta(seconds=5)
    assert JobTrigger(timedelta(seconds=5), None, berlin).get_next_fire_time(now, now) == now + timedelta(seconds=5)
