"""Leases and slots: one holder at a time under a rising token, nothing written by a former one, each slot run once."""

import asyncio
import threading
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from bot.core.slots import Slot, Weekday, daily, weekly
from bot.errors import Fenced
from bot.flows.claim_slot import claim_slot, run_slot
from bot.flows.hold_lease import keep, leave, take
from bot.flows.tx import Tx
from store.leases import Held
from store.requests import Request
from store.slots import JobSlot
from store.types import SlotState
from tests.home import Home, a_home

LONG, SHORT = timedelta(minutes=5), timedelta(seconds=1)
NINE = daily(time(9))
WORTH = timedelta(days=1)


def write(tx: Tx, what: str) -> None:
    tx.db.add(Request(id=what, seen_at=tx.now))


async def written(home: Home) -> int:
    return int(await home.scalar("SELECT count(*) FROM request"))


async def test_one_of_many_that_ask_at_once_takes_the_lease(home: Home) -> None:
    for token in (1, 2, 3):
        asked = await asyncio.gather(*(home.do(take, "jobs", f"replica {number}", LONG) for number in range(8)))
        [held] = [held for held in asked if held is not None]
        assert held.token == token
        await home.do(leave, held)


async def test_a_lease_ends_by_the_clock_of_the_database_and_the_next_token_is_higher(home: Home) -> None:
    """The house's own clock stands still here: it has no part in it."""
    first = await taken(home, SHORT)
    async with asyncio.timeout(20):
        while (second := await home.do(take, "jobs", "the next", LONG)) is None:  # noqa: ASYNC110 - it ends by itself
            await asyncio.sleep(0.05)
    assert second.token == first.token + 1
    with pytest.raises(Fenced):
        await home.do(keep, first)


async def test_a_lease_that_is_kept_lasts_longer(home: Home) -> None:
    held = await taken(home)
    until = await home.scalar("SELECT until FROM lease")
    await home.do(keep, held)
    assert await home.scalar("SELECT until FROM lease") > until
    assert await home.do(take, "jobs", "another", LONG) is None


async def test_a_write_under_a_lost_lease_leaves_nothing(home: Home) -> None:
    stale = await taken(home)
    await home.house.do_as(stale, write, "while it held")
    await end(home)
    held = await taken(home)
    for lost in (stale, Held("jobs", held.token + 1, LONG), Held("no such lease", 1, LONG)):
        with pytest.raises(Fenced):
            await home.house.do_as(lost, write, "after it was lost")
    await home.house.do_as(held, write, "by the next")
    assert await written(home) == 2


async def test_a_lease_that_nobody_took_over_is_lost_all_the_same(home: Home) -> None:
    held = await taken(home)
    await end(home)
    with pytest.raises(Fenced):
        await home.house.do_as(held, write, "too late")
    assert await written(home) == 0


async def test_who_leaves_late_does_not_end_the_lease_of_the_next(home: Home) -> None:
    stale = await taken(home)
    await end(home)
    held = await taken(home)
    await home.do(leave, stale)
    assert await home.do(take, "jobs", "a third", LONG) is None
    await home.house.do_as(held, write, "still")


async def test_a_write_that_began_under_a_lease_is_over_before_the_lease_changes_hands(home: Home) -> None:
    held, inside, go = await taken(home), threading.Event(), threading.Event()

    def slowly(tx: Tx) -> None:
        inside.set()
        assert go.wait(10)
        write(tx, "in time")

    async def take_over() -> int:
        """Ends only after the write on both: SQLite has one writer, PostgreSQL locks the lease's row."""
        await end(home)
        await taken(home)
        return await written(home)

    writing = asyncio.create_task(home.house.do_as(held, slowly))
    await asyncio.to_thread(inside.wait, 10)
    over = asyncio.create_task(take_over())
    await asyncio.sleep(0.1)
    assert not over.done()
    go.set()
    await writing
    assert await over == 1


async def test_a_leader_frozen_in_the_middle_of_a_write_does_not_lock_the_next_one_out(postgres_url: str) -> None:
    """PostgreSQL ends its transaction. What the frozen one then writes goes nowhere, and run again it is refused."""
    inside, go = threading.Event(), threading.Event()

    def freeze(tx: Tx) -> None:
        tx.db.connection().exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '500ms'")  # not 5 s, here
        inside.set()
        assert go.wait(20)
        write(tx, "after the thaw")
        tx.db.flush()

    with a_home(postgres_url) as home:
        stale = await taken(home, SHORT)
        frozen = asyncio.create_task(home.house.do_as(stale, freeze))
        await asyncio.to_thread(inside.wait, 20)
        async with asyncio.timeout(20):
            while await home.do(take, "jobs", "the next", LONG) is None:  # noqa: ASYNC110 - it ends by itself
                await asyncio.sleep(0.05)
        go.set()
        with pytest.raises(Fenced):
            await frozen
        assert await written(home) == 0


async def taken(home: Home, span: timedelta = LONG) -> Held:
    held = await home.do(take, "jobs", "somebody", span)
    assert held is not None
    return held


async def end(home: Home) -> None:
    """End every lease, as time does."""
    await home.sql("UPDATE lease SET until = '2000-01-01T00:00:00.000000+00:00'")


class Diary:
    """What a job was told each time it ran."""

    def __init__(self, home: Home, worth: timedelta = WORTH) -> None:
        self._home, self._worth, self.slots = home, worth, list[Slot]()
        self.late: list[bool] = []

    def flow(self, tx: Tx, slot: Slot) -> None:
        self.slots.append(slot)
        self.late.append(slot.is_late(tx.now))

    async def look(self) -> None:
        await self._home.do(run_slot, "report", NINE, self._worth, self.flow)

    @property
    def days(self) -> list[int]:
        return [slot.day.day for slot in self.slots]


async def test_a_slot_is_run_once_however_often_and_from_wherever_it_is_looked_at(home: Home) -> None:
    diary = Diary(home)
    await diary.look()
    assert diary.days == [], "a job begins with the first slot after it was first seen"
    for day in (10, 11, 12):
        at_nine(home, day)
        await asyncio.gather(*(diary.look() for _ in range(6)))
        assert diary.days[-1] == day
    assert diary.days == [10, 11, 12]
    assert diary.late == [False] * 3
    assert diary.slots[-1].at - diary.slots[-1].since == timedelta(days=1)


async def test_after_a_downtime_the_latest_slot_is_run_once_and_says_that_it_is_late(home: Home) -> None:
    diary = Diary(home)
    await diary.look()
    at_nine(home, 14)
    home.clock.pass_(hours=3)
    await diary.look()
    await diary.look()
    assert diary.days == [14]
    assert diary.late == [True]
    at_nine(home, 15)
    await diary.look()
    assert diary.late == [True, False]
    assert await states(home) == ["passed", "late", "run"]


async def test_a_slot_that_is_older_than_it_is_worth_is_passed_over(home: Home) -> None:
    diary = Diary(home, worth=timedelta(hours=2))
    await diary.look()
    at_nine(home, 14)
    home.clock.pass_(hours=3)
    await diary.look()
    assert diary.days == []
    assert await states(home) == ["passed", "passed"]


async def test_a_slot_whose_work_failed_is_still_to_be_run(home: Home) -> None:
    diary = Diary(home)
    await diary.look()
    at_nine(home, 10)

    def broken(tx: Tx, slot: Slot) -> None:
        write(tx, "half of it")
        raise ValueError("the other half")

    with pytest.raises(ValueError, match="the other half"):
        await home.do(run_slot, "report", NINE, WORTH, broken)
    assert await written(home) == 0
    await diary.look()
    assert diary.days == [10]


async def test_a_day_has_its_slot_once_also_when_the_zone_or_the_time_is_changed(home: Home) -> None:
    diary = Diary(home)
    await diary.look()
    at_nine(home, 10)
    await diary.look()
    home.clock.pass_(hours=4)
    for zone in ("America/New_York", "Asia/Tokyo"):
        assert await home.do(claim_slot, "report", NINE, ZoneInfo(zone), WORTH) is None
    assert diary.days == [10]


async def test_each_of_many_has_slots_of_its_own(home: Home) -> None:
    """As the digests of teams have, each in its zone: Monday begins in Auckland, and ends in Honolulu."""
    zones = ("Pacific/Auckland", "Europe/Berlin", "Pacific/Honolulu")
    monday = weekly(Weekday.MONDAY, time(9))
    came: list[str] = []

    def digests(tx: Tx) -> None:
        for zone in zones:
            if claim_slot(tx, f"digest {zone}", monday, ZoneInfo(zone), WORTH):
                came.append(zone)

    for _ in range(8 * 24):
        await home.do(digests)
        home.clock.pass_(hours=1)
    assert tuple(came) == zones


def at_nine(home: Home, day: int) -> None:
    home.clock.pass_(seconds=(datetime(2026, 3, day, 9, tzinfo=UTC) - home.clock.now()).total_seconds())


async def states(home: Home) -> list[SlotState]:
    slots = await home.read(lambda tx: tx.db.exec(select(JobSlot).order_by(col(JobSlot.day))).all())
    return [slot.state for slot in slots]
