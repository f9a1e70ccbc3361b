"""The seam: what was answered is on disk, a failing flow fails alone, and nobody waits for ever."""

import asyncio
import threading
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.errors import Refused
from bot.flows.open_incident import open_incident
from bot.flows.tx import Request, Tx
from store.db import Database
from store.effects import Effect
from store.requests import first_time
from store.types import Severity
from tests.home import ANA, Home, a_home


class Gate:
    """Holds the writer until it is opened, so that what is submitted meanwhile shares a commit."""

    def __init__(self) -> None:
        self.entered, self.open = threading.Event(), threading.Event()

    def flow(self, tx: Tx) -> None:
        self.entered.set()
        assert self.open.wait(10)


async def held(home: Home) -> tuple[Gate, "asyncio.Task[None]"]:
    gate = Gate()
    holding = asyncio.create_task(home.do(gate.flow))
    await asyncio.to_thread(gate.entered.wait, 10)
    return gate, holding


def remember(tx: Tx, name: str) -> str:
    first_time(tx.db, name, tx.now)
    return name


def remember_and_fail(tx: Tx, name: str, error: Exception) -> str:
    remember(tx, name)
    raise error


def promise_for_nobody(tx: Tx) -> None:
    """The database itself refuses this: there is no such workspace."""
    tx.db.add(Effect(workspace_id=99, kind="slack.card", args={}, created_at=tx.now, due_at=tx.now))


async def remembered(home: Home) -> list[str]:
    rows = await home.read(lambda tx: tx.db.connection().execute(text("SELECT id FROM request ORDER BY id")).scalars())
    return list(rows)


async def test_flows_that_fail_roll_back_alone_and_their_errors_keep_their_type(home: Home) -> None:
    gate, holding = await held(home)
    flows = [
        home.do(remember, "a"),
        home.do(remember_and_fail, "b", Refused("Say what is wrong.")),
        home.do(remember, "c"),
        home.do(remember_and_fail, "d", KeyError("d")),
        home.do(promise_for_nobody),
        home.do(remember, "e"),
    ]
    waiting = asyncio.gather(*flows, return_exceptions=True)
    await asyncio.sleep(0)
    gate.open.set()
    outcomes = await waiting
    await holding
    assert [outcomes[0], outcomes[2], outcomes[5]] == ["a", "c", "e"]
    assert isinstance(outcomes[1], Refused)
    assert str(outcomes[1]) == "Say what is wrong."
    assert isinstance(outcomes[3], KeyError)
    assert isinstance(outcomes[4], IntegrityError)
    assert await remembered(home) == ["a", "c", "e"]


async def test_nothing_is_answered_before_it_is_committed(home: Home) -> None:
    """Whoever hears the answer finds it with a connection of their own, at once."""
    other = Database(home.url)

    def there(name: str) -> bool:
        with other.read() as db:
            return bool(db.connection().execute(text("SELECT 1 FROM request WHERE id = :id"), {"id": name}).scalar())

    async def do_and_look(number: int) -> bool:
        name = await home.do(remember, f"request {number}")
        return there(name)

    assert all(await asyncio.gather(*(do_and_look(number) for number in range(50))))
    other.close()


async def test_a_read_sees_committed_state_only(home: Home) -> None:
    written, looked = threading.Event(), threading.Event()

    def slow(tx: Tx) -> None:
        remember(tx, "half")
        written.set()
        assert looked.wait(10)

    writing = asyncio.create_task(home.do(slow))
    await asyncio.to_thread(written.wait, 10)
    assert await remembered(home) == []
    looked.set()
    await writing
    assert await remembered(home) == ["half"]


async def test_a_read_is_of_one_moment_however_long_it_takes(home: Home) -> None:
    looked, written = threading.Event(), threading.Event()

    def look_twice(tx: Tx) -> tuple[int, int]:
        count = text("SELECT count(*) FROM request")
        first = tx.db.connection().execute(count).scalar_one()
        looked.set()
        assert written.wait(10)
        return first, tx.db.connection().execute(count).scalar_one()

    reading = asyncio.create_task(home.read(look_twice))
    await asyncio.to_thread(looked.wait, 10)
    await home.do(remember, "meanwhile")
    written.set()
    assert await reading == (0, 0)


async def test_what_a_read_writes_is_not_kept(home: Home) -> None:
    with pytest.raises(Exception, match=r"read-?only|attempt to write"):
        await home.read(remember, "never")
    assert await remembered(home) == []


async def test_a_commit_that_fails_fails_everyone_in_it_and_nobody_after_it(small_home: Home) -> None:
    def promise_in_the_end(tx: Tx) -> None:
        tx.db.connection().execute(text("PRAGMA defer_foreign_keys=ON"))
        promise_for_nobody(tx)

    woken: list[str] = []
    small_home.house.on_promise = lambda: woken.append("woken")
    gate, holding = await held(small_home)
    waiting = asyncio.gather(
        small_home.do(remember, "a"),
        small_home.do(promise_in_the_end),
        small_home.do(remember, "b"),
        return_exceptions=True,
    )
    await asyncio.sleep(0)
    gate.open.set()
    outcomes = await waiting
    await asyncio.wait([holding])
    assert isinstance(outcomes[1], IntegrityError)
    assert woken == []
    kept = [outcome for outcome in outcomes if not isinstance(outcome, IntegrityError)]
    assert await remembered(small_home) == kept  # On a slow machine they may not share a commit.
    assert await small_home.do(remember, "c") == "c"
    assert await remembered(small_home) == [*kept, "c"]


async def test_a_commit_that_fails_on_postgresql_is_heard_of(postgres_url: str) -> None:
    def break_at_the_end(tx: Tx) -> None:
        db = tx.db.connection()
        db.execute(text("CREATE TEMP TABLE once (n int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP"))
        db.execute(text("INSERT INTO once VALUES (1), (1)"))
        remember(tx, "a")

    with a_home(postgres_url) as home:
        with pytest.raises(IntegrityError):
            await home.do(break_at_the_end)
        assert await remembered(home) == []


async def test_a_full_disk_loses_nothing_that_was_answered(small_home: Home) -> None:
    """SQLite may undo a whole transaction by itself when it runs out of room; no answer may survive that."""

    def fill(tx: Tx) -> None:
        db = tx.db.connection()
        pages = db.execute(text("PRAGMA page_count")).scalar_one()
        db.execute(text(f"PRAGMA max_page_count={pages + 2}"))
        for number in range(100):
            remember(tx, f"{number:03}" + "x" * 4000)

    gate, holding = await held(small_home)
    flows = small_home.do(remember, "a"), small_home.do(fill), small_home.do(remember, "b")
    waiting = asyncio.gather(*flows, return_exceptions=True)
    await asyncio.sleep(0)
    gate.open.set()
    outcomes = await waiting
    await asyncio.wait([holding])
    assert isinstance(outcomes[1], Exception)
    assert await remembered(small_home) == [outcome for outcome in outcomes if isinstance(outcome, str)]


async def test_a_caller_that_gives_up_harms_nobody(home: Home) -> None:
    gate, holding = await held(home)
    tasks = [asyncio.create_task(home.do(remember, f"{number}")) for number in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    gate.open.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    await holding
    assert {f"{number}" for number in range(1, 20, 2)} <= set(await remembered(home))
    assert await home.do(remember, "after") == "after"


async def test_closing_finishes_what_was_submitted_and_refuses_what_comes_after(database_url: str) -> None:
    home = Home(database_url)
    waiting = asyncio.gather(*(home.do(remember, f"{number:03}") for number in range(100)))
    await asyncio.sleep(0)
    await asyncio.to_thread(home.house.close)
    assert len(await waiting) == 100
    with a_home(database_url) as again:
        assert len(await remembered(again)) == 100
    with pytest.raises(RuntimeError):
        await asyncio.wait_for(home.do(remember, "late"), 5)


async def test_two_hundred_incidents_opened_at_once_get_two_hundred_keys_in_a_row(home: Home) -> None:
    outcomes = await asyncio.gather(
        *(home.do(open_or_fail, home.request(f"U0NEW{number:04}"), number) for number in range(250)),
        return_exceptions=True,
    )
    keys = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert sorted(keys) == list(range(1, 201))
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 50
    assert await home.scalar("SELECT count(*) FROM incident") == 200
    assert await home.scalar("SELECT count(*) FROM workspace") == 1


def open_or_fail(tx: Tx, request: Request, number: int) -> int:
    opened = open_incident(tx, request, f"incident {number}", Severity.SEV4)
    if number % 5 == 0:
        raise Refused("Not this one.")
    return opened.number


async def test_flows_that_wait_for_each_other_are_run_again_by_the_house(postgres_url: str) -> None:
    """PostgreSQL ends one of two transactions that lock the same rows in opposite order; nobody hears of it."""
    both_hold = threading.Barrier(2, timeout=5)
    turns: list[int] = []

    def lock_in_order(tx: Tx, *incidents: int) -> int:
        turns.append(1)
        for number in incidents:
            tx.db.connection().execute(text("UPDATE incident SET impact = 'x' WHERE number = :n"), {"n": number})
            if len(turns) <= 2 and number == incidents[0]:
                both_hold.wait()
        return incidents[0]

    with a_home(postgres_url) as home:
        await home.open()
        await home.open()
        firsts = await asyncio.gather(home.do(lock_in_order, 1, 2), home.do(lock_in_order, 2, 1))
    assert list(firsts) == [1, 2]
    assert len(turns) >= 3


async def test_each_flow_has_the_time_at_which_it_runs(home: Home) -> None:
    first = await home.do(lambda tx: tx.now)
    home.clock.pass_(minutes=1)
    assert await home.do(lambda tx: tx.now) - first == timedelta(minutes=1)


async def test_the_outbox_is_woken_by_promises_alone_and_after_the_commit(home: Home) -> None:
    seen: list[int] = []
    other = Database(home.url)

    def look() -> None:
        with other.read() as db:
            seen.append(db.connection().execute(text("SELECT count(*) FROM effect")).scalar_one())

    home.house.on_promise = look
    await home.do(remember, "a")
    assert seen == []
    await home.open(account=ANA)
    await home.do(remember, "b")
    assert len(seen) == 1
    assert seen[0] > 0
    other.close()
