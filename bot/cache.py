"""A cache in front of a neighbour: however many ask at once, it is asked once.

Whoever waits waits behind a shield, so one that gives up takes nothing from the others. What grew stale is served while
it is asked for again, what is asked for often is asked for again before that, and a failure is told to all who waited.
``bot.core.cache`` says what is kept how long.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from bot.core.cache import Entry, Lifetime, Shelf

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """Answers of an *origin*, which is asked for a key and may raise. Close it in the loop that used it."""

    def __init__(
        self,
        origin: Callable[[K], Awaitable[V]],
        lifetime: Lifetime,
        most: int,
        seconds: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._origin, self._seconds, self._chance = origin, seconds, chance
        self._shelf: Shelf[K, V] = Shelf(lifetime, most)
        self._asking: dict[K, asyncio.Task[V]] = {}
        self._tasks: set[asyncio.Task[V]] = set()
        self._closed = False

    def __contains__(self, key: K) -> bool:
        return key in self._shelf

    async def get(self, key: K) -> V:
        """Return what is known, or what the origin answers, or raise what it raises."""
        now = self._seconds()
        entry = self._shelf.find(key, now)
        if entry is None:
            return await asyncio.shield(self._ask(key))
        if now >= entry.early_from and entry.is_due(now, self._chance()):
            self._ask(key)
        if entry.error is not None:
            raise entry.error.with_traceback(None)
        return entry.value  # type: ignore[return-value] # it is a V, which may be None, where there is no error

    def forget(self, key: K) -> None:
        """Drop what is known to have changed. What is being asked just now may be older than that, and is not kept."""
        self._shelf.forget(key)
        self._asking.pop(key, None)

    async def close(self) -> None:
        """Stop asking."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ask(self, key: K) -> "asyncio.Task[V]":
        """Ask the origin, unless it is being asked."""
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._answer(key))
            self._tasks.add(task)
            task.add_done_callback(self._done)
        return task

    async def _answer(self, key: K) -> V:
        began = self._seconds()
        try:
            value = await self._origin(key)
        except Exception as error:
            if self._counts(key):
                self._shelf.keep_error(key, error, self._seconds())
            raise
        if self._counts(key):
            now = self._seconds()
            entry = self._shelf.keep(key, value, now, now - began, self._chance())
            asyncio.get_running_loop().call_later(entry.ready_at - now, self._get_ready, key, entry)
        return value

    def _counts(self, key: K) -> bool:
        """End this asking, and tell whether its answer is still wanted: the key may have been forgotten meanwhile."""
        wanted = self._asking.get(key) is asyncio.current_task()
        if wanted:
            del self._asking[key]
        return wanted

    def _get_ready(self, key: K, entry: Entry[V]) -> None:
        """Ask again for what is hot, before it grows stale."""
        if not self._closed and self._shelf.is_hot(key, entry):
            self._ask(key)

    def _done(self, task: "asyncio.Task[V]") -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # It was told to whoever waited; after a refresh nobody did, and the old value stays.
