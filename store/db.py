"""The database: SQLite for one process, PostgreSQL for several. Nobody else touches the engine.

SQLite runs in WAL with ``synchronous=FULL``: what was committed survives a power cut. A write transaction begins with
BEGIN IMMEDIATE, so that it never finds out at its end that somebody else wrote meanwhile. A view is of one moment, on
both, however many questions it asks.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, Insert, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import Session, SQLModel

from store.bell import Bell
from store.ground import SERVES_FROM

BUSY_TIMEOUT = 10_000  # ms that a SQLite writer waits for another process, such as a command at a shell
LONGEST_SILENCE = 5  # seconds that a transaction may wait for us; then its locks go, for we are frozen
CONNECT_TIMEOUT = 5  # seconds
DEADLOCK = "40P01"  # PostgreSQL's code for it
# Its codes for a connection that ends: shut down, crashed, still starting, silent too long; and all that begin with 08.
ENDED = ("57P01", "57P02", "57P03", "25P03", "08")


class Deadlock(Exception):
    """Two transactions waited for each other and PostgreSQL ended this one. Run again, it finds its way clear."""


class Lost(Exception):
    """PostgreSQL went away before this transaction was to be committed. Nothing of it stands; it may be run again."""


class Unsure(Exception):
    """PostgreSQL went away while this transaction was committed. It stands or it does not; who asked must look."""


class Undone(Exception):
    """SQLite undid a whole transaction by itself, as it may when the disk is full."""


class NoPassword(Exception):
    """The command that tells the database's password told none. The message says why."""


# What says that the database is away or busy, and may be asked again.
UNREACHED = (NoConnection, Deadlock, Lost, Unsure)
# What is raised when it cannot be reached, is locked, or was written by a newer version.
FAULTS = (DBAPIError, NoConnection, CommandError, Deadlock, Lost, Unsure, Undone, NoPassword)


class Database:
    """An engine to write with, one to read with, and the ways in: ``write()``, ``batch()`` and ``read()``.

    *logins* says as which "user:password" PostgreSQL is met from now on, the current one first. *renew* is told of one
    that PostgreSQL refused, and returns whether *logins* says another one now.
    """

    def __init__(
        self,
        url: str,
        pool_size: int = 16,
        logins: Callable[[], Sequence[str]] = tuple,
        renew: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.url, self._logins, self._renew = url, logins, renew
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writing, self._reading = _sqlite_engine(url, "BEGIN IMMEDIATE"), _sqlite_engine(url, "BEGIN")
        else:
            self._writing = _postgresql_engine(url, pool_size)
            _follow_logins(self._writing, logins, renew)
            self._reading = self._writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a write transaction; it commits at the end and rolls back on an error.

        Raise Deadlock or Lost when nothing of it stands and it may be run again, Unsure when nobody can tell.
        """
        committing = False
        try:
            with self._writing.begin() as connection, _session(connection) as session:
                yield session
                session.flush()
                committing = True
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == DEADLOCK:
                raise Deadlock from error
            if not self.is_sqlite and _went_away(error):
                raise (Unsure if committing else Lost) from error
            raise

    @contextmanager
    def batch(self) -> Iterator[Connection]:
        """Open a write transaction that several flows share through ``part``; one commit pays for all of them."""
        with self._writing.begin() as connection:
            yield connection
            self._check_open(connection)

    @contextmanager
    def part(self, connection: Connection) -> Iterator[Session]:
        """Open one flow's share of a batch: it rolls back alone when it fails."""
        self._check_open(connection)
        with connection.begin_nested(), _session(connection) as session:
            yield session
            session.flush()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a view of one moment. Writing in it fails."""
        with self._reading.connect() as connection, _session(connection) as session:
            yield session

    def _check_open(self, connection: Connection) -> None:
        """Raise Undone when the transaction is gone: what follows would be committed without what came before."""
        if self.is_sqlite and not _driver(connection).in_transaction:
            raise Undone("SQLite undid the transaction. Is the disk full?")

    def close(self) -> None:
        """Close every connection."""
        self._reading.dispose()
        self._writing.dispose()

    def bell(self, number: int, heard: Callable[[], None]) -> Bell:
        """Return the bell of the replica *number*; PostgreSQL alone has one."""
        _, arguments = self._writing.dialect.create_connect_args(self._writing.url)

        def refused(by: Exception) -> None:
            if _is_refusal(by):
                self._renew(next(iter(self._logins()), ""))

        return Bell(lambda: dict(arguments) | _named(*self._logins()[:1]), number, heard, refused)

    def revision(self) -> str | None:
        """Return the migration the database stands at, or None when it is empty."""
        with self._reading.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def is_newer(self) -> bool:
        """Whether newer code than this upgraded the database."""
        revision = self.revision()
        return revision is not None and not _knows(revision)

    def fits(self) -> bool:
        """Whether this code can work here: at its own newest revision, or at a newer one that still serves it."""
        if not self.is_newer():
            return self.revision() == newest_revision()
        with self._reading.connect() as connection:
            try:
                return _knows(connection.exec_driver_sql(SERVES_FROM).scalar_one())
            except DBAPIError:  # It has no such row.
                return False

    def drift(self) -> list[Any]:
        """Return the differences between the tables as they are and the rows in the code."""
        with self._reading.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_ours})
            return list(compare_metadata(context, SQLModel.metadata))


def upgrade(url: str) -> None:
    """Bring a database to the newest revision. Safe to run again, and by several replicas at once on PostgreSQL.

    One that newer code upgraded is left as it is while it still serves this code, and CommandError raised otherwise.
    """
    database = Database(url)
    try:
        if database.is_newer() and database.fits():
            return
    finally:
        database.close()
    command.upgrade(_alembic(url), "head")


def newest_revision() -> str | None:
    """Return the newest revision that this code knows."""
    return ScriptDirectory.from_config(_alembic("sqlite://")).get_current_head()


def _knows(revision: str) -> bool:
    """Whether this code has a migration to a revision."""
    known = ScriptDirectory.from_config(_alembic("sqlite://")).walk_revisions()
    return any(script.revision == revision for script in known)


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Tell whether a table is a row's; the words that are searched stand in tables of the database's own."""
    return kind != "table" or not (name or "").startswith(("incident_words", "search_words"))


def insert_once(db: Session, table: type[SQLModel], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same unique key is there; True when it was inserted."""
    connection = db.connection()
    return connection.execute(_insert_once(table, connection.dialect.name), dict(values)).rowcount == 1


@lru_cache
def _insert_once(table: type[SQLModel], dialect: str) -> Insert:
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return build(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def take_turns(db: Session, table: type[SQLModel]) -> None:
    """Keep others from writing to a table until this transaction ends. On SQLite they are kept from it anyway."""
    connection = db.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f'LOCK TABLE "{table.__tablename__}" IN EXCLUSIVE MODE')


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


class _Bound(Session):
    """A session of one connection. It hands that out as it is: SQLAlchemy's way to it costs a third of a statement."""

    def connection(self, *_args: Any, **_options: Any) -> Connection:
        assert isinstance(self.bind, Connection)
        return self.bind


def _session(connection: Connection) -> Session:
    return _Bound(connection, expire_on_commit=False, autoflush=False, join_transaction_mode="rollback_only")


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


def _went_away(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlstate", None)
    never_answered = code is None and isinstance(error, OperationalError)
    return error.connection_invalidated or never_answered or str(code).startswith(ENDED)


def _postgresql_engine(url: str, pool_size: int) -> Engine:
    arguments = {"connect_timeout": CONNECT_TIMEOUT}
    engine = create_engine(url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, connect_args=arguments)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{LONGEST_SILENCE}s'")
        connection.commit()

    return engine


def _follow_logins(engine: Engine, logins: Callable[[], Sequence[str]], renew: Callable[[str], bool]) -> None:
    """Connect with the login that is current at that moment, and let connections of a former one go when they are free.

    A login that the server does not take is followed by the one before it, while that holds, and by a renewed one.
    """

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, record: Any, args: Any, parameters: dict[str, Any]) -> Any:
        held = logins()
        record.info.update(login=held[:1], fresh=True)
        for login in held[:-1]:
            with contextlib.suppress(dialect.loaded_dbapi.OperationalError):
                return dialect.connect(*args, **parameters | _named(login))
        try:
            return dialect.connect(*args, **parameters | _named(*held[-1:]))
        except dialect.loaded_dbapi.OperationalError as refusal:
            if not held or not _is_refusal(refusal) or not renew(held[-1]):
                raise
        renewed = logins()[:1]
        record.info.update(login=renewed)
        return dialect.connect(*args, **parameters | _named(*renewed))

    @event.listens_for(engine, "checkout")
    def _let_go(_connection: Any, record: Any, _proxy: Any) -> None:
        is_fresh = record.info.pop("fresh", False)  # one that was just made is good, even if a rotation overtook it
        if not is_fresh and record.info.get("login") != logins()[:1]:
            raise DisconnectionError("the database login was rotated")


def _is_refusal(error: Exception) -> bool:
    """Whether PostgreSQL did not take who connects. The driver gives no code for it, only what the server wrote."""
    return str(getattr(error, "sqlstate", None)).startswith("28") or "authentication" in str(error)


def _named(login: str = "") -> dict[str, str]:
    """Return a login as psycopg takes it; nothing where the URL alone says who connects."""
    if not login:
        return {}
    user, _, password = login.partition(":")
    return {"user": user, "password": password}


def _sqlite_engine(url: str, begin: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT / 1000, "check_same_thread": False})
    pragmas = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"]
    pragmas += ["query_only=ON"] if begin == "BEGIN" else []

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # We begin transactions ourselves; see _begin below.
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    # SQLAlchemy compiles each savepoint's statement anew and makes a result of it: four times what the savepoint costs.
    dialect: Any = engine.dialect
    dialect.do_savepoint = lambda connection, name: _driver(connection).execute(f"SAVEPOINT {name}")
    dialect.do_release_savepoint = lambda connection, name: _driver(connection).execute(f"RELEASE {name}")
    dialect.do_rollback_to_savepoint = lambda connection, name: _driver(connection).execute(f"ROLLBACK TO {name}")
    return engine
