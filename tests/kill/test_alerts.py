"""A storm of alerts while the bot is killed again and again: one incident, and each alert counted once."""

import asyncio
import json
import random
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from store.db import Database
from tests.alerts.payloads import SECRET, bearer, notification, one
from tests.cli.test_serve import free_port, serving

SERVICES, ASKING = 37, 16
OPENS = '[[alerts.open]]\nseverity = "critical"\nas = "sev1"\n'


@pytest.mark.long
@pytest.mark.parametrize(("alerts", "kills"), [(3000, 5)])
async def test_a_storm_of_thousands_of_alerts_is_one_incident_whenever_the_bot_is_killed(
    database_url: str, tmp_path: Path, alerts: int, kills: int
) -> None:
    """Five to a delivery, each sent until it is answered, as Alertmanager does, and every fifth twice."""
    (tmp_path / "firstfive.toml").write_text(OPENS)
    storm = [one("firing", f"service-{n % SERVICES}", f"{n:x}") for n in range(alerts)]
    bodies = [json.dumps(notification("firing", *storm[n : n + 5])).encode() for n in range(0, alerts, 5)]
    waiting = bodies + bodies[::5]
    random.Random(5).shuffle(waiting)
    port, chance, sent = free_port(), random.Random(7), 0
    url = f"http://127.0.0.1:{port}/alerts/alertmanager"
    settings = {"DATABASE_URL": database_url, "FIRSTFIVE_PORT": str(port), "ALERTS_ALERTMANAGER_SECRET": SECRET}

    async def send(client: httpx.AsyncClient) -> None:
        nonlocal sent
        while waiting:
            body = waiting.pop()
            try:
                answer = await client.post(url, content=body, headers=bearer(body, SECRET))
                assert answer.status_code in (200, 202, 503), answer.text
                again = answer.status_code == 503
            except httpx.TransportError:
                again = True
            if again:
                waiting.append(body)
                await asyncio.sleep(0.05)
            else:
                sent += 1

    async with httpx.AsyncClient(timeout=5) as client, asyncio.TaskGroup() as group:
        sending = [group.create_task(send(client)) for _ in range(ASKING)]
        for number in range(1, kills + 1):
            async with serving(tmp_path, **settings) as process:
                await _listens(process)
                while sent < number * len(bodies) / (kills + 1) and not all(task.done() for task in sending):  # noqa: ASYNC110 - another process has no event
                    await asyncio.sleep(0.02)
                await asyncio.sleep(chance.random() / 5)
                process.kill()
        async with serving(tmp_path, **settings) as process:
            await _listens(process)
            async with asyncio.timeout(600):
                while not all(task.done() for task in sending) or _ask(database_url, PENDING) > 0:  # noqa: ASYNC110
                    await asyncio.sleep(0.5)
    assert _ask(database_url, "SELECT count(*) FROM incident") == 1
    assert _ask(database_url, "SELECT count(*) FROM alert") == alerts
    assert _ask(database_url, "SELECT count(DISTINCT key) FROM alert") == alerts
    assert _ask(database_url, "SELECT sum(alerts) FROM alert_group") == alerts


async def _listens(process: asyncio.subprocess.Process) -> None:
    assert process.stdout
    async with asyncio.timeout(120):  # five starts on a busy machine
        await process.stdout.readline()


PENDING = "SELECT count(*) FROM arrival WHERE body IS NOT NULL"


def _ask(url: str, question: str) -> int:
    database = Database(url)
    try:
        with database.read() as db:
            return int(db.connection().execute(text(question)).scalar_one())
    finally:
        database.close()
