"""The worker: nothing lost, order kept in each line, each outcome settled as the neighbour's answer demands."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest

from bot.core.fairness import Turns
from bot.core.retries import JITTER
from bot.errors import Refused, Rejected, Retry, Unknown
from bot.flows.claim import Wish, claim
from bot.flows.open_incident import open_incident
from bot.flows.promise import promise
from bot.flows.recover import retry_effect
from bot.flows.tx import Tx
from bot.outbox.outcome import Done
from bot.outbox.worker import LEASE, Outbox
from store.effects import Claimed
from store.requests import first_time
from store.types import EffectState, EntryKind
from tests.home import ANA, Home, a_home

DONE, DUE, DEAD, CLAIMED = EffectState.DONE, EffectState.DUE, EffectState.DEAD, EffectState.CLAIMED
Act = Callable[[Claimed], Awaitable[Done]]


async def well(effect: Claimed) -> Done:
    return Done()


def written(name: str, tx: Tx) -> None:
    """What a result brings, for a test to look for."""
    first_time(tx.db, name, tx.now)


class Neighbour:
    """Answers as it is told, and remembers every attempt: which effect, when, and whether it was asked first."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.attempts: list[tuple[str, datetime, bool]] = []
        self.answers: dict[str, list[Act | Exception]] = {}

    def answer(self, name: str, *answers: Act | Exception) -> None:
        """Answer the next attempts at *name* like this; after that everything goes well."""
        self.answers[name] = list(answers)

    async def __call__(self, effect: Claimed) -> Done:
        name = str(effect.args["name"])
        self.attempts.append((name, self.home.clock.now(), effect.look_first))
        answers = self.answers.get(name)
        answer = answers.pop(0) if answers else well
        if isinstance(answer, Exception):
            raise answer
        return await answer(effect)

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.attempts]


async def give(home: Home, name: str, line: str | None = None, merge: str | None = None, kind: str = "test") -> None:
    """Promise an effect by its name."""

    def flow(tx: Tx) -> None:
        promise(tx, kind, workspace_id=1, incident_id=1, args={"name": name}, order_key=line, merge_key=merge)

    await home.do(flow)


async def claimed(home: Home, token: str = "token", most: int = 50) -> list[Claimed]:
    """Claim tests that are due."""
    wish = Wish(token, LEASE, Turns(), lambda queue, isolated: {"": most if queue.kind == "test" else 0}, most=most)
    return (await home.do(claim, wish)).effects


async def states(home: Home) -> dict[str, EffectState]:
    return {effect.args["name"]: effect.state for effect in await home.effects("test")}


async def turn(outbox: Outbox, times: int = 1) -> None:
    """Let the outbox claim and send so many times."""
    for _ in range(times):
        await outbox.send_due()
        await outbox.idle()


@pytest.fixture
async def neighbour(home: Home) -> Neighbour:
    await home.open()
    return Neighbour(home)


@pytest.fixture
async def outbox(home: Home, neighbour: Neighbour) -> Outbox:
    return Outbox(home.house, {"test": neighbour}, chance=lambda: 0.5)


async def test_a_line_goes_out_one_at_a_time_in_the_order_it_was_promised_and_lines_side_by_side(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    for name in ("a1", "b1", "a2", "b2", "a3"):
        await give(home, name, line=name[0])
    await give(home, "free 1")
    await give(home, "free 2")
    rounds = []
    for _ in range(4):
        before = len(neighbour.names)
        await turn(outbox)
        rounds.append(set(neighbour.names[before:]))
    assert rounds == [{"a1", "b1", "free 1", "free 2"}, {"a2", "b2"}, {"a3"}, set()]
    assert set((await states(home)).values()) == {DONE}


async def test_lines_are_sent_in_parallel(home: Home, neighbour: Neighbour, outbox: Outbox) -> None:
    meeting = asyncio.Barrier(3)

    async def meet(effect: Claimed) -> Done:
        await asyncio.wait_for(meeting.wait(), 5)
        return Done()

    for name in ("a", "b", "c"):
        neighbour.answer(name, meet)
        await give(home, name, line=name)
    await turn(outbox)
    assert set((await states(home)).values()) == {DONE}


@pytest.mark.parametrize("error", [Retry("rate_limited", timedelta(seconds=30)), Unknown("cut"), ValueError("ours")])
async def test_order_is_kept_across_retries_and_other_lines_do_not_wait(
    home: Home, neighbour: Neighbour, outbox: Outbox, error: Exception
) -> None:
    neighbour.answer("a1", error, error)
    for name in ("a1", "a2", "b1", "b2"):
        await give(home, name, line=name[0])
    await turn(outbox, 3)
    assert neighbour.names == ["a1", "b1", "b2"]
    for _ in range(3):
        home.clock.pass_(seconds=37)
        await turn(outbox)
    assert neighbour.names == ["a1", "b1", "b2", "a1", "a1", "a2"]


async def test_a_retry_waits_at_least_as_long_as_the_neighbour_asked(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    neighbour.answer("a", Retry("rate_limited", timedelta(seconds=30)))
    await give(home, "a")
    await turn(outbox)
    home.clock.pass_(seconds=29.9)
    await turn(outbox)
    assert len(neighbour.attempts) == 1
    assert outbox.next_at() is not None
    home.clock.pass_(seconds=30 * JITTER)
    await turn(outbox)
    assert len(neighbour.attempts) == 2
    assert neighbour.attempts[1][2] is False, "the neighbour did nothing, so there is nothing to look up"
    assert await states(home) == {"a": DONE}


async def test_what_may_have_happened_is_looked_up_before_it_is_repeated(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    neighbour.answer("a", Unknown("cut"), Retry("rate_limited"), ValueError("ours"))
    await give(home, "a")
    for _ in range(4):
        await turn(outbox)
        home.clock.pass_(minutes=1)
    assert [looked for _, _, looked in neighbour.attempts] == [False, True, True, True]


async def test_pauses_grow_from_a_third_of_a_second_to_a_minute(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    neighbour.answer("a", *(Retry("busy") for _ in range(12)))
    await give(home, "a")
    while len(neighbour.attempts) < 12:
        next_at = outbox.next_at() or home.clock.now()
        home.clock.pass_(seconds=(next_at - home.clock.now()).total_seconds() - 0.001)
        await turn(outbox)
        home.clock.pass_(seconds=0.001)
        await turn(outbox)
    moments = [at for _, at, _ in neighbour.attempts]
    waits = [(after - before).total_seconds() for before, after in pairwise(moments)]
    assert [round(wait, 2) for wait in waits] == [0.3, 0.6, 1.2, 2.4, 4.8, 9.6, 19.2, 38.4, 60.0, 60.0, 60.0]


async def test_an_untried_effect_absorbs_later_ones_and_one_on_its_way_does_not(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    async def more(effect: Claimed) -> Done:
        await give(home, "third", line="a", merge="card")
        await give(home, "fourth", line="a", merge="card")
        raise Retry("busy")

    neighbour.answer("first", more)
    await give(home, "first", line="a", merge="card")
    await give(home, "second", line="a", merge="card")
    await turn(outbox)
    assert await states(home) == {"first": DUE, "third": DUE}
    await give(home, "fifth", line="a", merge="card")
    home.clock.pass_(minutes=1)
    await turn(outbox, 3)
    assert neighbour.names == ["first", "first", "third"]
    assert await states(home) == {"first": DONE, "third": DONE}


async def test_an_effect_that_absorbs_is_not_sent_before_its_cause_is_there(postgres_url: str) -> None:
    """Or the card would be shown as it was, and the change that was absorbed never."""
    inside, go = threading.Event(), threading.Event()

    def change_slowly(tx: Tx) -> None:
        promise(tx, "test", workspace_id=1, incident_id=1, args={"name": "later"}, merge_key="card")
        inside.set()
        assert go.wait(10)

    with a_home(postgres_url) as home:
        await home.open()
        await give(home, "card", merge="card")
        changing = asyncio.create_task(home.do(change_slowly))
        await asyncio.to_thread(inside.wait, 10)
        assert await claimed(home) == []
        go.set()
        await changing
        assert [effect.args["name"] for effect in await claimed(home)] == ["card"]


async def test_a_claim_that_ran_out_is_looked_up_first_and_the_late_attempt_writes_nothing(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    late = asyncio.Event()

    async def slow(effect: Claimed) -> Done:
        await late.wait()
        return Done(partial(written, "late"))

    async def in_time(effect: Claimed) -> Done:
        return Done(partial(written, "in time"))

    neighbour.answer("a", slow, in_time)
    await give(home, "a", line="a")
    await give(home, "b", line="a")
    await outbox.send_due()
    await asyncio.sleep(0.05)
    home.clock.pass_(seconds=LEASE.total_seconds() + 1)
    await outbox.send_due()
    await until(lambda: len(neighbour.attempts) == 2)
    await asyncio.sleep(0.1)
    assert (await states(home))["a"] is DONE
    late.set()
    await outbox.idle()
    assert [looked for _, _, looked in neighbour.attempts] == [False, True]
    assert await home.scalar("SELECT count(*) FROM request WHERE id = 'in time'") == 1
    assert await home.scalar("SELECT count(*) FROM request WHERE id = 'late'") == 0
    await turn(outbox)
    assert neighbour.names == ["a", "a", "b"]


async def test_an_attempt_that_outlived_its_lease_settles_nothing_for_the_next_one(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    """The same worker holds the effect again, so the worker's name would not tell the two attempts apart."""
    first, second = asyncio.Event(), asyncio.Event()

    async def until_first(effect: Claimed) -> Done:
        await first.wait()
        return Done()

    async def until_second(effect: Claimed) -> Done:
        await second.wait()
        return Done()

    neighbour.answer("a", until_first, until_second)
    await give(home, "a")
    await outbox.send_due()
    await asyncio.sleep(0.05)
    home.clock.pass_(seconds=LEASE.total_seconds() + 1)
    await outbox.send_due()
    await until(lambda: len(neighbour.attempts) == 2)
    first.set()
    await asyncio.sleep(0.2)
    assert await states(home) == {"a": CLAIMED}
    second.set()
    await outbox.idle()
    assert await states(home) == {"a": DONE}


async def test_what_a_dead_process_held_is_looked_up_first_by_the_next_on_sqlite(sqlite_url: str) -> None:
    with a_home(sqlite_url) as home:
        await home.open()
        await give(home, "a")
        assert await claimed(home, "the dead")
    with a_home(sqlite_url) as home:
        neighbour = Neighbour(home)
        async with running(Outbox(home.house, {"test": neighbour})):
            await until(lambda: len(neighbour.attempts) == 1)
        assert neighbour.attempts[0][2] is True


async def test_what_is_refused_for_good_is_on_the_timeline_and_the_declarer_hears_of_it(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    neighbour.answer("a", Rejected("user_is_restricted"))
    await give(home, "a", line="a")
    await give(home, "b", line="a")
    await turn(outbox, 2)
    assert await states(home) == {"a": DEAD, "b": DONE}
    failed = (await home.timeline("INC-1"))[-1]
    dead = (await home.effects("test"))[0]
    assert failed.kind is EntryKind.DELIVERY_FAILED
    assert failed.facts == {"effect": dead.id, "kind": "test", "reason": "user_is_restricted"}
    assert await home.told("delivery_failed") == [ANA]


async def test_what_cannot_be_told_is_not_told_about(home: Home, neighbour: Neighbour) -> None:
    telling = Outbox(home.house, {"slack.tell": neighbour})
    neighbour.answer("tell", Rejected("account_inactive"))
    await give(home, "tell", kind="slack.tell")
    await turn(telling)
    assert (await home.kinds("INC-1"))[-1] is EntryKind.DELIVERY_FAILED
    assert len(await home.effects("slack.tell")) == 1


async def test_a_person_can_revive_what_is_dead_and_it_is_looked_up_first(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    neighbour.answer("a", Rejected("not_in_channel"))
    await give(home, "a")
    promised = home.clock.now()
    await turn(outbox)
    dead = (await home.effects("test"))[0].id or 0
    home.clock.pass_(days=2)
    assert await home.do(retry_effect, home.request(), dead) == "test"
    with pytest.raises(Refused, match="retried already"):
        await home.do(retry_effect, home.request(), dead)
    await turn(outbox)
    assert await states(home) == {"a": DONE}
    assert neighbour.attempts[-1][2] is True
    assert (await home.effects("test"))[0].created_at == promised, "or what it posted long ago is not found"
    assert (await home.kinds("INC-1"))[-1] is EntryKind.DELIVERY_RETRIED


async def test_nobody_revives_what_belongs_to_another_workspace(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    """Both have an INC-1."""
    neighbour.answer("a", Rejected("not_in_channel"))
    await give(home, "a")
    await turn(outbox)
    dead = (await home.effects("test"))[0].id or 0
    stranger = home.request("U0STRANGER", team="T2")
    assert (await home.do(open_incident, stranger, "theirs")).key == "INC-1"
    with pytest.raises(Refused, match="nothing to retry"):
        await home.do(retry_effect, home.request("U0STRANGER", team="T2"), dead)
    assert await states(home) == {"a": DEAD}


async def test_it_gives_up_after_a_day_of_trying_and_says_so(home: Home, neighbour: Neighbour, outbox: Outbox) -> None:
    neighbour.answer("a", *(Retry("unreachable", timedelta(hours=1)) for _ in range(30)))
    await give(home, "a")
    await turn(outbox)
    began = home.clock.now()
    while (await states(home))["a"] is DUE:
        next_at = outbox.next_at() or home.clock.now()
        home.clock.pass_(seconds=(next_at - home.clock.now()).total_seconds())
        await turn(outbox)
    assert await states(home) == {"a": DEAD}
    assert timedelta(hours=24) <= home.clock.now() - began < timedelta(hours=26)
    assert await home.told("delivery_failed") == [ANA]


async def test_what_nobody_could_try_for_days_does_not_die_of_its_first_trouble_nor_of_its_next(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    """Without Slack nothing is tried, and with the bot switched off for a weekend neither."""
    neighbour.answer("a", Retry("unreachable"), Unknown("cut"))
    await give(home, "a")
    home.clock.pass_(days=3)
    await turn(outbox)
    home.clock.pass_(days=3)
    await turn(outbox)
    assert await states(home) == {"a": EffectState.UNKNOWN}
    home.clock.pass_(minutes=2)
    await turn(outbox)
    assert await states(home) == {"a": DONE}


async def test_a_line_that_rests_holds_its_own_effects_alone(home: Home, neighbour: Neighbour, outbox: Outbox) -> None:
    async def and_rest(effect: Claimed) -> Done:
        return Done(rest=timedelta(seconds=1))

    neighbour.answer("a1", and_rest)
    for name in ("a1", "a2", "b1", "b2"):
        await give(home, name, line=name[0])
    await turn(outbox, 3)
    assert sorted(neighbour.names) == ["a1", "b1", "b2"]
    home.clock.pass_(seconds=1.01)
    await turn(outbox)
    assert neighbour.names[-1] == "a2"


async def test_a_kind_that_nobody_here_can_keep_waits(home: Home, neighbour: Neighbour, outbox: Outbox) -> None:
    await give(home, "other", kind="other")
    await give(home, "a")
    await turn(outbox, 2)
    assert neighbour.names == ["a"]
    other = (await home.effects("other"))[0]
    assert (other.state, other.attempts) == (DUE, 0)


async def test_what_a_result_brings_is_written_with_the_settlement_or_not_at_all(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    def break_after_writing(tx: Tx) -> None:
        first_time(tx.db, "half", tx.now)
        raise ValueError("no")

    async def broken(effect: Claimed) -> Done:
        return Done(break_after_writing)

    neighbour.answer("a", broken)
    await give(home, "a")
    await turn(outbox)
    assert await states(home) == {"a": CLAIMED}
    assert await home.scalar("SELECT count(*) FROM request WHERE id = 'half'") == 0
    home.clock.pass_(seconds=LEASE.total_seconds() + 1)
    await turn(outbox)
    assert await states(home) == {"a": DONE}
    assert neighbour.attempts[-1][2] is True


@asynccontextmanager
async def running(outbox: Outbox) -> AsyncIterator[None]:
    """Let the worker run by itself."""
    task = asyncio.create_task(outbox.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await outbox.drain(5)


async def until(reached: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not reached():  # noqa: ASYNC110 - what is waited for is anything a test can see
            await asyncio.sleep(0.005)


async def test_a_running_worker_is_woken_at_once_and_survives_a_handler_of_ours_that_breaks(
    home: Home, neighbour: Neighbour, outbox: Outbox
) -> None:
    neighbour.answer("bad", KeyError("a bug"))
    async with running(outbox):
        await give(home, "bad")
        await until(lambda: "bad" in neighbour.names)
        loop = asyncio.get_running_loop()
        for number in range(5):
            before = loop.time()
            await give(home, f"good {number}")
            await until(lambda number=number: f"good {number}" in neighbour.names)  # type: ignore[misc]
            assert loop.time() - before < 0.5, "it looks by itself every second; this must be sooner"


async def test_two_workers_never_hold_the_same_effect(postgres_url: str) -> None:
    """Two processes claim 2,000 effects in batches, as fast as they can."""
    with a_home(postgres_url) as one, a_home(postgres_url, keyring=one.keyring) as other:
        await one.open()

        def many(tx: Tx) -> None:
            for number in range(2000):
                line = f"line {number % 40}" if number % 2 else None
                promise(tx, "test", workspace_id=1, args={"name": str(number)}, order_key=line)

        await one.do(many)
        held: list[Claimed] = []

        async def claim_all(home: Home, token: str) -> None:
            while got := await claimed(home, token):
                held.extend(got)

        await asyncio.gather(*(claim_all(home, f"{home is one} {n}") for home in (one, other) for n in range(3)))
        numbers = [int(effect.args["name"]) for effect in held]
        assert len(numbers) == len(set(numbers)) == 1000 + 20, "each once, and of every line only the first"
        assert len({effect.token.split()[0] for effect in held}) == 2, "both processes had some"


async def test_what_one_process_promises_another_keeps(postgres_url: str) -> None:
    with a_home(postgres_url) as one, a_home(postgres_url, keyring=one.keyring) as other:
        await one.open()
        neighbour = Neighbour(other)
        async with running(Outbox(other.house, {"test": neighbour})):
            await give(one, "a")
            await until(lambda: neighbour.names == ["a"])
