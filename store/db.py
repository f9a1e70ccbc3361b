"""The database: SQLite for one process, PostgreSQL for several. Nobody else touches the engine.

SQLite runs in WAL with ``synchronous=FULL``: what was committed survives a power cut. A write transaction begins with
BEGIN IMMEDIATE, so that it never finds out at its end that somebody else wrote meanwhile.
"""

from collections.abc import Iterator, Mapping
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
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import Session, SQLModel

BUSY_TIMEOUT = 10_000  # ms that a SQLite writer waits for another process, such as a command at a shell

# What is raised when the database cannot be reached, is locked, or was written by a newer version.
FAULTS = (DBAPIError, NoConnection, CommandError)


class Database:
    """An engine and the two ways into it: ``write()`` and ``read()``."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url, pool_size)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a write transaction; it commits at the end and rolls back on an error."""
        with self._engine.connect() as connection:
            self._begin_writing(connection)
            with connection.begin(), _session(connection) as session:
                yield session
                session.flush()

    @contextmanager
    def batch(self) -> Iterator[Connection]:
        """Open a write transaction that several flows share through ``part``; one commit pays for all of them."""
        with self._engine.connect() as connection:
            self._begin_writing(connection)
            with connection.begin():
                yield connection

    @contextmanager
    def part(self, connection: Connection) -> Iterator[Session]:
        """Open one flow's share of a batch: it rolls back alone when it fails."""
        connection.exec_driver_sql("SAVEPOINT part")
        try:
            with _session(connection) as session:
                yield session
                session.flush()
        except BaseException:
            connection.exec_driver_sql("ROLLBACK TO part")
            raise
        finally:
            connection.exec_driver_sql("RELEASE part")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a read-only view; nothing written here is kept."""
        with self._engine.connect() as connection, _session(connection) as session:
            yield session

    def _begin_writing(self, connection: Connection) -> None:
        if self.is_sqlite:
            connection.execution_options(firstfive_writes=True)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def revision(self) -> str | None:
        """Return the migration the database stands at, or None when it is empty."""
        with self._engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def drift(self) -> list[Any]:
        """Return the differences between the tables as they are and the rows in the code."""
        with self._engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, SQLModel.metadata))


def upgrade(url: str) -> None:
    """Bring a database to the newest revision. Safe to run again, and by several replicas at once on PostgreSQL."""
    command.upgrade(_alembic(url), "head")


def newest_revision() -> str | None:
    """Return the newest revision that this code knows."""
    return ScriptDirectory.from_config(_alembic("sqlite://")).get_current_head()


def insert_once(db: Session, table: type[SQLModel], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same unique key is there; True when it was inserted."""
    connection = db.connection()
    return connection.execute(_insert_once(table, connection.dialect.name), dict(values)).rowcount == 1


@lru_cache
def _insert_once(table: type[SQLModel], dialect: str) -> Insert:
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return build(table).on_conflict_do_nothing()


def _session(connection: Connection) -> Session:
    return Session(connection, expire_on_commit=False, autoflush=False, join_transaction_mode="rollback_only")


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


def _postgres_engine(url: str, pool_size: int) -> Engine:
    return create_engine(url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True)


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT / 1000, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # We begin transactions ourselves; see _begin below.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("firstfive_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
