"""A real MariaDB server for tests, where its programs are installed: apt install mariadb-server. CI does not."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pymysql

from tests.fakes.postgres import PATIENCE, free_port, quickest_folder, unprivileged

PATH = f"{os.environ['PATH']}:/usr/sbin"
SERVER, SETUP = (shutil.which(name, path=PATH) for name in ("mariadbd", "mariadb-install-db"))


def is_installed() -> bool:
    """Tell whether this machine has a server to start."""
    return SERVER is not None and SETUP is not None


@contextmanager
def running() -> Iterator[str]:
    """Lend the URL of an empty server on a free port of 127.0.0.1, and take it down afterwards."""
    assert SERVER
    assert SETUP
    identity, port = unprivileged(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="firstfive-mysql-", dir=quickest_folder()))
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    login = ["--auth-root-authentication-method=normal", "--skip-name-resolve", "--skip-test-db"]
    small = ["--innodb-buffer-pool-size=32M", "--innodb-log-file-size=16M"]
    listening = ["--bind-address=127.0.0.1", f"--port={port}", f"--socket={folder}/socket", f"--pid-file={folder}/pid"]
    data = ["--no-defaults", f"--datadir={folder}/data"]
    try:
        with (folder / "log").open("wb") as log:
            subprocess.run([SETUP, *data, *login], check=True, stdout=log, stderr=log, cwd="/", **identity)
            command = [SERVER, *data, *listening, *small, "--skip-name-resolve"]
            server = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **identity)
        try:
            _wait_until_ready(port, folder / "log")
            yield f"mysql://root@127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(PATIENCE)
    finally:
        shutil.rmtree(folder)


def _wait_until_ready(port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with closing(pymysql.connect(host="127.0.0.1", port=port, user="root")):
                return
        except pymysql.OperationalError as refused:
            if time.monotonic() > deadline:
                raise RuntimeError(log.read_text(errors="replace")) from refused
            time.sleep(0.05)
