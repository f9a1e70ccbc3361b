"""Migrations: up on both databases, to exactly the rows in the code, however many start at once and whoever dies."""

import multiprocessing
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from store.db import Database, newest_revision, upgrade
from tests.fakes.postgres import PostgresServer

HERE = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database in which nothing is yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.fresh_database()
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    yield url
    server.drop(url)


def standing(url: str) -> tuple[str | None, list[object]]:
    """Return the revision of a database and how it differs from the rows in the code."""
    database = Database(url)
    try:
        return database.revision(), database.drift()
    finally:
        database.close()


def test_an_empty_database_comes_up_to_exactly_the_rows_in_the_code(empty_url: str) -> None:
    assert standing(empty_url)[0] is None
    upgrade(empty_url)
    assert standing(empty_url) == (newest_revision(), [])


def test_upgrading_again_changes_nothing(empty_url: str) -> None:
    upgrade(empty_url)
    upgrade(empty_url)
    assert standing(empty_url) == (newest_revision(), [])


def test_a_column_that_the_code_does_not_know_is_told(empty_url: str) -> None:
    upgrade(empty_url)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE person ADD COLUMN nickname VARCHAR"))
    engine.dispose()
    assert "nickname" in str(standing(empty_url)[1])


def test_processes_that_start_together_upgrade_one_after_the_other(empty_url: str) -> None:
    program = [sys.executable, "-c", f"from store.db import upgrade; upgrade({empty_url!r})"]
    processes = [subprocess.Popen(program, cwd=HERE, stderr=subprocess.PIPE) for _ in range(3)]
    endings = [(process.communicate(timeout=60)[1].decode(), process.returncode) for process in processes]
    assert endings == [("", 0)] * 3
    assert standing(empty_url) == (newest_revision(), [])


def test_an_upgrade_that_dies_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    """SQLite would commit table by table, and the next start would find the first table there already."""
    path = tmp_path / "half.db"
    url = f"sqlite:///{path}"
    dying = multiprocessing.get_context("fork").Process(target=_die_at_the_third_table, args=(url,))
    dying.start()
    dying.join(30)
    assert dying.exitcode == 9
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    connection.close()
    upgrade(url)
    assert standing(url) == (newest_revision(), [])


def _die_at_the_third_table(url: str) -> None:
    import os

    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    tables = []

    @event.listens_for(Engine, "before_cursor_execute")
    def _count(*call: object) -> None:
        if "CREATE TABLE" in str(call[2]):
            tables.append(call[2])
        if len(tables) == 4:
            os._exit(9)

    upgrade(url)


def test_there_is_one_line_of_revisions_and_no_way_down() -> None:
    """Going down would destroy what people wrote. Whoever must go back restores a backup with the older version."""
    scripts = ScriptDirectory(str(HERE / "store" / "migrations"))
    assert len(scripts.get_heads()) == 1
    for revision in scripts.walk_revisions():
        assert not hasattr(revision.module, "downgrade"), revision.revision
