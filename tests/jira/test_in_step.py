"""In step: both sides are edited at random, webhooks are lost, repeated and reordered, and in the end all is equal."""

import random
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.core.sync import Field
from bot.errors import Refused
from bot.flows.add_action import settle_action
from bot.flows.change_action import change_action
from bot.flows.give_action import give_action
from bot.flows.sync_ticket import values_of
from bot.flows.tx import Request, Tx
from bot.practice.tracker import Issue
from bot.practice.tracker_hooks import TrackerHooks, Weather
from store.actions import action_by_number
from store.people import accounts
from store.tickets import ticket_of
from store.types import ActionState, Priority
from tests.jira.conftest import Office, an_office
from tests.world import ANA, BO, CHIDI, DANA

SECRET = "what Jira signs with"
SKEW = timedelta(minutes=3)
INTERVAL = 60  # seconds
ITEMS = 8
PEOPLE = {ANA: "practice:ana", BO: "practice:bo", CHIDI: "practice:chidi", DANA: "practice:dana"}
RANKS = {"p0": "1", "p1": "2", "p2": "3", "p3": "4"}
STORM = Weather(lost=0.3, repeated=0.3, reordered=True)


class Editors:
    """Somebody here and somebody in Jira, who edit the same items and know nothing of each other."""

    def __init__(self, office: Office, hooks: TrackerHooks, seed: int) -> None:
        self.office, self.hooks, self.chance = office, hooks, random.Random(seed)
        self.requests = count(1)
        self.issues: dict[int, Issue] = {}
        self.gone: set[int] = set()
        self.wrote: dict[tuple[int, Field], dict[str, str | None]] = {}

    async def begin(self) -> None:
        """Let there be items, and their tickets."""
        world = self.office.world
        channel = await world.open()
        for number in range(1, ITEMS + 1):
            await world.slash(ANA, f"ticket change number {number}", channel)
        await world.settle()
        await world.pass_(seconds=INTERVAL + 1)
        issues = {issue.fields["summary"]: issue for issue in self.office.jira.tracker.issues.values()}
        self.issues = {number: issues[f"change number {number}"] for number in range(1, ITEMS + 1)}

    async def edit(self) -> None:
        """Edit one field of one item on one side."""
        number, field = self.chance.randint(1, ITEMS), self.chance.choice(list(Field))
        here = self.chance.random() < 0.5
        if number in self.gone:
            return
        if not here and self.chance.random() < 0.04:
            self._upset(number)
            return
        value = self._value(field)
        edit: Callable[[int, Field, str | None], Awaitable[bool]] = self._here if here else self._there
        if await edit(number, field, value):
            self.wrote.setdefault((number, field), {})["here" if here else "there"] = value

    def _value(self, field: Field) -> str | None:
        chance = self.chance
        match field:
            case Field.TITLE:
                return f"title {chance.randint(1, 10**6)}"
            case Field.STATE:
                return chance.choice(["open", "done"])
            case Field.OWNER:
                return chance.choice(list(PEOPLE))
            case Field.PRIORITY:
                return chance.choice(list(RANKS))
        return (date(2026, 4, 1) + timedelta(days=chance.randint(0, 60))).isoformat()

    async def _here(self, number: int, field: Field, value: str | None) -> bool:
        asking, house, key = Request(f"edit {next(self.requests)}", "shell:ana"), self.office.world.house, "INC-1"
        assert value is not None
        try:
            match field:
                case Field.TITLE:
                    await house.do(change_action, asking, number, title=value, key=key)
                case Field.STATE:
                    await house.do(settle_action, asking, number, ActionState(value), key=key)
                case Field.OWNER:
                    await house.do(give_action, asking, number, value, key)
                case Field.PRIORITY:
                    await house.do(change_action, asking, number, priority=Priority(value), key=key)
                case Field.DUE_ON:
                    await house.do(change_action, asking, number, due_on=date.fromisoformat(value), key=key)
        except Refused:  # It is so already.
            return False
        return True

    async def _there(self, number: int, field: Field, value: str | None) -> bool:
        tracker, issue = self.office.jira.tracker, self.issues[number]
        match field:
            case Field.TITLE:
                tracker.change(issue, {"summary": value})
            case Field.STATE:
                tracker.move(issue, "3" if value == "done" else self.chance.choice(["1", "2"]))
            case Field.OWNER:
                tracker.change(issue, {"assignee": {"accountId": PEOPLE[value or ""]}})
            case Field.PRIORITY:
                tracker.change(issue, {"priority": {"id": RANKS[value or ""]}})
            case Field.DUE_ON:
                tracker.change(issue, {"duedate": value})
        return True

    def _upset(self, number: int) -> None:
        """Move an issue to another project, or delete one."""
        tracker = self.office.jira.tracker
        if self.chance.random() < 0.7:
            tracker.transfer(self.issues[number], "PLAT")
        elif len(self.gone) < 2:
            tracker.delete(self.issues[number])
            self.gone.add(number)

    async def run(self, edits: int) -> None:
        """Edit, and now and then let time pass and everything happen."""
        world = self.office.world
        for _ in range(edits):
            await self.edit()
            if self.chance.random() < 0.3:
                await self.hooks.deliver()
            if self.chance.random() < 0.15:
                await world.settle()
            if self.chance.random() < 0.05:
                await world.pass_(seconds=self.chance.choice([5, 30, INTERVAL + 1]))
        self.hooks.waiting.clear()  # The last ones are lost, all of them.

    async def check(self) -> None:
        """Compare both sides, and each with what was written last."""
        for number, issue in self.issues.items():
            ours, key, gone = await self.office.world.house.read(_ours, number)
            assert gone is (number in self.gone)
            if gone:
                continue
            assert key == issue.key
            assert ours == theirs_of(issue), f"item {number}"
            for field, value in ours.items():
                wrote = self.wrote.get((number, field))
                assert wrote is None or value in wrote.values(), f"{field} of item {number}: {value} of {wrote}"


def theirs_of(issue: Issue) -> dict[Field, str | None]:
    """Return an issue in the words of this test."""
    people, ranks = ({there: here for here, there in each.items()} for each in (PEOPLE, RANKS))
    assignee = issue.fields.get("assignee")
    return {
        Field.TITLE: issue.fields["summary"],
        Field.STATE: "done" if issue.status == "3" else "open",
        Field.OWNER: people[assignee["accountId"]] if assignee else None,
        Field.PRIORITY: ranks[issue.fields["priority"]["id"]],
        Field.DUE_ON: issue.fields["duedate"],
    }


def _ours(tx: Tx, number: int) -> tuple[dict[Field, str | None], str | None, bool]:
    item, ticket = action_by_number(tx.db, 1, number), ticket_of(tx.db, 1, number)
    assert item is not None
    assert ticket is not None
    owner = accounts(tx.db, {item.owner}).get(item.owner) if item.owner else None
    return {**values_of(item, owner)}, ticket.key, ticket.gone_at is not None


async def in_step(folder: Path, url: str, edits: int, seed: int) -> Editors:
    """Let both sides be edited, wait for one polling interval, and compare."""
    settings = {"JIRA_WEBHOOK_SECRET": SECRET, "JIRA_POLL_SECONDS": str(INTERVAL)}
    async with an_office(folder, url, **settings) as office:
        office.jira.tracker.clock = lambda: office.world.clock.now() - SKEW
        hooks = TrackerHooks(office.jira.tracker, f"{office.world.url}/jira/webhook", SECRET, STORM)
        editors = Editors(office, hooks, seed)
        hooks.chance = editors.chance
        await editors.begin()
        await editors.run(edits)
        await office.world.pass_(seconds=INTERVAL + 1)
        await editors.check()
        return editors


async def test_both_sides_are_equal_within_one_polling_interval(sqlite_url: str, tmp_path: Path) -> None:
    editors = await in_step(tmp_path, sqlite_url, 50, seed=20260310)
    assert len(editors.wrote) > 15
    assert 200 in editors.hooks.statuses, "some came again"


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_five_hundred_edits_leave_both_sides_equal(database_url: str, tmp_path: Path, seed: int) -> None:
    editors = await in_step(tmp_path, database_url, 500, seed)
    both = sum(len(wrote) == 2 for wrote in editors.wrote.values())
    print(f"seed {seed}: {len(editors.wrote)} fields written, {both} on both sides, {len(editors.gone)} issues deleted")
