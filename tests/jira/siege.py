"""Files 200 tickets in a stateful Jira that is none of ours, through faults, while replicas are killed.

A program of its own, so that the checker of Jira's contract can start it: `python -m tests.jira.siege POSTGRES_URL`.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bot.settings import read_settings
from bot.wiring import Bot, SystemClock, jira_api
from tests.jira.conversation import CREATE, open_with_items, order
from tests.jira.test_soak import INCIDENTS, ITEMS, LOST, SETTLE, UNDELIVERED, file_all

FAULTS = 1000  # more than there will be requests


def fates(chance: random.Random) -> list[dict[str, Any]]:
    """Draw what becomes of each request to create: most go through, some answers are lost, some never arrive."""
    lost, undelivered = {"action": "drop_response"}, {"action": "reset_before"}
    through: dict[str, Any] = {"action": "delay", "seconds": 0}
    weights = (LOST, UNDELIVERED, 1 - LOST - UNDELIVERED)
    drawn = chance.choices([lost, undelivered, through], weights, k=FAULTS)
    return [{"method": "POST", "path": CREATE, **fate} for fate in drawn]


async def besiege(folder: Path, database_url: str) -> None:
    """File everything, and count what stands in Jira."""
    environment = {
        "DATABASE_URL": database_url,
        "FIRSTFIVE_KEYRING": str(folder / "keyring.json"),
        "JIRA_URL": os.environ["JIRA_URL"],
        "JIRA_EMAIL": "admin@example.com",
        "JIRA_API_TOKEN": "secret",
        "JIRA_PROJECT": os.environ["JIRA_PROJECT"],
        "JIRA_SETTLE_SECONDS": str(SETTLE),
    }
    settings = read_settings(environment, folder)
    bot = Bot(settings)
    await order(*fates(random.Random(820)))
    await open_with_items(bot.house, INCIDENTS, ITEMS)
    began = time.monotonic()
    kills = await file_all(bot, folder, environment)
    took = time.monotonic() - began
    await asyncio.sleep(SETTLE)
    api = jira_api(settings, bot.vault, SystemClock())
    found = await api.search(f"project = {settings.jira_project} AND labels = SEV1", ["summary"])
    api.close()
    bot.close()
    names = Counter(issue["fields"]["summary"] for issue in found)
    print(f"{len(names)} tickets, {names.total() - len(names)} duplicates, {kills} kills, {took:.0f} s")
    assert len(names) == INCIDENTS * (ITEMS + 1)
    assert set(names.values()) == {1}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="firstfive-siege-") as place:
        asyncio.run(besiege(Path(place), sys.argv[1]))
