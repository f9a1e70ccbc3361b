"""Files tickets in whatever Jira `$JIRA_URL` is, through faults, and checks what stands there in the end.

A program of its own, so that a checker can start it: `python -m tests.jira.conversation`. Time is real here, for the
stand-in behind the checker knows no other.
"""

import asyncio
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bot.flows.add_action import add_action, settle_action
from bot.flows.change_action import change_action
from bot.flows.file_ticket import example
from bot.flows.follow_jira import ask_jira
from bot.flows.open_incident import open_incident
from bot.flows.promise import for_incident
from bot.flows.tx import Request, Tx
from bot.house import House
from bot.jira.conflicts import side_by_side
from bot.jira.desk import Desk
from bot.jira.fields import fields_of
from bot.jira.text import rich
from bot.settings import Settings, read_settings
from bot.wiring import Bot, Roles, Server
from store.incidents import incident_by_id
from store.types import ActionState, ActionType, Priority, Severity
from tests.jira.rows import a_conflict

CREATE = r"/rest/api/\d/issue$"
PATIENCE = 90  # seconds


def settings_in(folder: Path, **environment: str) -> Settings:
    """Return the settings of a bot without Slack whose Jira is the one that the environment names."""
    ours = {
        "FIRSTFIVE_KEYRING": str(folder / "keyring.json"),
        "DATABASE_URL": f"sqlite:///{folder / 'firstfive.db'}",
        "JIRA_EMAIL": "admin@example.com",
        "JIRA_API_TOKEN": "secret",
        "JIRA_SETTLE_SECONDS": "3",
        "JIRA_URL": os.environ["JIRA_URL"],
        "JIRA_PROJECT": os.environ["JIRA_PROJECT"],
    }
    return read_settings(ours | environment, folder)


async def converse(folder: Path) -> None:
    """File the items of two incidents, some of whose answers are lost, edit one on both sides, close a double."""
    bot = Bot(settings_in(folder))
    server = Server(bot, Roles(web=False, outbox=True, jobs=False))
    assert server.jira is not None
    server.jira.email_of = _administrator
    await order(
        {"method": "POST", "path": CREATE, "action": "drop_response"},
        {"method": "POST", "path": CREATE, "action": "reset_before"},
        {"method": "POST", "path": CREATE, "action": "status", "status": 429, "headers": {"Retry-After": "1"}},
    )
    await open_with_items(bot.house, 2, 2)
    await server.start()
    try:
        await until(lambda: _filed(bot.house) == 6)
        await check(server.jira, 6)
        await keep_in_step(bot.house, server.jira)
        await show_a_conflict(bot.house, server.jira)
        await close_a_double(bot.house, server.jira)
    finally:
        await server.stop()
        bot.close()


async def _administrator(workspace_id: int, account: str) -> str:
    return "admin@example.com"


async def order(*faults: dict[str, Any]) -> None:
    """Tell the checker what goes wrong."""
    async with ClientSession() as session:
        await session.post(f"{os.environ['JIRA_URL']}/__jiracheck/faults", data=json.dumps(faults))


async def open_with_items(house: House, incidents: int, items: int, first: int = 0) -> None:
    """Open incidents with action items, none of which has the title of another; the *first* of them names it."""
    for number in range(first, first + incidents):
        opened = await house.do(open_incident, _asking(f"open {number}"), f"outage {number}", Severity.SEV1)
        for item in range(items):
            asking = _asking(f"item {number} {item}")
            await house.do(add_action, asking, f"change {number}.{item}", owner="shell:bo", key=opened.key)


def _asking(about: str) -> Request:
    return Request(about, "shell:ana")


async def check(desk: Desk, count: int) -> None:
    """Compare what stands in Jira with what was asked for."""
    await asyncio.sleep(1.5)  # until search shows what came last
    found = await desk.api.search(
        f"project = {desk.project.key} AND labels = SEV1", ["summary", "assignee", "issuelinks"]
    )
    names = Counter(issue["fields"]["summary"] for issue in found)
    assert (len(names), set(names.values())) == (count, {1}), names
    item = next(issue for issue in found if issue["fields"]["summary"] == "change 1.1")
    assert item["fields"]["assignee"]["emailAddress"] == "admin@example.com"


async def keep_in_step(house: House, desk: Desk) -> None:
    """Edit an item in Jira and here, and let each side hear of the other."""
    statement = "SELECT issue_id FROM ticket WHERE incident_id = 2 AND number = 2"
    issue_id = await house.read(lambda tx: tx.db.connection().exec_driver_sql(statement).scalar_one())
    await desk.api.put(f"issue/{issue_id}", {"fields": {"summary": "edited there", "duedate": "2030-01-02"}})
    await asyncio.sleep(1.5)  # until search shows it
    assert await house.do(ask_jira)
    edited = "SELECT count(*) FROM action_item WHERE title = 'edited there' AND due_on = '2030-01-02'"
    await until(lambda: _count(house, edited) == 1)
    await house.do(settle_action, _asking("done"), 2, ActionState.DONE, key="INC-2")
    await house.do(change_action, _asking("urgent"), 2, priority=Priority.P0, key="INC-2")
    synced = "SELECT count(*) FROM effect WHERE kind = 'jira.sync' AND state <> 'done'"
    await until(lambda: _count(house, synced) == 0)
    issue = await desk.api.get(f"issue/{issue_id}", fields="status,priority")
    assert issue["fields"]["status"]["statusCategory"]["key"] == "done"
    assert issue["fields"]["priority"]["name"] == "Highest"


async def show_a_conflict(house: House, desk: Desk) -> None:
    """Create a ticket with a row side by side. Its file is not attached: the stand-in takes every body for JSON."""
    fields = await fields_of(desk, example(Priority.P1, ActionType.REPAIR, house.clock.now()))
    fields.pop("parent", None)
    fields["description"] = rich(side_by_side([a_conflict(1)]), cloud=True)
    await desk.api.post("issue", {"fields": fields})


async def close_a_double(house: House, desk: Desk) -> None:
    """Put one ticket's label on another by hand, and let it be found."""
    statement = "SELECT label, issue_id FROM ticket WHERE incident_id = 1 AND number IN (1, 2) ORDER BY number"
    first, second = await house.read(lambda tx: tx.db.connection().exec_driver_sql(statement).all())
    await desk.api.put(f"issue/{second.issue_id}", {"fields": {"labels": [first.label]}})
    await house.do(_promise_a_look)
    dead = "SELECT count(*) FROM effect WHERE kind = 'jira.doubles' AND state = 'done'"
    await until(lambda: _count(house, dead) == 1)
    issues = [await desk.api.get(f"issue/{one.issue_id}", fields="status") for one in (first, second)]
    assert sorted(issue["fields"]["status"]["statusCategory"]["key"] for issue in issues)[0] == "done"


def _promise_a_look(tx: Tx) -> None:
    incident = incident_by_id(tx.db, 1)
    assert incident is not None
    for_incident(tx, incident, "jira.doubles", args={"number": 1})


async def until(done: Callable[[], bool]) -> None:
    """Wait for something."""
    async with asyncio.timeout(PATIENCE):
        while not done():  # noqa: ASYNC110 - other processes do it
            await asyncio.sleep(0.2)


def _filed(house: House) -> int:
    return _count(house, "SELECT count(*) FROM ticket WHERE issue_id IS NOT NULL")


def _count(house: House, statement: str) -> int:
    return int(house.read_now(lambda tx: tx.db.connection().exec_driver_sql(statement).scalar_one()))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="firstfive-jira-") as place:
        asyncio.run(converse(Path(place)))
