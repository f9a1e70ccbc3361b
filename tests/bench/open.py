"""Opening: from the slash command to channel, declarer, card and announcement, beside the floor of two round trips."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

from bot.practice.cast import BOT_TOKEN
from bot.practice.server import Practice
from tests.bench.processes import DRIVING, free_port, pin, process, settings

ANA = "U0ANA0001"
LATENCY = 0.1  # seconds that the practice workspace takes for each call
OPENINGS = 12
APART = 1.3  # seconds between two openings: Slack takes one message a second in the announce channel
PATIENCE = 10.0  # seconds


def bench() -> dict[str, Any]:
    """Open incidents one after the other; compare the median with the median of the floor."""
    pin(DRIVING)
    return asyncio.run(_measured())


async def _measured() -> dict[str, Any]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        async with Practice(latency=LATENCY) as practice:
            with process(["bot", "serve"], port, settings(Path(folder), port, practice.url)):
                practice.deliver_to = f"http://127.0.0.1:{port}/slack/events"
                await _opening(practice, 0)  # the first finds the announce channel and joins it
                ours, floor = [], []
                for number in range(1, OPENINGS + 1):
                    await asyncio.sleep(APART)
                    ours.append(await _opening(practice, number))
                    floor.append(await _floor(practice, number))
    value, baseline = statistics.median(ours), statistics.median(floor)
    return {
        "name": "open",
        "value": round(value * 1000, 1),
        "unit": "ms",
        "baseline": round(baseline * 1000, 1),
        "ratio": round(value / baseline, 3),
        "worst": round(max(ours) * 1000, 1),
    }


async def _opening(practice: Practice, number: int) -> float:
    """Open an incident and return the seconds until everything that people wait for is there."""
    title = f"bench {number}"
    began = time.perf_counter()
    asking = asyncio.create_task(practice.slash(ANA, "#general", f"open sev1 {title}"))
    while not _complete(practice, title):
        if time.perf_counter() - began > PATIENCE:
            raise TimeoutError(f"{title!r} is not complete after {PATIENCE} s")
        await asyncio.sleep(0.001)
    took = time.perf_counter() - began
    await asking
    return took


def _complete(practice: Practice, title: str) -> bool:
    name = title.replace(" ", "-")
    channel = next((each for each in practice.space.channels.values() if each.name.endswith(name)), None)
    if channel is None or ANA not in channel.members:
        return False
    announced = practice.space.channel("#incidents").messages.values()
    card = any(title in message.get("text", "") for message in channel.messages.values())
    return card and any(title in message.get("text", "") for message in announced)


async def _floor(practice: Practice, number: int) -> float:
    """Return the seconds of two calls one after the other, on a warm connection: no opening can be faster."""
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    async with aiohttp.ClientSession(practice.api_url, headers=headers) as session:
        async with session.post("api.test"):
            pass
        began = time.perf_counter()
        async with session.post("conversations.create", data={"name": f"floor-{number}"}) as answer:
            channel = (await answer.json())["channel"]["id"]
        async with session.post("chat.postMessage", data={"channel": channel, "text": "floor"}):
            pass
        return time.perf_counter() - began
