"""The timer: whoever leads runs the jobs. APScheduler keeps the beat, the database knows who leads and what is due."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.core.slots import Schedule
from bot.errors import Fenced
from bot.flows.hold_lease import keep, leave, take
from bot.house import House
from bot.jobs.table import JOBS, Job
from bot.jobs.trigger import JobTrigger
from store.leases import Held

log = logging.getLogger("firstfive.jobs")

SPAN = timedelta(seconds=15)  # of the lease: after a crash, the next leads this much later at the latest


class Timer:
    """Leads when nobody else does, and for as long calls every job on its beat.

    A beat that comes late or while the last one still runs is one beat, not several. *holder* tells people which
    process leads.
    """

    def __init__(self, house: House, holder: str, jobs: Sequence[Job] = JOBS, span: timedelta = SPAN) -> None:
        self._house, self._holder, self._jobs, self._span = house, holder, jobs, span
        self._held: Held | None = None
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": AsyncIOExecutor()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )

    def start(self) -> None:
        """Start in the running loop. Whatever fell due while nobody led is done as soon as somebody does."""
        self._call("lead", self._lead, self._span / 3)
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop the beat, and let another process lead at once."""
        self._scheduler.shutdown(wait=False)
        if self._held is not None:
            await self._house.do(leave, self._held)

    async def beat(self) -> None:
        """Lead for one beat and call every job once, now; nothing happens while another process leads."""
        held = await self._take()
        if held is not None:
            for job in self._jobs:
                await self._house.do_as(held, job.flow)
            await self._house.do(leave, held)

    async def _lead(self) -> None:
        """Keep the lease, or take it when it is free and begin with the jobs."""
        if self._held is not None:
            await self._house.do(keep, self._held)
            return
        self._held = await self._take()
        if self._held is not None:
            log.info("%s leads the jobs, under token %d", self._holder, self._held.token)
            for job in self._jobs:
                self._call(job.name, partial(self._house.do_as, self._held, job.flow), job.every, job.schedule)

    async def _take(self) -> Held | None:
        return await self._house.do(take, "jobs", self._holder, self._span)

    def _call(
        self, name: str, work: Callable[[], Awaitable[object]], every: timedelta, schedule: Schedule | None = None
    ) -> None:
        """Call *work* from now on. What fails is called again on its next beat; what is fenced off ends all jobs."""

        async def call() -> None:
            try:
                await work()
            except Fenced as lost:
                self._follow(lost)
            except Exception:  # One failed beat must not end the job; the next one finds the same work due.
                log.exception("the job %r failed and runs again on its next beat", name)

        trigger = JobTrigger(every, schedule, self._house.rules.zone)
        self._scheduler.add_job(call, trigger, id=name, name=name, replace_existing=True)

    def _follow(self, lost: Fenced) -> None:
        """Stop the jobs: somebody else leads, or may."""
        if self._held is None or self._held.token != lost.token:
            return  # It was said already.
        log.warning("a late write was refused: %s", lost)
        self._held = None
        for job in self._jobs:
            self._scheduler.remove_job(job.name)
