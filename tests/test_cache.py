"""The cache: one question to the neighbour however many ask, whoever gives up, whatever it answers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.cache import Cache
from bot.core.cache import HOT, JITTER, Lifetime, Shelf
from bot.errors import Unknown

CROWD = 10_000
LASTING = Lifetime(fresh=100, stale=1000)


class Seconds:
    """A watch that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Origin:
    """A neighbour that counts its questions. It answers when the door is open, and fails when told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.door = asyncio.Event()
        self.door.set()
        self.error: Exception | None = None

    async def __call__(self, key: str) -> str:
        self.asked.append(key)
        answer = f"{key} {len(self.asked)}"
        await self.door.wait()
        if self.error is not None:
            raise self.error
        return answer

    async def was_asked(self, times: int) -> None:
        """Wait until it was asked so often."""
        async with asyncio.timeout(20):
            while len(self.asked) < times:  # noqa: ASYNC110 - a question has no event
                await asyncio.sleep(0.005)


@asynccontextmanager
async def caching(
    lifetime: Lifetime = LASTING, most: int = 100, seconds: Callable[[], float] | None = None
) -> AsyncIterator[tuple[Cache[str, str], Origin]]:
    origin = Origin()
    cache = Cache(origin, lifetime, most, seconds or Seconds())
    try:
        yield cache, origin
    finally:
        await cache.close()


async def test_ten_thousand_that_miss_at_once_ask_once_and_one_that_gives_up_harms_nobody() -> None:
    async with caching() as (cache, origin):
        origin.door.clear()
        waiting = [asyncio.create_task(cache.get("ana")) for _ in range(CROWD)]
        await origin.was_asked(1)
        waiting[0].cancel()  # the one that asked first
        await asyncio.sleep(0)
        origin.door.set()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1:] == ["ana 1"] * (CROWD - 1)
    assert origin.asked == ["ana"]


async def test_an_error_reaches_all_who_wait_and_is_asked_about_again_soon() -> None:
    seconds = Seconds()
    async with caching(seconds=seconds) as (cache, origin):
        origin.error = Unknown("lost answer")
        answers = await asyncio.gather(*(cache.get("ana") for _ in range(CROWD)), return_exceptions=True)
        assert {str(answer) for answer in answers} == {"lost answer"}
        with pytest.raises(Unknown):
            await cache.get("ana")
        assert origin.asked == ["ana"], "a neighbour that is down is left alone for a moment"
        origin.error = None
        seconds.now += LASTING.failed
        assert await cache.get("ana") == "ana 2"


async def test_a_stale_value_is_served_while_it_is_asked_for_again() -> None:
    seconds = Seconds()
    async with caching(seconds=seconds) as (cache, origin):
        await cache.get("ana")
        seconds.now += LASTING.fresh * (1 + JITTER)
        origin.door.clear()
        assert [await cache.get("ana") for _ in range(5)] == ["ana 1"] * 5
        await origin.was_asked(2)
        origin.door.set()
        await asyncio.sleep(0.01)
        assert await cache.get("ana") == "ana 2"
        assert len(origin.asked) == 2


async def test_a_neighbour_that_fails_costs_a_stale_value_nothing_until_its_end() -> None:
    seconds = Seconds()
    async with caching(seconds=seconds) as (cache, origin):
        await cache.get("ana")
        seconds.now += LASTING.fresh * (1 + JITTER)
        origin.error = Unknown("lost answer")
        for _ in range(3):
            assert await cache.get("ana") == "ana 1"
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        assert len(origin.asked) == 2, "asked again once, then left alone for a moment"
        seconds.now += LASTING.failed
        assert await cache.get("ana") == "ana 1"
        await origin.was_asked(3)
        seconds.now += LASTING.stale
        with pytest.raises(Unknown):
            await cache.get("ana")


async def test_what_is_hot_is_asked_for_again_before_anybody_would_wait() -> None:
    async with caching(Lifetime(fresh=0.2, stale=60), seconds=asyncio.get_running_loop().time) as (cache, origin):
        for _ in range(HOT + 1):
            await cache.get("hot")
        await cache.get("cold")
        await origin.was_asked(3)
        await asyncio.sleep(0.3)
    assert origin.asked == ["hot", "cold", "hot"]


async def test_what_was_forgotten_while_it_was_asked_for_is_not_kept_however_late_it_comes() -> None:
    """Somebody is renamed while Slack answers with the old name, and the answer with the new name overtakes it."""
    answers: list[asyncio.Future[str]] = []

    async def origin(key: str) -> str:
        answers.append(asyncio.get_running_loop().create_future())
        return await answers[-1]

    cache = Cache(origin, LASTING, 100, Seconds())
    early = asyncio.create_task(cache.get("ana"))
    await asyncio.sleep(0.01)
    cache.forget("ana")
    late = asyncio.create_task(cache.get("ana"))
    await asyncio.sleep(0.01)
    old, new = answers
    new.set_result("Ana Lima")
    assert await late == "Ana Lima"
    old.set_result("Ana Silva")
    assert await early == "Ana Silva"
    assert await cache.get("ana") == "Ana Lima"
    await cache.close()


async def test_it_holds_so_many_and_lets_go_of_what_was_not_asked_for_longest() -> None:
    async with caching(most=2) as (cache, _):
        for key in ("ana", "bo", "ana", "chidi"):
            await cache.get(key)
        assert [key in cache for key in ("ana", "bo", "chidi")] == [True, False, True]


def test_lifetimes_are_spread_by_a_tenth_either_way() -> None:
    shelf: Shelf[int, str] = Shelf(LASTING, 100)
    ends = [shelf.keep(key, "", now=0, took=1, chance=key / 10).fresh_until for key in range(11)]
    assert [ends[0], ends[5], ends[10]] == pytest.approx([90, 100, 110])


def test_replicas_that_share_a_key_ask_early_by_chance_and_the_more_likely_the_longer_it_takes() -> None:
    shelf: Shelf[str, str] = Shelf(Lifetime(fresh=100, stale=1000, shared=True), 100)
    slow = shelf.keep("slow", "", now=0, took=2, chance=0.5)
    quick = shelf.keep("quick", "", now=0, took=0.01, chance=0.5)
    chances = [step / 1000 for step in range(1, 1000)]

    def share(now: float, took: str) -> float:
        entry = {"slow": slow, "quick": quick}[took]
        return sum(entry.is_due(now, chance) for chance in chances) / len(chances)

    assert share(98, "slow") == pytest.approx(0.37, abs=0.01)
    assert share(90, "slow") < 0.01 < share(96, "slow") < share(99, "slow") < share(100, "slow") == 1
    assert share(99, "quick") == 0
    alone: Shelf[str, str] = Shelf(LASTING, 100)
    assert alone.keep("slow", "", now=0, took=2, chance=0.5).early_from == 100
