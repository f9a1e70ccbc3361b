"""The timer: APScheduler keeps the beat, the database knows what is due."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.house import House
from bot.jobs.table import JOBS, Job

log = logging.getLogger("firstfive.jobs")


class Timer:
    """Calls every job on its beat. A beat that comes late or while the last one still runs is one beat, not several."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": AsyncIOExecutor()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )

    def start(self) -> None:
        """Start in the running loop. Whatever fell due while we were away is done on the first beat."""
        for job in JOBS:
            trigger = IntervalTrigger(seconds=int(job.every.total_seconds()), timezone="UTC")
            now = self._house.clock.now()
            self._scheduler.add_job(self._call(job), trigger, id=job.name, next_run_time=now)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop the beat."""
        self._scheduler.shutdown(wait=False)

    async def beat(self) -> None:
        """Call every job once, now."""
        for job in JOBS:
            await self._house.do_behind(job.flow)

    def _call(self, job: Job) -> Callable[[], Awaitable[Any]]:
        async def call() -> None:
            try:
                await self._house.do_behind(job.flow)
            except Exception:  # One failed beat must not end the job; the next one finds the same work due.
                log.exception("the job %r failed and runs again on its next beat", job.name)

        return call
