"""Claims: a fair sequence of sends, in the order of each line, at a cost that no backlog raises; on both databases."""

import asyncio
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.core.fairness import Turns
from bot.flows.claim import Wish, claim
from bot.flows.deliver import Tried, settle_done
from bot.flows.promise import promise
from bot.flows.tx import Tx
from bot.outbox.outcome import Done
from bot.outbox.worker import LEASE, Outbox
from store.claims import Queue
from store.effects import Claimed
from store.types import EffectState, Lane, Outcome
from store.workspaces import Share, home_workspace, set_share
from tests.home import Home, a_home

BATCH, INTERACTIVE = Lane.BATCH, Lane.INTERACTIVE


def only_the_kind(queue: Queue, isolated: bool) -> Mapping[str, int]:
    """No limit but the kind."""
    return {"": 1000 if queue.kind == "test" else 0}


class Worker:
    """Claims, and remembers the turns; a test settles what it got."""

    def __init__(self, home: Home) -> None:
        self.home, self.turns = home, Turns()

    async def claim(self, most: int = 100, **wish: Any) -> list[Claimed]:
        wanted = Wish("token", LEASE, self.turns, **{"limits": only_the_kind, "most": most, **wish})
        claimed, self.turns, *_ = await self.home.do(claim, wanted)
        return claimed

    async def names(self, most: int = 100) -> list[str]:
        """Claim, settle at once, and return the names."""
        claimed = await self.claim(most)
        for effect in claimed:
            await settle(self.home, effect)
        return [str(effect.args["name"]) for effect in claimed]


async def settle(home: Home, effect: Claimed) -> bool:
    """Settle an effect that worked."""
    return await home.do(settle_done, effect, Tried(home.clock.now(), timedelta(), Outcome.DONE))


def promises(count: int, name: str, workspace_id: int = 1, **options: Any) -> Any:
    """Promise so many, named a0, a1 and so on."""

    def flow(tx: Tx) -> None:
        for number in range(count):
            promise(tx, "test", workspace_id=workspace_id, args={"name": f"{name}{number}"}, **options)

    return flow


@pytest.fixture
async def worker(home: Home) -> Worker:
    await home.do(lambda tx: [home_workspace(tx.db, team) for team in ("T1", "T2", "T3")])
    return Worker(home)


async def test_a_workspace_that_queued_hundreds_before_us_is_heard_in_turn_with_us(home: Home, worker: Worker) -> None:
    await home.do(promises(300, "noisy "))
    await home.do(promises(5, "quiet ", workspace_id=2))
    sent = [name.split()[0] for _ in range(12) for name in await worker.names(3)]
    assert sent[:10] == ["noisy", "quiet"] * 5
    assert sent[10:] == ["noisy"] * 26


async def test_a_workspace_that_weighs_more_is_heard_more(home: Home, worker: Worker) -> None:
    await home.do(lambda tx: set_share(tx.db, 2, Share(3.0, isolated=False)))
    await home.do(promises(100, "one "))
    await home.do(promises(100, "three ", workspace_id=2))
    sent = [name.split()[0] for _ in range(10) for name in await worker.names(4)]
    assert sent.count("three") == 30


async def test_what_nobody_waits_for_has_one_turn_of_ten(home: Home, worker: Worker) -> None:
    await home.do(promises(200, "batch ", lane=BATCH))
    await home.do(promises(100, "somebody waits "))
    sent = [name.split()[0] for _ in range(5) for name in await worker.names(10)]
    assert sent.count("batch") == 5


async def test_of_one_workspace_the_longest_due_goes_first_whatever_its_kind(home: Home, worker: Worker) -> None:
    for number in range(6):
        home.clock.pass_(seconds=1)
        await home.do(promises(1, f"{number}.", budget_key="even" if number % 2 else ""))
    assert await worker.names() == [f"{number}.0" for number in range(6)]


async def test_a_line_goes_one_by_one_and_each_claim_finds_whose_turn_it_is(home: Home, worker: Worker) -> None:
    await home.do(promises(4, "a", order_key="a"))
    await home.do(promises(2, "b", order_key="b"))
    assert [await worker.names() for _ in range(5)] == [["a0", "b0"], ["a1", "b1"], ["a2"], ["a3"], []]


async def test_a_promise_that_lines_up_while_the_one_before_it_is_settled_is_not_forgotten(
    postgres_url: str,
) -> None:
    """It saw somebody before it, and whoever passes the turn on cannot see it yet."""
    inside, go = threading.Event(), threading.Event()

    def slowly(tx: Tx) -> None:
        promise(tx, "test", workspace_id=1, args={"name": "second"}, order_key="a")
        inside.set()
        assert go.wait(10)

    with a_home(postgres_url) as home:
        await home.do(lambda tx: home_workspace(tx.db, "T1"))
        worker = Worker(home)
        await home.do(promises(1, "first ", order_key="a"))
        first = await worker.claim()
        lining_up = asyncio.create_task(home.do(slowly))
        await asyncio.to_thread(inside.wait, 10)
        assert await settle(home, first[0])
        assert await worker.names() == []
        go.set()
        await lining_up
        assert await worker.names() == ["second"]


async def test_a_version_that_knows_no_turns_loses_nothing(home: Home, worker: Worker) -> None:
    """During a deploy it writes effects that all have their turn, and settles without passing any on."""
    await home.do(promises(3, "a", order_key="a"))
    await home.sql("UPDATE effect SET turn = true")
    assert [await worker.names() for _ in range(4)] == [["a0"], ["a1"], ["a2"], []]


@pytest.fixture
def other_home(request: pytest.FixtureRequest, home: Home, sqlite_template: Path, tmp_path: Path) -> Iterator[Home]:
    """A second house, on a database of the same kind as the first."""
    server = None if home.is_sqlite else request.getfixturevalue("postgres_server")
    url = server.fresh_database() if server else f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'other.db')}"
    with a_home(url) as lent:
        yield lent
    if server:
        server.drop(url)


@pytest.mark.parametrize("in_one_line", [False, True])
async def test_a_claim_costs_the_same_behind_a_thousand_and_behind_a_hundred_thousand(
    home: Home, other_home: Home, in_one_line: bool
) -> None:
    workers = Worker(home), Worker(other_home)
    for worker, count in zip(workers, (1_000, 100_000), strict=True):
        await worker.home.do(lambda tx: home_workspace(tx.db, "T1"))
        await worker.home.do(backlog, count, in_one_line)
    took: dict[Worker, list[float]] = {worker: [] for worker in workers}
    for worker in workers * 30:
        began = time.perf_counter()
        await worker.claim(5)
        took[worker].append(time.perf_counter() - began)
    few, many = (min(each) for each in took.values())
    assert many < 2 * few + 0.0005


def backlog(tx: Tx, count: int, in_one_line: bool) -> None:
    """Let one workspace have so many more due, either side by side or behind one another."""
    connection = tx.db.connection()
    numbers = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count)"
    now = "'2026-03-10T03:00:00.000000+00:00'"
    line, turn = ("'line'", "n = 1") if in_one_line else ("NULL", "true")
    columns = "workspace_id, kind, args, order_key, turn, state, created_at, due_at, attempts"
    values = f"1, 'test', '{{}}', {line}, {turn}, 'due', CAST({now} AS {utc(tx)}), CAST({now} AS {utc(tx)}), 0"
    connection.execute(text(f"{numbers} INSERT INTO effect ({columns}) SELECT {values} FROM number"), {"count": count})
    connection.execute(text("ANALYZE effect"))


def utc(tx: Tx) -> str:
    return "TEXT" if tx.db.connection().dialect.name == "sqlite" else "TIMESTAMPTZ"


async def test_over_a_quota_an_effect_waits_and_is_never_refused(home: Home, worker: Worker) -> None:
    sent: list[str] = []

    async def neighbour(effect: Claimed) -> Done:
        sent.append(str(effect.args["name"]))
        return Done()

    outbox = Outbox(home.house, {"test": neighbour}, {"test": 6})
    await home.do(promises(20, "noisy "))
    await home.do(promises(3, "quiet ", workspace_id=2))
    for _ in range(5):
        await outbox.send_due()
        await outbox.idle()
    assert sorted(name.split()[0] for name in sent) == ["noisy"] * 12 + ["quiet"] * 3, "twice six at once"
    assert outbox.next_at() == home.clock.now() + timedelta(seconds=10)
    for _ in range(8):
        home.clock.pass_(seconds=10.001)
        await outbox.send_due()
        await outbox.idle()
    assert len(sent) == 23
    assert {effect.state for effect in await home.effects("test")} == {EffectState.DONE}


async def test_an_isolated_workspace_has_room_of_its_own(home: Home, worker: Worker) -> None:
    hung, sent = asyncio.Event(), list[int]()

    async def neighbour(effect: Claimed) -> Done:
        sent.append(effect.workspace_id)
        if effect.workspace_id == 1:
            await hung.wait()
        return Done()

    await home.do(lambda tx: set_share(tx.db, 3, Share(1.0, isolated=True)))
    outbox = Outbox(home.house, {"test": neighbour})
    await home.do(promises(50, "hangs "))
    for _ in range(3):
        await outbox.send_due()
        await asyncio.sleep(0)
    await home.do(promises(1, "waits ", workspace_id=2))
    await home.do(promises(1, "isolated ", workspace_id=3))
    await outbox.send_due()
    await asyncio.sleep(0.01)
    assert sent.count(1) > 1
    assert (sent.count(2), sent.count(3)) == (0, 1)
    hung.set()
    await outbox.idle()
