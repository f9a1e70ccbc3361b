"""Presence: this process is known to live, hears what others promise, and takes over from those that are gone.

A claim lasts longer than any send, and only its end proves that a process which is frozen or cut off sends nothing any
more. But of a process that was killed PostgreSQL knows at once: what it held is looked up after ``GRACE``.
"""

import asyncio
import logging
from datetime import timedelta

from bot.flows.deliver import gone, take_over
from bot.house import House
from bot.outbox.worker import LEASE, POLL, Outbox

log = logging.getLogger("firstfive.outbox")

# A process that lost its connection comes back by then, and what a dead one sent last has arrived.
GRACE = timedelta(seconds=5)


class Presence:
    """The presence of one outbox among the replicas of a PostgreSQL."""

    def __init__(self, house: House, outbox: Outbox) -> None:
        self._house, self._outbox = house, outbox
        self._bell = house.database.bell(outbox.number, outbox.wake)

    async def run(self) -> None:
        """Be present until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._bell.run())
            group.create_task(self._watch())

    async def _watch(self) -> None:
        missed: dict[int, float] = {}
        time = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(POLL)
            try:
                absent = await self._house.read(gone, LEASE)
                missed = {number: missed.get(number, time()) for number in absent}
                for number, since in missed.items():
                    if time() - since >= GRACE.total_seconds():
                        await self._take_over(number)
            except Exception:
                log.exception("nobody could look whether other replicas live; the next look is in a second")

    async def _take_over(self, number: int) -> None:
        taken = await self._house.do_behind(take_over, number)
        log.warning("a replica is gone; %s of its effects are looked up and sent", taken)
