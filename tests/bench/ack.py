"""Acknowledgements: commands a second over signed HTTP, beside a bare handler on the same server and core."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.practice.server import Practice
from tests.bench.load import Load, command, drive
from tests.bench.processes import DRIVING, free_port, pin, process, settings

CLIENTS = 16
REQUESTS = 1000  # in one round
ROUNDS = 6  # ours and bare take turns; the median of each counts, so that a busy moment harms neither alone
LONGEST = 120  # seconds for all of it
CROWD = 50  # incidents that open at once while notes are acknowledged


def bench_help() -> dict[str, Any]:
    """What costs nothing but Bolt and us: /incident help."""
    return _bench("ack-help", "help")


def bench_note() -> dict[str, Any]:
    """What is committed before it is acknowledged: /incident note. Then the same while 50 incidents open at once."""
    return _bench("ack-note", "note error rate is 48 %")


def _bench(name: str, text: str) -> dict[str, Any]:
    pin(DRIVING)
    ours, bare, crowded = asyncio.run(asyncio.wait_for(_measured(text, durable=name == "ack-note"), LONGEST))
    return {
        "name": name,
        "value": round(ours.per_second),
        "unit": "acks/s",
        "baseline": round(bare.per_second),
        "ratio": round(ours.per_second / bare.per_second, 3),
        "p99_ms": round(ours.percentile(0.99) * 1000, 1),
        "p99_ms_while_50_open": round(crowded.percentile(0.99) * 1000, 1),
    }


async def _measured(text: str, *, durable: bool) -> tuple[Load, Load, Load]:
    with tempfile.TemporaryDirectory() as folder:
        async with _bot(Path(folder)) as (ours, channel):
            bare = free_port()
            with process(["tests.bench.bare", str(bare), *([str(Path(folder) / "bare.db")] if durable else [])], bare):
                found: dict[int, list[Load]] = {ours: [], bare: []}
                for round_ in range(ROUNDS):
                    for port, loads in found.items():
                        loads.append(await drive(port, _commands(text, channel, round_), CLIENTS))
            crowd = [command(f"open sev2 crowd {number}", number) for number in range(CROWD)]
            opening = asyncio.create_task(drive(ours, crowd, CROWD))
            crowded = await drive(ours, _commands(text, channel, ROUNDS), CLIENTS)
            await opening
    return _median(found[ours]), _median(found[bare]), crowded


@asynccontextmanager
async def _bot(folder: Path) -> AsyncIterator[tuple[int, str]]:
    """Run the bot beside a practice workspace with one open incident; yield its port and that incident's channel."""
    port = free_port()
    async with Practice() as practice:
        with process(["bot", "serve"], port, settings(folder, port, practice.url)):
            practice.deliver_to = f"http://127.0.0.1:{port}/slack/events"
            await practice.slash("U0ANA0001", "#general", "open sev2 bench")
            await asyncio.sleep(4)  # channel, card, checklist and pins go out
            yield port, practice.channel("inc-1-bench").id


def _commands(text: str, channel: str, round_: int) -> list[bytes]:
    return [command(f"{text} {round_}.{number}", number, channel) for number in range(REQUESTS)]


def _median(loads: list[Load]) -> Load:
    return sorted(loads, key=lambda load: load.per_second)[len(loads) // 2]
