"""Starting: from nothing to a 200 of /readyz, and the memory it then takes, beside importing three large libraries."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from bot.practice.server import Practice
from tests.bench.processes import DRIVING, PATIENCE, SERVED, free_port, pin, process, settings

LIBRARIES = "import sqlalchemy, fastapi, slack_bolt.async_app"
ROUNDS = 5  # ours and the libraries take turns; the median of each counts
IDLE = 3.0  # seconds from ready until memory is read
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}  # as an installed bot is; forbidden, each start would compile it anew


def bench() -> dict[str, Any]:
    """Start on a new database with a new keyring each time. A start of each, not counted, warms the caches."""
    pin(DRIVING)
    return asyncio.run(_measured())


async def _measured() -> dict[str, Any]:
    ours, memory, libraries = [], [], []
    async with Practice() as practice:
        for number in range(ROUNDS + 1):
            took, resident = await asyncio.to_thread(_start, practice.url)
            imported = await asyncio.to_thread(_import)
            if number:
                ours.append(took)
                memory.append(resident)
                libraries.append(imported)
    value, baseline = statistics.median(ours), statistics.median(libraries)
    return {
        "name": "start",
        "value": round(value, 2),
        "unit": "s",
        "baseline": round(baseline, 2),
        "ratio": round(value / baseline, 2),
        "worst": round(max(ours), 2),
        "rss_mb": round(statistics.median(memory)),
    }


def _start(slack: str) -> tuple[float, float]:
    """Return the seconds until a bot is ready, and its resident memory a little later, in MB."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = settings(Path(folder), port, slack) | COMPILED
        began = time.perf_counter()
        with process(["bot", "serve"], port, environment) as pid:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE) as answer:
                assert answer.status == 200
            took = time.perf_counter() - began
            time.sleep(IDLE)
            return took, _resident(pid)


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmRSS:"))


def _import() -> float:
    """Return the seconds that a Python takes which does nothing but import the libraries, and end."""
    began = time.perf_counter()
    environment = {**os.environ, **COMPILED}
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True, env=environment, preexec_fn=lambda: pin(SERVED))
    return time.perf_counter() - began
