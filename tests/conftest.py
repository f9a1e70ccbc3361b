"""What every test may ask for: a fresh database of either kind, the PostgreSQL server, and a browser."""

import os
import shutil
import signal
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.async_api import Browser

from tests import contract
from tests.fakes import browser as browsers
from tests.fakes import postgres
from tests.fakes.postgres import PostgresServer
from tests.home import Home, a_home
from tests.shared import absent
from tests.world import CALLS_FOLDER, World, a_world

TEMPORARY = "TMPDIR"  # where tempfile looks, here and in every process that is started


def pytest_configure() -> None:
    """Let a terminated run stop its servers, as an interrupted one does, and collect what every bot sends to Slack.

    No law has a deadline: a busy machine would break it, and not the law. Files go to the RAM disk where there is one:
    a disk that several processes write to stands still for seconds, and Slack waits for three.
    """
    hypothesis.settings.register_profile("lawful", hypothesis.settings.default, deadline=None)
    hypothesis.settings.load_profile("lawful")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if CALLS_FOLDER not in os.environ:
        folder = tempfile.mkdtemp(prefix="firstfive-tests-", dir=postgres.quickest_folder())
        Path(folder).chmod(0o1777)  # as /tmp is: some servers run as somebody else
        os.environ[TEMPORARY], tempfile.tempdir = folder, folder
        os.environ[CALLS_FOLDER] = tempfile.mkdtemp(prefix="firstfive-calls-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what all processes of the run left."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ[TEMPORARY], ignore_errors=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when anything that was sent to Slack in any test breaks Slack's contract."""
    if hasattr(session.config, "workerinput"):  # One of several processes; the one that started them all checks.
        return
    logs = Path(os.environ[CALLS_FOLDER])
    if contract.CHECKER.exists():
        broken = contract.violations(logs)
    else:
        broken = [f"{contract.CHECKER} is not here; CI needs it"] if os.environ.get("CI") == "true" else []
    shutil.rmtree(logs)
    if broken:
        print("", "What was sent to Slack breaks its contract:", *broken, sep="\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server whose fresh databases are migrated; it starts with the first test that needs it."""
    from store.db import upgrade

    with postgres.running() as server:
        server.template(upgrade)
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    from store.db import upgrade

    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite database."""
    path = tmp_path / "firstfive.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a fresh, migrated PostgreSQL database."""
    url = postgres_server.fresh_database()
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database; the test runs once on each kind."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium for the whole run. Open a context of your own in it: `await browser.new_context()`."""
    executable = browsers.chromium()
    if executable is None:
        absent("There is no Chromium: install it (apt install chromium) or name it in CHROMIUM")
    async with browsers.running(executable) as running:
        yield running


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A practice workspace and a bot, once on each kind of database."""
    async with a_world(tmp_path, database_url) as built:
        yield built


@pytest.fixture
async def small_world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The same on SQLite alone, for what no database has a part in: words, buttons, forms."""
    async with a_world(tmp_path, sqlite_url) as built:
        yield built


@pytest.fixture
def home(database_url: str) -> Iterator[Home]:
    """The bot's memory and flows alone, once on each kind of database."""
    with a_home(database_url) as lent:
        yield lent


@pytest.fixture
def small_home(sqlite_url: str) -> Iterator[Home]:
    """The same on SQLite alone."""
    with a_home(sqlite_url) as lent:
        yield lent
