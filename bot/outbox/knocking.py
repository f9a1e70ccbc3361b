"""Knocking: while calls to a neighbour stop, see every second whether its address takes connections again.

A neighbour that cannot be reached at all, the commonest outage, is found again within a second, and not by calls that
it cannot serve. What was found out is written down, so that whichever replica comes first probes.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.core.recovery import KNOCK, Knocks
from bot.flows.leave_alone import write_breaker
from bot.house import House
from bot.outbox.worker import Outbox

log = logging.getLogger("firstfive.outbox")

Place = tuple[str, int]
PATIENCE = 2.0  # seconds that a connection may take


def place_of(url: str) -> Place:
    """Return the host and port that a URL leads to."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)


class Knocking:
    """Knocks at the neighbours of one outbox, *places* by name, as long as their breakers are open."""

    def __init__(self, house: House, outbox: Outbox, places: Mapping[str, Place]) -> None:
        self._house, self._outbox, self._places = house, outbox, places
        self._knocks: defaultdict[str, Knocks] = defaultdict(Knocks)

    async def run(self) -> None:
        """Knock until cancelled."""
        while True:
            await asyncio.sleep(KNOCK.total_seconds())
            try:
                await asyncio.gather(*map(self.knock, self._places))
            except Exception:  # The database is away; the rest between probes is enough for that long.
                log.exception("what a knock found could not be written down; the next is in a second")

    async def knock(self, neighbour: str) -> None:
        """Try a neighbour's address once, and let it be probed when it takes connections again."""
        stopped = self._outbox.limits.stopped_at(neighbour)
        if not stopped:
            self._knocks.pop(neighbour, None)
            return
        opens, now = await _opens(self._places[neighbour]), self._house.clock.now()
        rules = next(iter(stopped.values())).rules
        self._knocks[neighbour], hasten = self._knocks[neighbour].knocked(opens, now, rules)
        for budget, breaker in stopped.items() if hasten else ():
            after = breaker.hasten(now)
            if await self._house.do_behind(write_breaker, budget, after.state, after.generation, after.until):
                self._outbox.limits.changed(budget, after)
                self._outbox.wake()


async def _opens(place: Place) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(*place)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
