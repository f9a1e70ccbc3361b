"""Webhooks: deliveries a second, read, signed and with each attempt on disk, beside bare POSTs to the same endpoint."""

import asyncio
import contextlib
import secrets
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

from bot.flows.open_incident import open_incident
from bot.flows.publish import publish
from bot.flows.register_endpoint import Wishes, add_partner, register_endpoint
from bot.flows.tx import Request, Tx
from bot.outbox.outcome import Done
from bot.outbox.worker import Outbox
from bot.settings import read_settings
from bot.web.serving import fast_loop
from bot.webhooks.courier import Courier
from bot.webhooks.deliver import deliver
from bot.wiring import Bot
from store.effects import Claimed
from store.incidents import incident_by_id
from store.types import EventType
from tests.bench.processes import DRIVING, SERVED, free_port, pin, process

ENDPOINTS = 8
EVENTS = 250  # to each endpoint, in one round
ROUNDS = 3  # ours and bare take turns; the median of each counts
AT_ONCE = 64  # calls in flight, ours and bare
LONGEST = 120  # seconds for all of it


def bench() -> dict[str, Any]:
    """Compare what one process delivers with what a bare loop of POSTs of the same body does."""
    pin(SERVED)
    with asyncio.Runner(loop_factory=fast_loop()) as runner:
        ours, bare = runner.run(asyncio.wait_for(_measured(), LONGEST))
    return {
        "name": "webhooks",
        "value": round(ours),
        "unit": "deliveries/s",
        "baseline": round(bare),
        "ratio": round(ours / bare, 3),
    }


async def _measured() -> tuple[float, float]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/hooks"
    with tempfile.TemporaryDirectory() as folder, process(["tests.bench.receiving", str(port)], port, core=DRIVING):
        place = {"DATABASE_URL": f"sqlite:///{folder}/firstfive.db", "FIRSTFIVE_KEYRING": f"{folder}/keyring.json"}
        bot = Bot(read_settings(place, Path(folder)))
        courier = Courier(bot.house, loopback=True)
        await courier.open()
        delivered: list[int] = []

        async def counted(effect: Claimed) -> Done:
            done = await deliver(courier, effect)
            delivered.append(effect.id)
            return done

        outbox = Outbox(bot.house, {"webhook.deliver": counted})
        await bot.house.do(_registered, url)
        ours, bare = [], []
        for _ in range(ROUNDS):
            bare.append(await _bare(url))
            await bot.house.do(_published)
            ours.append(await _ours(outbox, delivered))
        await courier.close()
        bot.close()
    return sorted(ours)[ROUNDS // 2], sorted(bare)[ROUNDS // 2]


def _registered(tx: Tx, url: str) -> None:
    request = Request("bench", "shell:bench")
    add_partner(tx, request, "bench")
    for _ in range(ENDPOINTS):
        register_endpoint(tx, request, "bench", url, Wishes(rate=1000, types=("incident.updated",)), loopback=True)
    open_incident(tx, request, "bench")


def _published(tx: Tx) -> None:
    incident = incident_by_id(tx.db, 1)
    assert incident is not None
    for _ in range(EVENTS):
        publish(tx, incident, EventType.INCIDENT_UPDATED, what="impact")


async def _ours(outbox: Outbox, delivered: list[int]) -> float:
    """Send everything that is due, as a worker does, until the last of it is settled."""
    delivered.clear()
    began = time.perf_counter()
    working = asyncio.create_task(outbox.run())
    while len(delivered) < ENDPOINTS * EVENTS:  # noqa: ASYNC110 - the outbox has no event for it
        await asyncio.sleep(0.002)
    await outbox.idle()
    took = time.perf_counter() - began
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    return ENDPOINTS * EVENTS / took


async def _bare(url: str) -> float:
    body = secrets.token_hex(100).encode()
    waiting = iter(range(ENDPOINTS * EVENTS))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def post() -> None:
            for _ in waiting:
                async with session.post(url, data=body) as answer:
                    await answer.read()

        began = time.perf_counter()
        await asyncio.gather(*(post() for _ in range(AT_ONCE)))
    return ENDPOINTS * EVENTS / (time.perf_counter() - began)
