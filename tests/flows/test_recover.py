"""Recovering dead letters: a job in batches that a crash cannot lose or double."""

import asyncio
import os
from collections import Counter
from datetime import timedelta

import pytest

from bot.errors import Refused
from bot.flows.open_incident import open_incident
from bot.flows.promise import promise
from bot.flows.recover import BATCH, begin_recovery, go_on, go_on_with_recoveries, look_for, retry_effect
from bot.flows.tx import Repeated, Tx
from store.dead_letters import Selection
from store.recoveries import recoveries
from store.types import Cause, EffectState, EntryKind
from tests.home import Home, a_home

DEAD, UNKNOWN = EffectState.DEAD, EffectState.UNKNOWN
KINDS = ("slack.one", "slack.two", "slackish.one", "webhook.deliver")


async def kill(home: Home, count: int, kind: str = "webhook.deliver", cause: Cause = Cause.GAVE_UP) -> None:
    """Promise effects that are dead at once. Whatever may come of sending them is no matter here."""

    def flow(tx: Tx) -> None:
        for number in range(count):
            promise(tx, kind, workspace_id=1, incident_id=1, args={"number": number})

    await home.do(flow)
    await home.sql(
        "UPDATE effect SET state = 'dead', attempts = 8, settled_at = :at, cause = :cause, reason = 'down' "
        "WHERE state = 'due' AND kind = :kind",
        at=stored(home),
        cause=cause.value,
        kind=kind,
    )


def stored(home: Home) -> object:
    """Return the time as the database has it."""
    return home.clock.now().isoformat(timespec="microseconds") if home.is_sqlite else home.clock.now()


async def states(home: Home, kind: str = "webhook.deliver") -> Counter[EffectState]:
    return Counter(effect.state for effect in await home.effects(kind))


async def test_all_that_is_meant_is_due_again_and_looked_up_first_in_batches(home: Home) -> None:
    await home.open()
    await kill(home, BATCH + 3)
    began = await home.do(begin_recovery, home.request(), Selection(kind="webhook"))
    assert began is not None
    assert await states(home) == {DEAD: BATCH + 3}, "nothing is due before the job runs"
    first = await home.do(go_on, began.number)
    assert (first.revived, first.total, first.finished) == (BATCH, BATCH + 3, False)
    last = await home.do(go_on, began.number)
    assert (last.revived, last.finished) == (BATCH + 3, True)
    assert await home.do(go_on, began.number) == last, "run again, it does nothing"
    assert await states(home) == {UNKNOWN: BATCH + 3}
    [effect] = [effect for effect in await home.effects("webhook.deliver") if effect.args["number"] == 0]
    assert (effect.attempts, effect.attempts_before, effect.cause, effect.settled_at) == (8, 8, None, None)


async def test_what_fails_again_meanwhile_is_not_tried_in_a_circle(home: Home) -> None:
    await home.open()
    await kill(home, 3)
    began = await home.do(begin_recovery, home.request(), Selection())
    assert began is not None
    home.clock.pass_(seconds=1)
    await kill(home, 2)
    assert (await home.do(go_on, began.number)).revived == 3
    assert await states(home) == {UNKNOWN: 3, DEAD: 2}


async def test_a_clock_that_is_behind_makes_no_circle_either(home: Home) -> None:
    """Another replica's: what it lets die again seems to have died before the recovery began."""
    await home.open()
    await kill(home, BATCH + 1)
    began = await home.do(begin_recovery, home.request(), Selection())
    assert began is not None
    await home.do(go_on, began.number)
    await home.sql(
        "UPDATE effect SET state = 'dead', cause = 'refused', settled_at = created_at WHERE state = 'unknown'"
    )
    last = await home.do(go_on, began.number)
    assert (last.revived, last.finished) == (BATCH + 1, True)


async def test_two_that_run_one_recovery_at_once_share_it(home: Home) -> None:
    """The clock's process, and a person with a progress bar."""
    await home.open()
    await kill(home, 3 * BATCH)
    began = await home.do(begin_recovery, home.request(), Selection())
    assert began is not None
    await asyncio.gather(*(home.do(go_on, began.number) for _ in range(3)), home.do(go_on_with_recoveries))
    done = await home.do(go_on, began.number)
    assert (done.revived, done.finished) == (3 * BATCH, True)


async def test_the_clock_goes_on_with_what_a_shell_left_and_with_nothing_else(home: Home) -> None:
    await home.open()
    await home.do(go_on_with_recoveries)
    await kill(home, BATCH + 1)
    await home.do(begin_recovery, home.request(), Selection())
    for _ in range(4):
        await home.do(go_on_with_recoveries)
    assert await states(home) == {UNKNOWN: BATCH + 1}
    assert await home.read(lambda tx: [one.revived for one in recoveries(tx.db)]) == [BATCH + 1]


async def test_a_recovery_asked_for_twice_is_one_and_of_nothing_is_none(home: Home) -> None:
    await home.open()
    assert await home.do(begin_recovery, home.request(), Selection()) is None
    await kill(home, 1)
    request = home.request()
    await home.do(begin_recovery, request, Selection())
    with pytest.raises(Repeated):
        await home.do(begin_recovery, request, Selection())
    assert await home.scalar("SELECT count(*) FROM recovery") == 1


async def test_each_filter_means_what_it_says_and_causes_are_counted_apart(home: Home) -> None:
    await home.open()
    stranger = home.request("U0STRANGER", team="T2")
    await home.do(open_incident, stranger, "theirs")
    start = home.clock.now()
    for kind, cause in zip(KINDS, Cause, strict=True):
        await kill(home, 2, kind, cause)
        home.clock.pass_(hours=1)

    async def kinds(**asked: object) -> Counter[str]:
        found, counted = await home.read(look_for, Selection(**asked), 100)  # type: ignore[arg-type]
        assert sum(counted.values()) == len(found)
        return Counter(effect.kind for effect in found)

    assert await kinds() == dict.fromkeys(KINDS, 2)
    assert await kinds(kind="slack") == {"slack.one": 2, "slack.two": 2}
    assert await kinds(kind="slack.one") == {"slack.one": 2}
    assert await kinds(cause=Cause.CONFIGURATION) == {"slack.two": 2}
    assert await kinds(since=start + timedelta(hours=2)) == {"slackish.one": 2, "webhook.deliver": 2}
    assert await kinds(until=start) == {"slack.one": 2}
    assert await kinds(workspace_id=2) == await kinds(incident_id=2) == {}
    assert await kinds(workspace_id=1, incident_id=1, kind="webhook") == {"webhook.deliver": 2}
    _, counted = await home.read(look_for, Selection(), 1)
    assert counted == {(kind, cause): 2 for kind, cause in zip(KINDS, Cause, strict=True)}


async def test_a_timeline_says_once_what_was_tried_again_and_nothing_of_webhooks(home: Home) -> None:
    await home.open()
    await kill(home, 3, "slack.one")
    await kill(home, 3)
    began = await home.do(begin_recovery, home.request(), Selection())
    assert began is not None
    await home.do(go_on, began.number)
    retried = [moment for moment in await home.timeline("INC-1") if moment.kind is EntryKind.DELIVERY_RETRIED]
    cards = [effect.id for effect in await home.effects("slack.one") if effect.state is UNKNOWN]
    assert [moment.facts for moment in retried] == [{"kind": "slack.one", "effects": cards}]
    assert await home.wrong("INC-1") is None


async def test_what_belongs_to_no_incident_is_retried_at_a_shell_alone(home: Home) -> None:
    await home.open()
    await kill(home, 1)
    await home.sql("UPDATE effect SET incident_id = NULL WHERE kind = 'webhook.deliver'")
    number = (await home.effects("webhook.deliver"))[0].id or 0
    with pytest.raises(Refused, match="nothing to retry"):
        await home.do(retry_effect, home.request(), number)
    assert await home.do(retry_effect, home.request("shell:ana", team=None), number) == "webhook.deliver"


def test_a_recovery_survives_a_process_that_dies_in_the_middle_of_a_batch(database_url: str) -> None:
    """It dies with the batch's rows written and not committed; the next process does that batch anew."""

    async def prepare() -> int:
        with a_home(database_url) as home:
            await home.open()
            await kill(home, 2 * BATCH + 1)
            began = await home.do(begin_recovery, home.request(), Selection())
            assert began is not None
            await home.do(go_on, began.number)
            return began.number

    number = asyncio.run(prepare())
    dying = os.fork()
    if dying == 0:
        with a_home(database_url) as home:
            home.house.do_now(_die_after, number)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(dying, 0)[1]) == 9

    async def finish() -> None:
        with a_home(database_url) as home:
            assert await states(home) == {UNKNOWN: BATCH, DEAD: BATCH + 1}
            while not (await home.do(go_on, number)).finished:
                pass
            assert await states(home) == {UNKNOWN: 2 * BATCH + 1}

    asyncio.run(finish())


def _die_after(tx: Tx, number: int) -> None:
    go_on(tx, number)
    os._exit(9)
