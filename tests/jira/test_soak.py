"""The long form of exactly once: real replicas that are killed, real time, and a Jira that loses answers."""

import asyncio
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from bot.flows.tx import Tx
from bot.practice.tracker_http import TOKEN, Kind, PracticeJira
from bot.settings import read_settings
from bot.wiring import Bot
from tests.jira import replica
from tests.jira.conversation import open_with_items

INCIDENTS, ITEMS = 20, 9  # with the incidents' own, 200 tickets
LOST, UNDELIVERED = 0.3, 0.1
LAG, SETTLE = 2.0, 6  # seconds
PATIENCE = 900  # seconds


@pytest.mark.long
async def test_two_hundred_tickets_are_filed_once_while_a_replica_is_killed_every_second(
    postgres_url: str, tmp_path: Path
) -> None:
    chance = random.Random(4)
    fates: Counter[str] = Counter()

    def fate(method: str, path: str) -> Kind | None:
        if (method, path) != ("POST", "/issue"):
            return None
        drawn = chance.random()
        kind: Kind | None = "cut_after" if drawn < LOST else "cut_before" if drawn < LOST + UNDELIVERED else None
        fates[str(kind)] += 1
        return kind

    async with PracticeJira(fate=fate) as jira:
        jira.tracker.lag = LAG
        environment = {
            "DATABASE_URL": postgres_url,
            "FIRSTFIVE_KEYRING": str(tmp_path / "keyring.json"),
            "JIRA_URL": jira.url,
            "JIRA_EMAIL": "bot@practice.example",
            "JIRA_API_TOKEN": TOKEN,
            "JIRA_PROJECT": jira.tracker.project,
            "JIRA_SETTLE_SECONDS": str(SETTLE),
        }
        bot = Bot(read_settings(environment, tmp_path))
        await open_with_items(bot.house, INCIDENTS, ITEMS)
        began = time.monotonic()
        kills = await file_all(bot, tmp_path, environment)
        took = time.monotonic() - began
        bot.close()
        filed = Counter(issue.fields["summary"] for issue in jira.tracker.issues.values())
        print(
            f"{len(filed)} tickets, {sum(filed.values()) - len(filed)} duplicates, {kills} kills, {took:.0f} s, {fates}"
        )
        assert len(filed) == INCIDENTS * (ITEMS + 1)
        assert set(filed.values()) == {1}


async def file_all(bot: Bot, folder: Path, environment: dict[str, str]) -> int:
    """Run two replicas, kill one a second in turn, until every ticket is filed; return how many were killed.

    On a machine where a replica needs longer than that to start, `SOAK_KILL_EVERY` is the seconds between two kills.
    """
    nursery = multiprocessing.get_context("forkserver")
    nursery.set_forkserver_preload(["tests.jira.replica"])

    def born() -> BaseProcess:
        process = nursery.Process(target=replica.keep, args=(folder, environment), daemon=True)
        process.start()
        return process

    alive, kills = [born(), born()], 0
    try:
        async with asyncio.timeout(PATIENCE):
            while await bot.house.read(_unfiled):
                await asyncio.sleep(float(os.environ.get("SOAK_KILL_EVERY", "1")))
                _kill(alive.pop(0))
                alive.append(born())
                kills += 1
    finally:
        for process in alive:
            _kill(process)
    return kills


def _kill(process: BaseProcess) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid or 0, signal.SIGKILL)
    process.join()


def _unfiled(tx: Tx) -> int:
    statement = "SELECT count(*) FROM ticket WHERE issue_id IS NULL"
    return int(tx.db.connection().exec_driver_sql(statement).scalar_one())
