"""A hit in the cache, beside a bare dict behind the same coroutine: what keeping fresh costs where nothing is due."""

import asyncio
import time
from typing import Any

from bot.cache import Cache
from bot.core.cache import Lifetime

KEYS = 1000
HITS = 200_000  # in one round
ROUNDS = 7  # ours and bare take turns; the best of each counts, which a busy moment did not touch


class Bare:
    """A dict that is awaited."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    async def get(self, key: str) -> str:
        return self._values[key]


def bench() -> dict[str, Any]:
    """Compare microseconds for each hit."""
    ours, bare = asyncio.run(_measured())
    return {
        "name": "cache",
        "value": round(ours * 1e6, 3),
        "unit": "us/hit",
        "baseline": round(bare * 1e6, 3),
        "ratio": round(ours / bare, 2),
    }


async def _measured() -> tuple[float, float]:
    async def origin(key: str) -> str:
        return key.upper()

    keys = [f"U{number:08}" for number in range(KEYS)]
    cache = Cache(origin, Lifetime(fresh=3600, stale=3600, shared=True), KEYS)
    values = {key: await cache.get(key) for key in keys}
    asked = keys * (HITS // KEYS)
    found: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        found[True].append(await _timed(cache, asked))
        found[False].append(await _timed(Bare(values), asked))
    await cache.close()
    return min(found[True]), min(found[False])


async def _timed(store: Any, asked: list[str]) -> float:
    get = store.get
    began = time.perf_counter()
    for key in asked:
        await get(key)
    return (time.perf_counter() - began) / len(asked)
