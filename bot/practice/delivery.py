"""Getting parcels to the app: which door, how often, and the line in the log for each acknowledgement."""

import asyncio
import contextlib
import copy
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Protocol

from bot.practice import payloads
from bot.practice.calls import CallLog
from bot.practice.cast import BOT_USER
from bot.practice.clock import Clock, until
from bot.practice.parcels import Ack, Attempt, Parcel
from bot.practice.refusal import Json
from bot.practice.workspace import Channel

RETRIES = (timedelta(0), timedelta(seconds=60), timedelta(seconds=300))  # after the first attempt of an event


class Door(Protocol):
    async def send(self, parcel: Parcel, attempt: Attempt) -> Ack: ...


class Delivery:
    """Sends commands and presses once, events until they are acknowledged or Slack gives up.

    With `duplicates` set, every parcel is delivered a second time, as Slack does when an acknowledgement is lost.
    `subscribed` names the events that the app asked for; None means all.
    """

    def __init__(self, door: Door, calls: CallLog, clock: Clock, team: str) -> None:
        self.door = door
        self.duplicates = False
        self.subscribed: set[str] | None = None
        self._calls = calls
        self._clock, self._team = clock, team
        self._tasks: set[asyncio.Task[Any]] = set()
        self._under_way = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def send(self, parcel: Parcel) -> Ack:
        """Deliver a command or a press, and return what the app answered."""
        if self.duplicates:
            self._start(self._attempt(parcel, Attempt(1, "operation_timeout")))
        return await self._attempt(parcel, Attempt())

    def event(self, event: Json, channel: Channel | None) -> None:
        """Deliver an event in the background, if the app is there to see it."""
        if channel is not None and BOT_USER not in channel.members:
            return
        if self.subscribed is not None and event["type"] not in self.subscribed:
            return
        moment = int(self._clock().timestamp())
        parcel = Parcel("event", "event", payloads.event_callback(copy.deepcopy(event), moment, self._team))
        if self.duplicates:
            self._start(self._attempt(parcel, Attempt(1, "operation_timeout")))
        self._start(self._persist(parcel))

    async def _persist(self, parcel: Parcel) -> None:
        ack = await self._attempt(parcel, Attempt())
        for number, pause in enumerate(RETRIES, start=1):
            if ack.ok or ack.no_retry:
                return
            await until(self._clock, self._clock() + pause)
            ack = await self._attempt(parcel, Attempt(number, ack.error or "http_error"))

    async def _attempt(self, parcel: Parcel, attempt: Attempt) -> Ack:
        self._under_way += 1
        self._quiet.clear()
        try:
            ack = await self.door.send(parcel, attempt)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._quiet.set()
        if ack.error != "dispatch_failed":
            age = round(ack.elapsed, 4)
            more = {"age": age, "status": ack.status, "ok": ack.ok, "error": ack.error} | parcel.notes
            self._calls.record(f"ack:{parcel.ack}", ack.body, **more)
        return ack

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Wait until nothing is on its way to the app; retries that wait for a later time do not count."""
        await asyncio.sleep(0)
        while self._under_way:
            await self._quiet.wait()

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
