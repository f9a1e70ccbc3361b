"""Alembic's entry: runs the migrations of ``store/migrations/versions`` against the URL that ``store.db`` passes.

All of them run in one transaction that nobody else can be in: a process that dies half-way leaves the database as it
was, and processes that start together migrate one after the other.
"""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event, text
from sqlmodel import SQLModel

from store import tables  # noqa: F401  (every row must be known before the metadata is compared)

LOCK = 0x66697273  # "firs", for PostgreSQL's advisory lock
PATIENCE = 60.0  # seconds that SQLite waits for another process to finish

engine = create_engine(context.config.attributes["url"])
is_sqlite = engine.dialect.name == "sqlite"

if is_sqlite:

    @event.listens_for(engine, "connect")
    def _leave_transactions_to_us(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.connect() as connection:
    if not is_sqlite:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_type=True,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
