"""What the tests stand on keeps its own promises."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.fakes.postgres import PostgresServer, running
from tests.shared import REPOSITORY, shared

# A run that makes a server, tells where it is, and waits to be killed.
DOOMED = """
from tests.fakes.postgres import PostgresServer
server = PostgresServer()
print(server.folder, server.url("postgres"), flush=True)
input()
"""


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def server():
    with running() as server:
        server.template(lambda url: rows(url, "CREATE TABLE note AS SELECT 'from the template' AS text"))
        yield server


def test_fresh_databases_are_copies_of_the_template_and_apart(server: PostgresServer) -> None:
    one, other = server.fresh_database(), server.fresh_database()
    rows(one, "DELETE FROM note")
    assert rows(one, "SELECT text FROM note") == []
    assert rows(other, "SELECT text FROM note") == [("from the template",)]


def test_a_restart_breaks_connections_and_keeps_the_data(server: PostgresServer) -> None:
    url = server.fresh_database()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        server.restart()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert rows(url, "SELECT text FROM note") == [("from the template",)]


def test_a_killed_run_leaves_neither_a_server_nor_its_data() -> None:
    command = [sys.executable, "-c", DOOMED]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        folder, url = run.stdout.readline().split()
        assert rows(url, "SELECT 1") == [(1,)]
        run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while Path(folder).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).exists()
    with pytest.raises(psycopg.OperationalError):
        rows(url, "SELECT 1")


def test_what_is_absent_skips_a_test_here_and_fails_it_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="is not here"):
        shared("no", "such", "file")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="CI needs it"):
        shared("no", "such", "file")
