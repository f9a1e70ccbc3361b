"""The seam between the two colours: doors are async, flows and queries are plain functions on threads of their own.

``await house.do(flow, …)`` runs a flow in one write transaction, ``await house.read(query, …)`` a query on a read-only
view. With SQLite one thread writes: flows that wait at the same moment share one commit, each in a savepoint of its
own, because the disk is the slowest neighbour. With PostgreSQL a pool of threads writes, one transaction each.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlmodel import Session

from bot.core.keyring import Keyring
from bot.flows.hold_lease import fence
from bot.flows.tx import Rules, Tx
from bot.writing import BEHIND, FIRST, BatchWriter, PoolWriter, Writer
from store.db import Database
from store.leases import Held

P = ParamSpec("P")
R = TypeVar("R")

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
        writer = BatchWriter if database.is_sqlite else PoolWriter
        self._writer: Writer = writer(database, self._begin, lambda: self.on_promise())

    async def do(self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a flow in one transaction. It is committed when this returns, and undone when this raises."""
        return await self._writer.run(flow, lambda tx: flow(tx, *args, **kwargs), FIRST)

    async def do_behind(self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do the same behind everything that a person waits for. The outbox and the clock write this way."""
        return await self._writer.run(flow, lambda tx: flow(tx, *args, **kwargs), BEHIND)

    async def do_as(self, held: Held, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do it behind as the holder of a lease, which no other process can take meanwhile. Raise Fenced if one did."""

        def fenced(tx: Tx) -> R:
            fence(tx, held)
            return flow(tx, *args, **kwargs)

        return await self._writer.run(flow, fenced, BEHIND)

    def do_now(self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a flow from a thread that may wait, such as a command at a shell."""
        return self._writer.run_now(flow, lambda tx: flow(tx, *args, **kwargs))

    async def read(self, query: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a query on a read-only view."""
        return await asyncio.wrap_future(self._readers.submit(lambda: self.read_now(query, *args, **kwargs)))

    def read_now(self, query: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a query from a thread that may wait."""
        with self.database.read() as db:
            return query(self._begin(db), *args, **kwargs)

    def close(self) -> None:
        """Finish what was submitted, then close every thread and connection."""
        self._writer.close()
        self._readers.shutdown()
        self.database.close()

    def _begin(self, db: Session) -> Tx:
        return Tx(db, self.clock.now(), self.keyring, self.rules)
