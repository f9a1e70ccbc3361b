"""The worker: claims what is due, sends it outside any transaction, and settles it.

It is woken at once by whatever was promised, in this process or on PostgreSQL in any, and looks by itself every second
in case it was not. An effect that is neither done nor refused is tried again, as ``bot.core.retries`` has it for its
neighbour.
"""

import asyncio
import contextlib
import logging
import random
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType

from bot.core.fairness import Turns
from bot.core.recovery import DEFAULT, Recovery
from bot.core.retries import give_up_at, next_pause, policy_of
from bot.errors import Failed, Rejected, Unknown
from bot.flows.claim import Around, Wish, claim
from bot.flows.deliver import Record, Tried, reclaim, settle_all_done, settle_dead, settle_done, settle_later, take_over
from bot.flows.leave_alone import may_probe, write_breaker
from bot.house import House
from bot.outbox.hold import holding
from bot.outbox.limits import ROOMS, Limits, Room, budget_of
from bot.outbox.outcome import Came, Done, Handler
from store.effects import Claimed
from store.replicas import claimed_by
from store.types import Cause, Outcome

log = logging.getLogger("firstfive.outbox")

BATCH = 100
POLL = 1.0  # seconds
LEASE = timedelta(seconds=30)  # longer than any handler may take


class Outbox:
    """Keeps the promises of one process. *handlers* says which kinds can be kept here; others wait.

    *quotas* says how many calls a minute a neighbour takes of one workspace, by kind; *recovery* how one that failed is
    tried again, and *rooms* how many calls may be in flight to each; *chance* gives numbers from 0 to 1 that spread
    retries.
    """

    def __init__(
        self,
        house: House,
        handlers: Mapping[str, Handler],
        quotas: Mapping[str, float] = MappingProxyType({}),
        recovery: Recovery = DEFAULT,
        rooms: Mapping[str, Room] = ROOMS,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._house, self._chance = house, chance
        self._handlers = dict(handlers)
        self.limits, self._turns = Limits(frozenset(handlers), quotas, recovery, rooms), Turns()
        self.number = secrets.randbits(31)  # of this replica: what it claims is known by it
        self._ended = False
        self._around: tuple[datetime, Around] | None = None  # what was looked around for, and when
        self._stirred = False  # something was promised or freed since
        self._resting: dict[str, datetime] = {}
        self._retries: list[datetime] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._worked: list[tuple[Claimed, Tried]] = []
        self._settling: asyncio.Task[set[int]] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._woken = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        house.on_promise = self.wake

    async def run(self) -> None:
        """Keep promises until cancelled. What an earlier process held when it died is looked up first."""
        if self._house.database.is_sqlite:
            await self._house.do_behind(reclaim, self._house.clock.now() + LEASE)  # One process owns a SQLite file.
        while not self._ended:
            try:
                claimed = await self.send_due()
            except Exception:
                log.exception("the outbox could not reach the database and tries again")
                claimed = 0
            if claimed < BATCH and not self._ended:
                await self._sleep()

    async def drain(self, patience: float) -> None:
        """Claim nothing more, and wait up to *patience* seconds for what is being sent. The rest is given up."""
        self._ended = True
        self.wake()
        if self._sending:
            await asyncio.wait(self._sending, timeout=patience)
        for task in list(self._sending):
            task.cancel()
        await self.idle()

    async def let_go(self) -> None:
        """Give back what is still claimed, so that others look it up and go on at once. Call it last."""
        await self._house.do_behind(take_over, self.number)

    async def idle(self) -> None:
        """Wait until nothing is being sent."""
        while self._sending:
            await asyncio.wait(self._sending)

    def wake(self) -> None:
        """Look at once for what is due. May be called on any thread."""
        self._stirred = True
        with contextlib.suppress(RuntimeError):  # The loop ended first; whoever starts next looks by itself.
            self._loop.call_soon_threadsafe(self._woken.set)

    async def send_due(self) -> int:
        """Claim what is due, start sending it, and return how much that was."""
        self._woken.clear()
        now = self._house.clock.now()
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        self._retries = [due for due in self._retries if due > now]
        for budget, probing in self.limits.rested(now).items():
            if await self._house.do_behind(may_probe, budget, probing.generation, probing.until):
                self.limits.breakers[budget] = probing
        # Of this claim alone: an attempt that outlived its lease settles nothing.
        token = claimed_by(self.number) + secrets.token_hex(8)
        limits = partial(self.limits.at, now)
        around = self._known_around(now)
        wish = Wish(token, LEASE, self._turns, limits, list(self._resting), BATCH, around)
        claimed, self._turns, found, self.limits.full = await self._house.do_behind(claim, wish)
        if around is None:
            self._around = now, found
            self.limits.learn(found.breakers)
        for effect in [] if self._ended else claimed:
            task = asyncio.create_task(self._send(effect, self.limits.begin(effect, now)))
            self._sending.add(task)
            task.add_done_callback(self._sent)
        self._claim_again()
        return len(claimed)

    def _known_around(self, now: datetime) -> Around | None:
        """Return what an earlier claim looked around for, if that was a moment ago and nothing stirred since."""
        stirred, self._stirred = self._stirred, False
        if stirred or self._around is None or not timedelta(0) <= now - self._around[0] < timedelta(seconds=POLL):
            return None
        return self._around[1]

    def _claim_again(self) -> None:
        """Claim again when there is room for what was due and had none. Some may have come while we claimed."""
        if self.limits.have_room():
            self._woken.set()

    def _sent(self, task: "asyncio.Task[None]") -> None:
        self._sending.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("an effect could not be settled and is looked up when its claim ends", exc_info=task.exception())

    def next_at(self) -> datetime | None:
        """Return when a line that rests here, or a retry that was promised here, can go; None when there is none."""
        quota = self.limits.next_at(self._house.clock.now())
        return min((*self._resting.values(), *self._retries, *([quota] if quota else [])), default=None)

    async def _sleep(self) -> None:
        now = self._house.clock.now()
        next_at = self.next_at() or now + timedelta(seconds=POLL)
        try:
            async with asyncio.timeout(max(0.0, min(POLL, (next_at - now).total_seconds()))):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _send(self, effect: Claimed, generation: int) -> None:
        """Send one effect and settle it, with how this attempt went."""
        at, began = self._house.clock.now(), self._loop.time()
        came = await self._attempt(effect)
        took = timedelta(seconds=self._loop.time() - began)
        await self._learn(effect, Came.of(came, took), generation)
        if isinstance(came, Done):
            await self._done(effect, came, Tried(at, took, Outcome.DONE, None, came.status, came.answer))
        else:
            await self._failed(effect, came, Tried(at, took, came.outcome, came.reason, came.status, came.answer))
        self._stirred = self._stirred or effect.order_key is not None

    async def _attempt(self, effect: Claimed) -> Done | Failed:
        """Call the handler. The only place that catches everything: a bug must not stop the worker.

        Its room is free once the neighbour has answered, so that the next claim shares a commit with what is settled.
        """
        try:
            limit = policy_of(effect.kind).timeout
            async with asyncio.timeout(limit.total_seconds()):
                with holding(limit):
                    return await self._handlers[effect.kind](effect)
        except Failed as failed:
            return failed
        except TimeoutError:
            return Unknown("timeout")
        except Exception as error:
            log.exception("%s %s failed by a fault of ours", effect.kind, _about(effect))
            return Unknown(f"fault: {type(error).__name__}", cause=Cause.BUG)
        finally:
            self.limits.end(effect)
            self._claim_again()

    async def _learn(self, effect: Claimed, came: Came, generation: int) -> None:
        changed = self.limits.came(effect, came, generation, self._house.clock.now())
        if changed is not None:
            budget = budget_of(effect)
            log.info("the breaker for %s is %s", budget, changed.state)
            await self._house.do_behind(write_breaker, budget, changed.state, changed.generation, changed.until)

    async def _done(self, effect: Claimed, done: Done, tried: Tried) -> None:
        if done.rest and effect.order_key:
            self._resting[effect.order_key] = self._house.clock.now() + done.rest
        if not await self._settled(effect, tried, done.record):
            log.warning("%s %s was settled by somebody else meanwhile", effect.kind, _about(effect))

    async def _settled(self, effect: Claimed, tried: Tried, result: Record | None) -> bool:
        """Settle what worked: alone when it brought something, else with all that worked while others were settled."""
        if result is not None:
            return await self._house.do_behind(settle_done, effect, tried, result)
        self._worked.append((effect, tried))
        self._settling = self._settling or asyncio.create_task(self._settle_worked())
        return effect.id in await asyncio.shield(self._settling)

    async def _settle_worked(self) -> set[int]:
        """Settle together what worked until the one before this was committed."""
        async with self._one_at_a_time:
            worked, self._worked, self._settling = self._worked, [], None
            return await self._house.do_behind(settle_all_done, worked)

    async def _failed(self, effect: Claimed, failed: Failed, tried: Tried) -> None:
        now, policy = self._house.clock.now(), policy_of(effect.kind)
        until = give_up_at(policy, tried.at, effect.due_at, effect.give_up_at)
        wait = next_pause(policy, effect.tries, self._chance(), asked=failed.after, pauses=failed.pauses)
        if isinstance(failed, Rejected) or wait is None or (until is not None and now >= until):
            log.warning("%s %s is a dead letter (%s): %s", effect.kind, _about(effect), failed.cause, failed.reason)
            await self._house.do_behind(settle_dead, effect, tried, failed.cause)
            return
        # A retry did nothing now; what an earlier attempt did is as unknown as before.
        unknown = isinstance(failed, Unknown) or effect.look_first
        wait = max(wait, self.limits.retry_after(effect, now))
        self._retries.append(now + wait)
        log.info("%s %s waits: %s", effect.kind, _about(effect), failed.reason)
        await self._house.do_behind(settle_later, effect, tried, now + wait, until, unknown=unknown)


def _about(effect: Claimed) -> str:
    return f"(effect {effect.id}, incident {effect.incident_id})"
