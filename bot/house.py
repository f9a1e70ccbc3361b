"""The seam between the two colours: doors are async, flows and queries are plain functions on threads of their own.

``await house.do(flow, …)`` runs a flow in one write transaction, ``await house.read(query, …)`` a query on a read-only
view. With SQLite one thread writes: flows that wait at the same moment share one commit, each in a savepoint of its
own, because the disk is the slowest neighbour. With PostgreSQL a pool of threads writes, one transaction each.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from bot.core.keyring import Keyring
from bot.flows.tx import Rules, Tx
from store.db import Database, Deadlock

P = ParamSpec("P")
R = TypeVar("R")

MOST_IN_A_BATCH = 64
WRITERS = 8  # threads, with PostgreSQL
MOST_TRIES = 5  # of a flow that meets deadlocks
READERS = 4  # threads


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime: ...


class House:
    """Runs flows and queries. ``on_promise`` is called on some thread whenever a flow has promised an effect."""

    def __init__(self, database: Database, clock: Clock, keyring: Keyring, rules: Rules) -> None:
        self.database, self.clock, self.keyring, self.rules = database, clock, keyring, rules
        self.on_promise: Callable[[], None] = lambda: None
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._writer = _BatchWriter(self) if database.is_sqlite else _PoolWriter(self)

    async def do(self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a flow in one transaction. It is committed when this returns, and undone when this raises."""
        return await asyncio.wrap_future(self._writer.submit(lambda tx: flow(tx, *args, **kwargs)))

    def do_now(self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a flow from a thread that may wait, such as a command at a shell."""
        return self._writer.submit(lambda tx: flow(tx, *args, **kwargs)).result()

    async def read(self, query: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a query on a read-only view."""
        return await asyncio.wrap_future(self._readers.submit(lambda: self.read_now(query, *args, **kwargs)))

    def read_now(self, query: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a query from a thread that may wait."""
        with self.database.read() as db:
            return query(Tx(db, self.clock.now(), self.keyring, self.rules), *args, **kwargs)

    def close(self) -> None:
        """Finish what was submitted, then close every thread and connection."""
        self._writer.close()
        self._readers.shutdown()
        self.database.close()


class _PoolWriter:
    """Runs each flow in a transaction of its own, several at a time. One that met a deadlock is run again."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._pool = ThreadPoolExecutor(WRITERS, thread_name_prefix="write")

    def submit(self, work: Callable[[Tx], R]) -> "Future[R]":
        return self._pool.submit(self._run, work)

    def close(self) -> None:
        self._pool.shutdown()

    def _run(self, work: Callable[[Tx], R]) -> R:
        for _ in range(MOST_TRIES - 1):
            with contextlib.suppress(Deadlock):
                return self._try(work)
        return self._try(work)

    def _try(self, work: Callable[[Tx], R]) -> R:
        house = self._house
        with house.database.write() as db:
            tx = Tx(db, house.clock.now(), house.keyring, house.rules)
            result = work(tx)
        if tx.promised:
            house.on_promise()
        return result


class _BatchWriter:
    """Runs flows one after the other on one thread; those that wait together are committed together."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._waiting: queue.SimpleQueue[tuple[Callable[[Tx], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="write", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Tx], R]) -> "Future[R]":
        future: Future[R] = Future()
        with self._closing:
            if self._closed:
                raise RuntimeError("the house is closed")
            self._waiting.put((work, future))
        return future

    def close(self) -> None:
        with self._closing:
            self._closed = True
            self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, ended = [first], False
            while len(batch) < MOST_IN_A_BATCH and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    ended = True
                    break
                batch.append(following)
            self._commit(batch)
            if ended:
                return

    def _commit(self, batch: list[tuple[Callable[[Tx], Any], "Future[Any]"]]) -> None:
        """Run a batch and commit it once. No future is resolved before the commit: an answer means it is on disk."""
        house, promised = self._house, False
        wanted = [(work, future) for work, future in batch if future.set_running_or_notify_cancel()]
        outcomes: list[tuple[Any, BaseException | None]] = []
        try:
            with house.database.batch() as connection:
                for work, _ in wanted:
                    try:
                        with house.database.part(connection) as db:
                            tx = Tx(db, house.clock.now(), house.keyring, house.rules)
                            result = work(tx)
                    except Exception as error:  # noqa: BLE001 - it is raised again where this flow was asked for
                        outcomes.append((None, error))
                    else:
                        outcomes.append((result, None))
                        promised = promised or tx.promised
        except Exception as error:  # noqa: BLE001 - the commit failed: nothing of the batch was kept, everyone hears it
            outcomes, promised = [(None, error)] * len(wanted), False
        for (_, future), (result, fault) in zip(wanted, outcomes, strict=True):
            if fault is None:
                future.set_result(result)
            else:
                future.set_exception(fault)
        if promised:
            house.on_promise()
