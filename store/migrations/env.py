"""Alembic's entry: runs the migrations of ``store/migrations/versions`` against the URL that ``store.db`` passes."""

from alembic import context
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel

from store import tables  # noqa: F401  (every row must be known before the metadata is compared)

LOCK = 0x66697273  # "firs": replicas that start together migrate one after the other

engine = create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
    context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
