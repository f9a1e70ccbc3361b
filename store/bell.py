"""The bell: one connection of this process, outside the pool, that hears what other processes promise.

It also says that this process lives. It holds an advisory lock that PostgreSQL drops as soon as the process is gone,
however it went; a process that is merely frozen keeps it. ``store.replicas`` reads who holds one.

Behind a pooler that lends its connections by the transaction neither is to be relied on. Such a bell stays silent, and
what it would tell is found by looking once a second.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from psycopg import AsyncConnection, Error
from sqlmodel import Session

from store.replicas import ANNOUNCE, ENTER

log = logging.getLogger("firstfive.store")

LISTEN, NOTIFY = "LISTEN firstfive", "NOTIFY firstfive"
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0  # seconds between tries; well below ``bot.outbox.presence.GRACE``
# Seconds. The server looks as well, so that a machine that lost its power does not seem to live on for two hours.
NOTICED: dict[str, Any] = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
NAME = "firstfive bell"  # in pg_stat_activity
OURS = NOTICED | {"application_name": NAME}
NOTICED_THERE = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"


def ring(db: Session) -> None:
    """Wake every process that listens, once this transaction has committed. The notice carries nothing at all."""
    db.connection().exec_driver_sql(NOTIFY)


class Bell:
    """Calls *heard* whenever another process promised something, and announces the replica *number* while it runs.

    *refused* is told why a connection was not made or was cut, so that the next one may come with another password.
    """

    def __init__(
        self,
        arguments: Callable[[], dict[str, Any]],
        number: int,
        heard: Callable[[], None],
        refused: Callable[[Exception], None] = lambda _: None,
    ) -> None:
        self._arguments, self._number, self._heard, self._refused = arguments, number, heard, refused

    async def run(self) -> None:
        """Listen until cancelled, coming back after every cut."""
        pause = FIRST_PAUSE
        while True:
            try:
                connection = await AsyncConnection.connect(**OURS | self._arguments(), autocommit=True)
                async with connection:
                    await self._announce(connection)
                    pause = FIRST_PAUSE
                    self._heard()  # Nobody knows what was promised while we were deaf.
                    async for _ in connection.notifies():
                        self._heard()
            except (Error, OSError) as cut:
                await asyncio.to_thread(self._refused, cut)
                log.warning("PostgreSQL's notices do not arrive (%s); next try in %.1f s", type(cut).__name__, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _announce(self, connection: AsyncConnection[Any]) -> None:
        """Listen, and say that we live; but not through a pooler, which gives every client a number of its own."""
        await connection.execute(LISTEN)
        told = await (await connection.execute("SELECT pg_backend_pid()")).fetchone()
        if told is None or told[0] != connection.info.backend_pid:
            log.warning("a pooler stands before PostgreSQL: what a dead replica held waits until its claim ends")
            return
        await connection.execute(NOTICED_THERE)
        await connection.execute(ANNOUNCE, {"number": self._number})
        await connection.execute(ENTER, {"number": self._number})
