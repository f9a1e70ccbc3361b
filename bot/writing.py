"""The threads that write: one for SQLite, several for PostgreSQL.

What a person waits for is written before what only the outbox waits for, and kinds of flow take turns, so that a note
does not wait for fifty openings. Answers leave together, after the commit that made them true: one wake-up of the event
loop for each commit, however many flows it held.
"""

import asyncio
import contextlib
import itertools
import queue
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlmodel import Session

from bot.flows.tx import Tx
from store.bell import ring
from store.db import Database, Deadlock, Lost

R = TypeVar("R")

MOST_IN_A_BATCH = 64
CHEAP = 0.001  # seconds that a flow is taken to cost before it ran
LONGEST_BATCH = 0.01  # seconds; then it is committed, so that nobody waits for those who came later
MOST_TRIES = 5  # of a flow that meets deadlocks
FIRST, BEHIND, CLOSING = 0, 1, 2  # lanes
WRITERS = {FIRST: 8, BEHIND: 4}  # threads of each lane, with PostgreSQL
# Seconds that a flow waits for a PostgreSQL that is gone. Slack hears from us within three; a restart takes one or two.
PATIENCE = {FIRST: 2.0, BEHIND: 15.0}
PAUSE = 0.1  # seconds between tries


@dataclass(order=True, slots=True)
class Asked:
    """A flow that was asked for, its lane and its turn there, and whom to answer."""

    lane: int
    turn: float
    number: int
    kind: object = field(compare=False)
    work: Callable[[Tx], Any] = field(compare=False)
    future: "asyncio.Future[Any] | Future[Any]" = field(compare=False)
    result: Any = field(default=None, compare=False)
    error: BaseException | None = field(default=None, compare=False)

    def answer(self) -> None:
        """Give whoever asked what came of it, unless they left."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Writer(ABC):
    """What both writers do alike: number what is asked for, and answer it."""

    def __init__(self, database: Database, begin: Callable[[Session], Tx], promised: Callable[[], None]) -> None:
        self._database, self._begin, self._promised = database, begin, promised
        self._numbers = itertools.count()

    async def run(self, kind: object, work: Callable[[Tx], R], lane: int) -> R:
        """Run a flow of some *kind* and return its result once it is committed."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self.submit(Asked(lane, 0, next(self._numbers), kind, work, future))
        return await future

    def run_now(self, kind: object, work: Callable[[Tx], R]) -> R:
        """Do the same from a thread that may wait."""
        future: Future[R] = Future()
        self.submit(Asked(FIRST, 0, next(self._numbers), kind, work, future))
        return future.result()

    @abstractmethod
    def submit(self, asked: Asked) -> None:
        """Take a flow; it is answered through its future."""

    @abstractmethod
    def close(self) -> None:
        """Finish what was submitted and end the threads."""


class PoolWriter(Writer):
    """Runs each flow in a transaction of its own, several at a time.

    One that met a deadlock, or a PostgreSQL that went away before the commit, is run again.
    """

    def __init__(self, database: Database, begin: Callable[[Session], Tx], promised: Callable[[], None]) -> None:
        super().__init__(database, begin, promised)
        self._pools = {lane: ThreadPoolExecutor(count, f"write {lane}") for lane, count in WRITERS.items()}
        self._closing = threading.Event()

    def submit(self, asked: Asked) -> None:
        self._pools[asked.lane].submit(self._run, asked)

    def close(self) -> None:
        self._closing.set()
        for pool in self._pools.values():
            pool.shutdown()

    def _run(self, asked: Asked) -> None:
        try:
            asked.result = self._tried(asked)
        except Exception as error:  # noqa: BLE001 - it is raised again where this flow was asked for
            asked.error = error
        _answer([asked])

    def _tried(self, asked: Asked) -> Any:
        until, tries = time.monotonic() + PATIENCE[asked.lane], 1
        while True:
            try:
                return self._once(asked.work)
            except Deadlock:
                if tries == MOST_TRIES:
                    raise
                tries += 1
            except Lost:
                if time.monotonic() > until or self._closing.wait(PAUSE):
                    raise

    def _once(self, work: Callable[[Tx], R]) -> R:
        with self._database.write() as db:
            tx = self._begin(db)
            result = work(tx)
            if tx.promised:
                ring(db)
        if tx.promised or tx.freed:
            self._promised()
        return result


class BatchWriter(Writer):
    """Runs flows one after the other on one thread; those that wait together are committed together."""

    def __init__(self, database: Database, begin: Callable[[Session], Tx], promised: Callable[[], None]) -> None:
        super().__init__(database, begin, promised)
        self._waiting: queue.PriorityQueue[Asked] = queue.PriorityQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._turn = 0.0
        self._turns: dict[object, float] = {}
        self._costs: dict[object, float] = {}  # seconds that a kind took when it last ran
        self._thread = threading.Thread(target=self._run, name="write", daemon=True)
        self._thread.start()

    def submit(self, asked: Asked) -> None:
        with self._closing:
            if self._closed:
                raise RuntimeError("the house is closed")
            since = max(self._turn, self._turns.get(asked.kind, 0.0))
            asked.turn = self._turns[asked.kind] = since + self._costs.get(asked.kind, CHEAP)
            self._waiting.put(asked)

    def close(self) -> None:
        with self._closing:
            self._closed = True
            self._waiting.put(Asked(CLOSING, 0, 0, None, lambda _: None, Future()))
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()).lane != CLOSING:
            batch: list[Asked] = []
            try:
                promised = self._commit(first, batch)
            except Exception as error:  # noqa: BLE001 - nothing of the batch was kept: everyone in it hears why
                for asked in batch:
                    asked.result, asked.error = None, error
                promised = False
            _answer(batch)
            if promised:
                self._promised()

    def _commit(self, first: Asked, batch: list[Asked]) -> bool:
        """Run *first* and what waits behind it, put them into *batch*, commit once. Return whether any promised."""
        promised, until = False, time.monotonic() + LONGEST_BATCH
        batch.append(first)
        self._turn = first.turn
        with self._database.batch() as connection:
            promised = self._part(connection, first)
            while len(batch) < MOST_IN_A_BATCH and time.monotonic() < until:
                following = self._following()
                if following is None:
                    break
                batch.append(following)
                promised = self._part(connection, following) or promised
        return promised

    def _following(self) -> Asked | None:
        with contextlib.suppress(queue.Empty):
            following = self._waiting.get_nowait()
            if following.lane != CLOSING:
                return following
            self._waiting.put(following)
        return None

    def _part(self, connection: Connection, asked: Asked) -> bool:
        """Run one flow in a savepoint of its own. Whoever left meanwhile is not worked for."""
        if asked.future.cancelled():
            return False
        began = time.monotonic()
        try:
            with self._database.part(connection) as db:
                tx = self._begin(db)
                asked.result = asked.work(tx)
        except Exception as error:  # noqa: BLE001 - it is raised again where this flow was asked for
            asked.result, asked.error = None, error
            return False
        finally:
            self._costs[asked.kind] = time.monotonic() - began
        return tx.promised or tx.freed


def _answer(answered: Sequence[Asked]) -> None:
    """Answer flows, with one call into each event loop that waits for some. A loop that ended waits for nothing."""
    loops: dict[asyncio.AbstractEventLoop, list[Asked]] = {}
    for asked in answered:
        if isinstance(asked.future, Future):
            asked.answer()
        else:
            loops.setdefault(asked.future.get_loop(), []).append(asked)
    for loop, waiting in loops.items():
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_answer_all, waiting)


def _answer_all(waiting: Sequence[Asked]) -> None:
    for asked in waiting:
        asked.answer()
