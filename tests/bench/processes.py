"""The processes of a benchmark, each pinned to a core of its own where there are two."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.practice.cast import BOT_TOKEN, SIGNING_SECRET

PATIENCE = 20.0  # seconds for a process to answer
SERVED, DRIVING = 0, 1  # cores: what is measured, and who measures


@contextlib.contextmanager
def process(
    arguments: list[str], port: int, environment: Mapping[str, str] | None = None, core: int = SERVED
) -> Iterator[int]:
    """Run ``python -m arguments`` on one core until it listens on *port*; yield its process id; end it afterwards."""
    child = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: pin(core),
    )
    try:
        wait_for(port, child)
        yield child.pid
    finally:
        child.terminate()
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def pin(core: int) -> None:
    """Keep this process on one core, if there is more than one."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core % len(cores)]})


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, child: "subprocess.Popen[bytes]") -> None:
    """Wait until a child listens. Raise when it ended or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise RuntimeError(f"{child.args!r} ended with {child.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.02)
    raise TimeoutError(f"{child.args!r} does not listen on {port}")


def settings(folder: Path, port: int, slack: str, database_url: str | None = None) -> dict[str, str]:
    """Return the environment of a bot that lives in *folder* and talks to a practice workspace."""
    return {
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'firstfive.db'}",
        "FIRSTFIVE_KEYRING": str(folder / "keyring.json"),
        "FIRSTFIVE_PORT": str(port),
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{slack}/api/",
    }
