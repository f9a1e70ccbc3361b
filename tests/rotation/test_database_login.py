"""The database login: two users take turns while transactions run, on a server that asks for passwords."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.exc import OperationalError

from bot.flows.open_incident import open_incident
from bot.flows.tx import Request
from bot.flows.views import visible
from bot.secret import DATABASE_LOGIN
from bot.settings import read_settings
from bot.wiring import Bot, Roles, Server
from store.db import NoPassword
from tests.fakes.postgres import PostgresServer
from tests.rotation.traffic import ROTATIONS, Plan, followed, rotate, under_traffic

USERS = ("firstfive_a", "firstfive_b")
OF_OURS = "FROM pg_stat_activity WHERE usename = ANY(%s)"


@dataclass
class Guarded:
    """A database whose two users need their passwords."""

    url: str
    admin: psycopg.Connection[psycopg.rows.TupleRow]

    @property
    def address(self) -> str:
        """The database's URL without a user."""
        scheme, _, place = self.url.partition("://")
        return f"{scheme}://{place.rpartition('@')[2]}"

    def set_password(self, user: str, password: str) -> str:
        """Give a user a password and return its login."""
        self.admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(user), sql.Literal(password)))
        return f"{user}:{password}"

    def connected(self) -> set[str]:
        """Return which of the users have a connection."""
        rows = self.admin.execute(f"SELECT DISTINCT usename {OF_OURS}", [list(USERS)])
        return {str(name) for (name,) in rows}


@pytest.fixture
def guarded(postgres_server: PostgresServer, postgres_url: str) -> Iterator[Guarded]:
    """A fresh database that belongs to one role, and two users who are members of it."""
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as admin:
        (place,) = admin.execute("SHOW hba_file").fetchone() or ("",)
        hba = Path(place)
        before = hba.read_text()
        hba.write_text("".join(f"host all {user} 127.0.0.1/32 scram-sha-256\n" for user in USERS) + before)
        admin.execute("SELECT pg_reload_conf()")
        name = admin.info.dbname
        admin.execute("CREATE ROLE firstfive")
        for user in USERS:
            admin.execute(f"CREATE ROLE {user} LOGIN IN ROLE firstfive")
            admin.execute(f"ALTER ROLE {user} SET role = firstfive")
        admin.execute(f"ALTER DATABASE {name} OWNER TO firstfive")
        for (table,) in admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            admin.execute(f'ALTER TABLE "{table}" OWNER TO firstfive')
        yield Guarded(postgres_url, admin)
        admin.execute(f"SELECT pg_terminate_backend(pid) {OF_OURS}", [list(USERS)])
        admin.execute(f"ALTER DATABASE {name} OWNER TO postgres")
        admin.execute("REASSIGN OWNED BY firstfive TO postgres")
        admin.execute("DROP ROLE firstfive_a, firstfive_b, firstfive")
        hba.write_text(before)
        admin.execute("SELECT pg_reload_conf()")


def a_bot(guarded: Guarded, folder: Path, login: str = "", **more: str) -> Bot:
    settings = {
        "DATABASE_URL": guarded.address,
        "DATABASE_LOGIN": login,
        "FIRSTFIVE_KEYRING": str(folder / "ring.json"),
        **more,
    }
    return Bot(read_settings(settings, folder))


class Provider:
    """A program that prints a password and counts how often it ran."""

    def __init__(self, folder: Path) -> None:
        self.password, self.runs, self.program = folder / "password", folder / "runs", folder / "provider.sh"
        self.program.write_text('#!/bin/sh\necho run >> "$1"\nexec cat "$2"\n')
        self.program.chmod(0o700)

    @property
    def command(self) -> str:
        return f"{self.program} '{self.runs}' '{self.password}'"

    def ran(self) -> int:
        return len(self.runs.read_text().splitlines())


async def test_no_transaction_fails_while_two_users_take_turns(plan: Plan, guarded: Guarded, tmp_path: Path) -> None:
    first = guarded.set_password(USERS[0], "p0:with/colon@and%")
    bot = await asyncio.to_thread(a_bot, guarded, tmp_path, first)
    server = Server(bot, Roles(web=False, outbox=False, jobs=False))
    await server.start()
    number = 0

    async def ask() -> None:
        nonlocal number
        number += 1
        await bot.house.do(open_incident, Request(f"request {number}", "shell:ana"), f"number {number}")
        assert await bot.house.read(visible, None)

    async def turn(rotation: int) -> None:
        user = USERS[rotation % 2]
        login = guarded.set_password(user, f"p{rotation}")  # its last one has long been given up by every process
        await rotate(plan, server, DATABASE_LOGIN, login)

    await under_traffic(plan, ask, turn)
    await asyncio.gather(*(ask() for _ in range(20)))
    guarded.set_password(USERS[(ROTATIONS + 1) % 2], "somebody else's")
    await asyncio.gather(*(ask() for _ in range(20)))
    await followed(plan, server)
    assert guarded.connected() == {USERS[ROTATIONS % 2]}
    await server.stop()
    bot.close()


async def test_no_transaction_fails_while_a_command_tells_one_password_after_another(
    plan: Plan, guarded: Guarded, tmp_path: Path
) -> None:
    """Each new password holds at once and the one before ends with it, as at a cloud's database."""
    provider, number = Provider(tmp_path), 0

    def change(password: str) -> None:
        provider.password.write_text(f"{password}\n")
        guarded.set_password(USERS[0], password)
        guarded.admin.execute(f"SELECT pg_terminate_backend(pid) {OF_OURS} AND state = 'idle'", [list(USERS)])

    change("p0:with/colon@and%")
    address = guarded.address.replace("://", f"://{USERS[0]}@")
    bot = await asyncio.to_thread(
        a_bot, guarded, tmp_path, DATABASE_URL=address, DATABASE_PASSWORD_COMMAND=provider.command
    )
    server = Server(bot, Roles(web=False, outbox=False, jobs=False))
    await server.start()

    async def ask() -> None:
        nonlocal number
        number += 1
        await bot.house.do(open_incident, Request(f"request {number}", "shell:ana"), f"number {number}")
        assert await bot.house.read(visible, None)

    async def turn(rotation: int) -> None:
        await asyncio.to_thread(change, f"p{rotation}")

    await under_traffic(plan, ask, turn)
    await asyncio.gather(*(ask() for _ in range(20)))
    assert guarded.connected() == {USERS[0]}
    assert 2 <= provider.ran() <= 1 + ROTATIONS
    await server.stop()
    bot.close()


async def test_a_command_that_tells_nothing_says_so_before_anything_starts(guarded: Guarded, tmp_path: Path) -> None:
    address = guarded.address.replace("://", f"://{USERS[0]}@")
    for command, why in (("false", "exit code 1"), ("true", "printed nothing"), ("/nowhere/at/all", "cannot be run")):
        with pytest.raises(NoPassword, match=why):
            await asyncio.to_thread(a_bot, guarded, tmp_path, DATABASE_URL=address, DATABASE_PASSWORD_COMMAND=command)


async def test_a_login_that_the_server_does_not_take_yet_leaves_the_one_before_in_use(
    guarded: Guarded, tmp_path: Path
) -> None:
    bot = await asyncio.to_thread(a_bot, guarded, tmp_path, guarded.set_password(USERS[0], "right"))
    server = Server(bot, Roles(web=False, outbox=False, jobs=False))
    await server.start()
    await rotate(Plan(0, own_beat=False), server, DATABASE_LOGIN, f"{USERS[1]}:wrong")
    assert await bot.house.read(visible, None) == []
    assert guarded.connected() == {USERS[0]}
    await server.stop()
    bot.close()


async def test_a_start_with_a_wrong_login_says_whom_the_database_refused(guarded: Guarded, tmp_path: Path) -> None:
    guarded.set_password(USERS[0], "right")
    with pytest.raises(OperationalError, match="password authentication failed for user"):
        await asyncio.to_thread(a_bot, guarded, tmp_path, f"{USERS[0]}:wrong")
