"""The worker: claims what is due, sends it outside any transaction, and settles it.

It is woken at once by whatever was promised in this process, and looks by itself every second for what other processes
promised. An effect that is neither done nor refused is tried again, with growing pauses, for a day.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.errors import Rejected, Retry, Unknown
from bot.flows.deliver import claim, reclaim, settle_dead, settle_done, settle_later
from bot.house import House
from bot.outbox.outcome import Done, Handler
from store.effects import Claimed

log = logging.getLogger("firstfive.outbox")

BATCH = 100
IN_FLIGHT = 16  # calls; more would make people wait behind the outbox for the processor
POLL = 1.0  # seconds
LEASE = timedelta(seconds=30)  # longer than any handler may take
GIVE_UP_AFTER = timedelta(hours=24)
FIRST_PAUSE = timedelta(milliseconds=300)
LONGEST_PAUSE = timedelta(seconds=60)


class Outbox:
    """Keeps the promises of one process. *handlers* says which kinds can be kept here; others wait."""

    def __init__(self, house: House, handlers: Mapping[str, Handler]) -> None:
        self._house = house
        self._handlers = dict(handlers)
        self._resting: dict[str, datetime] = {}
        self._retries: list[datetime] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        house.on_promise = self._wake

    async def run(self) -> None:
        """Keep promises until cancelled. What an earlier process held when it died is looked up first."""
        if self._house.database.is_sqlite:
            await self._house.do_behind(reclaim, self._house.clock.now() + LEASE)  # One process owns a SQLite file.
        while True:
            try:
                claimed = await self.send_due()
            except Exception:
                log.exception("the outbox could not reach the database and tries again")
                claimed = 0
            if claimed < BATCH:
                await self._sleep()

    async def drain(self, patience: float) -> None:
        """Wait up to *patience* seconds for what is being sent; the rest is looked up by whoever starts next."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=patience)
        for task in list(self._sending):
            task.cancel()

    async def idle(self) -> None:
        """Wait until nothing is being sent."""
        while self._sending:
            await asyncio.wait(self._sending)

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):  # The loop ended first; whoever starts next looks by itself.
            self._loop.call_soon_threadsafe(self._woken.set)

    async def send_due(self) -> int:
        """Claim what is due, start sending it, and return how much that was."""
        self._woken.clear()
        now = self._house.clock.now()
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        self._retries = [due for due in self._retries if due > now]
        room = min(BATCH, IN_FLIGHT - len(self._sending))
        if room <= 0:
            return 0
        token = secrets.token_hex(8)  # Of this claim alone: an attempt that outlived its lease settles nothing.
        claimed = await self._house.do_behind(claim, token, LEASE, list(self._handlers), list(self._resting), room)
        for effect in claimed:
            task = asyncio.create_task(self._send(effect))
            self._sending.add(task)
            task.add_done_callback(self._sent)
        return len(claimed)

    def _sent(self, task: "asyncio.Task[None]") -> None:
        if len(self._sending) == IN_FLIGHT:
            self._woken.set()  # There is room again for what was due and had none.
        self._sending.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("an effect could not be settled and is looked up when its claim ends", exc_info=task.exception())

    def next_at(self) -> datetime | None:
        """Return when a line that rests here, or a retry that was promised here, can go; None when there is none."""
        return min((*self._resting.values(), *self._retries), default=None)

    async def _sleep(self) -> None:
        now = self._house.clock.now()
        next_at = self.next_at() or now + timedelta(seconds=POLL)
        try:
            async with asyncio.timeout(max(0.0, min(POLL, (next_at - now).total_seconds()))):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _send(self, effect: Claimed) -> None:
        """Send one effect and settle it. The only place that catches everything: a bug must not stop the worker."""
        try:
            async with asyncio.timeout(LEASE.total_seconds() / 2):
                done = await self._handlers[effect.kind](effect)
        except Retry as retry:  # It did nothing now; what an earlier attempt did is as unknown as before.
            await self._again(effect, retry.reason, retry.after, unknown=effect.look_first)
        except Unknown as unknown:
            await self._again(effect, unknown.reason, unknown=True)
        except TimeoutError:
            await self._again(effect, "timeout", unknown=True)
        except Rejected as rejected:
            log.warning("%s %s was refused: %s", effect.kind, _about(effect), rejected.reason)
            await self._house.do_behind(settle_dead, effect, rejected.reason)
        except Exception as error:
            log.exception("%s %s failed by a fault of ours", effect.kind, _about(effect))
            await self._again(effect, f"fault: {type(error).__name__}", unknown=True)
        else:
            await self._done(effect, done)

    async def _done(self, effect: Claimed, done: Done) -> None:
        if done.rest and effect.order_key:
            self._resting[effect.order_key] = self._house.clock.now() + done.rest
        if not await self._house.do_behind(settle_done, effect, done.record):
            log.warning("%s %s was settled by somebody else meanwhile", effect.kind, _about(effect))

    async def _again(
        self, effect: Claimed, reason: str, after: timedelta | None = None, *, unknown: bool = False
    ) -> None:
        now = self._house.clock.now()
        if now - effect.created_at > GIVE_UP_AFTER:
            await self._house.do_behind(settle_dead, effect, reason)
            return
        due_at = now + max(after or timedelta(), pause(effect.attempts))
        self._retries.append(due_at)
        log.info("%s %s waits: %s", effect.kind, _about(effect), reason)
        await self._house.do_behind(settle_later, effect, due_at, reason, unknown=unknown)


def pause(attempts: int) -> timedelta:
    """Return the wait after so many attempts: it doubles from 0.3 s to a minute."""
    doublings = min(attempts - 1, 16)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _about(effect: Claimed) -> str:
    return f"(effect {effect.id}, incident {effect.incident_id})"
