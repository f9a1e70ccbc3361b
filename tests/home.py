"""A house of its own: the bot's memory and flows on a fresh database, with a clock that stands still until it is moved.

For the laws of store, seam, flows and outbox, which no door has a part in. What a person sees is tested in a World.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import text
from sqlmodel import col, select

from bot.assets import Assets
from bot.core.checklists import Checklist
from bot.core.keyring import Keyring, key_id
from bot.core.timeline import Moment
from bot.flows.open_incident import open_incident
from bot.flows.record import read_timeline, verify_timeline
from bot.flows.tx import Request, Rules, Tx
from bot.house import House
from store.db import Database
from store.effects import Effect
from store.incidents import Incident, incident_by_id, incident_by_number
from store.types import EntryKind, Severity

P = ParamSpec("P")
R = TypeVar("R")

START = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
ANA, BO, CHIDI, DANA = "U0ANA0001", "U0BO00001", "U0CHIDI01", "U0DANA001"


class StillClock:
    """Tells the same time until somebody moves it."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def pass_(self, **span: float) -> None:
        self._now += timedelta(**span)


class Home:
    """A house and short words for what tests do in it."""

    def __init__(self, url: str, keyring: Keyring | None = None, rules: Rules | None = None) -> None:
        self.url, self.clock = url, StillClock()
        self.keyring = keyring or a_keyring()
        self.rules = rules or Rules(checklists=our_checklists)
        self.house = House(Database(url), self.clock, self.keyring, self.rules)
        self._requests = count(1)

    @property
    def is_sqlite(self) -> bool:
        return self.house.database.is_sqlite

    def request(self, account: str = ANA, team: str | None = "T1", channel: str | None = None) -> Request:
        """A request that was never made before."""
        return Request(f"request-{next(self._requests)}", account, team, channel)

    async def do(self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.house.do(flow, *args, **kwargs)

    async def read(self, query: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.house.read(query, *args, **kwargs)

    async def open(self, title: str = "checkout is down", severity: Severity = Severity.SEV1, **options: Any) -> str:
        """Open an incident as Ana and return its key."""
        account = options.pop("account", ANA)
        return (await self.do(open_incident, self.request(account), title, severity, **options)).key

    async def incident(self, key: str) -> Incident:
        """Return an incident as it stands."""
        found = await self.read(lambda tx: incident_by_number(tx.db, 1, int(key.removeprefix("INC-"))))
        assert found is not None
        return found

    async def timeline(self, key: str) -> list[Moment]:
        """Return an incident's timeline, opened, as it was recorded."""
        incident = await self.incident(key)
        return await self.read(read_timeline, incident.id or 0)

    async def kinds(self, key: str) -> list[EntryKind]:
        """Return the kinds of an incident's entries, as they were recorded."""
        return [moment.kind for moment in await self.timeline(key)]

    async def wrong(self, key: str) -> str | None:
        """Return what is wrong with an incident's chain."""
        incident_id = (await self.incident(key)).id or 0

        def verify(tx: Tx) -> str | None:
            found = incident_by_id(tx.db, incident_id)
            return verify_timeline(tx, found) if found else "no such incident"

        return await self.read(verify)

    async def effects(self, kind: str | None = None) -> list[Effect]:
        """Return what was promised, the oldest first; of one kind or all."""
        found = await self.read(lambda tx: list(tx.db.exec(select(Effect).order_by(col(Effect.id)))))
        return [effect for effect in found if kind in (None, effect.kind)]

    async def told(self, what: str) -> list[str]:
        """Return the accounts of whom *what* was promised to be told, in order."""
        tells = [effect for effect in await self.effects("slack.tell") if effect.args["what"] == what]
        return [
            str(await self.scalar("SELECT account FROM person WHERE ref = :ref", ref=t.args["person"])) for t in tells
        ]

    async def sql(self, statement: str, **values: Any) -> None:
        """Do to the database what no flow does."""
        await self.do(lambda tx: tx.db.connection().execute(text(statement), values) and None)

    async def scalar(self, statement: str, **values: Any) -> Any:
        """Ask the database itself."""
        return await self.read(lambda tx: tx.db.connection().execute(text(statement), values).scalar())


@cache
def our_checklists() -> Mapping[str, Checklist]:
    """The checklists that ship, read once."""
    return Assets(None).checklists()[0]


def a_keyring() -> Keyring:
    """A keyring with one new key."""
    key = secrets.token_bytes(32)
    return Keyring(key_id(key), {key_id(key): key})


@contextmanager
def a_home(url: str, **options: Any) -> Iterator[Home]:
    """Lend a house and close it afterwards."""
    home = Home(url, **options)
    try:
        yield home
    finally:
        home.house.close()
