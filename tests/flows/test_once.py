"""Once: what is delivered twice, also at the same moment, is done once, and races end as if people had taken turns."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.core.slots import Slot
from bot.errors import Refused
from bot.flows.add_action import add_action
from bot.flows.asked import once
from bot.flows.forget import REMEMBERED, forget_old
from bot.flows.join_incidents import join_incidents
from bot.flows.meet import learn_names, meet
from bot.flows.open_incident import Opened, open_incident
from bot.flows.post_update import SNOOZE, nudge_about_updates, post_update, snooze_update
from bot.flows.record import sealing_key
from bot.flows.take_note import take_note
from bot.flows.take_role import give_role
from bot.flows.tx import Repeated, Request, Tx
from store.incidents import incident_by_id
from store.types import EntryKind, Link, Severity, Status
from store.workspaces import home_workspace
from tests.home import ANA, BO, CHIDI, Home, a_home

R = TypeVar("R")


async def test_the_same_request_opens_one_incident_and_is_told_so(home: Home) -> None:
    request = home.request()
    first = await home.do(open_incident, request, "checkout is down", Severity.SEV1)
    again = await home.do(open_incident, request, "checkout is down", Severity.SEV1)
    assert (first.again, again.again) == (False, True)
    assert (again.key, again.severity) == (first.key, Severity.SEV1)
    assert await home.scalar("SELECT count(*) FROM incident") == 1


async def test_the_same_request_at_the_same_moment_opens_one_incident(home: Home) -> None:
    """Both look before either has committed; the flows meet at a barrier to make sure."""
    for turn in range(3):
        request = home.request(f"U0NEW{turn:04}")
        opened = await asyncio.gather(*(home.do(open_incident, request, f"incident {turn}") for _ in range(8)))
        assert sorted(each.again for each in opened) == [False] + [True] * 7
        assert len({each.key for each in opened}) == 1
    assert await home.scalar("SELECT count(*) FROM incident") == 3
    assert (await home.incident("INC-3")).number == 3


async def test_the_second_of_two_requests_waits_for_the_first_and_hears_its_key(postgres_url: str) -> None:
    inside, go = threading.Event(), threading.Event()

    def open_slowly(tx: Tx, request: Request) -> Opened:
        opened = open_incident(tx, request, "checkout is down")
        inside.set()
        assert go.wait(10)
        return opened

    with a_home(postgres_url) as home:
        request = home.request()
        slow = asyncio.create_task(home.do(open_slowly, request))
        await asyncio.to_thread(inside.wait, 10)
        quick = asyncio.create_task(home.do(open_incident, request, "checkout is down"))
        await asyncio.sleep(0.1)
        assert not quick.done()
        go.set()
        assert (await slow).again is False
        assert (await quick) == Opened("INC-1", 1, Severity.SEV2, False, again=True)


async def test_a_request_that_was_refused_may_be_made_again(home: Home) -> None:
    request = home.request()
    with pytest.raises(Refused, match="Say what is wrong"):
        await home.do(open_incident, request, "  ")
    assert (await home.do(open_incident, request, "checkout is down")).key == "INC-1"


async def test_a_request_that_did_something_else_opens_nothing(home: Home) -> None:
    key = await home.open()
    request = home.request()
    await home.do(take_note, request, "a deploy went out", key)
    with pytest.raises(Repeated):
        await home.do(open_incident, request, "a deploy went out")
    assert await home.scalar("SELECT count(*) FROM incident") == 1


async def test_notes_updates_roles_and_actions_are_done_once(home: Home) -> None:
    key = await home.open()
    before = len(await home.timeline(key))
    for flow, args in (
        (take_note, ("a deploy went out",)),
        (post_update, ("we roll back",)),
        (give_role, ("scribe", BO)),
        (add_action, ("alert on depth",)),
    ):
        request = home.request()
        calls = (home.do(flow, request, *args, key=key) for _ in range(4))  # type: ignore[arg-type]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert sum(isinstance(outcome, Repeated) for outcome in outcomes) == 3, outcomes
    assert len(await home.timeline(key)) == before + 4


async def test_an_id_is_forgotten_when_nobody_will_deliver_it_again(home: Home) -> None:
    request = home.request()
    await home.do(once, request)
    home.clock.pass_(days=REMEMBERED.days - 1)
    await home.do(forget_old, slot_now(home))
    with pytest.raises(Repeated):
        await home.do(once, request)
    home.clock.pass_(days=2)
    await home.do(forget_old, slot_now(home))
    await home.do(once, request)


async def test_an_incident_is_opened_once_also_when_its_id_was_forgotten(home: Home) -> None:
    request = home.request()
    await home.do(open_incident, request, "checkout is down")
    home.clock.pass_(days=REMEMBERED.days + 1)
    await home.do(forget_old, slot_now(home))
    assert (await home.do(open_incident, request, "checkout is down")).again


def slot_now(home: Home) -> Slot:
    """A slot that falls due now."""
    now = home.clock.now()
    return Slot(now.date(), now - timedelta(days=1), now)


async def twice_at_once(home: Home, flow: Callable[[Tx], R]) -> list[R]:
    """Run a flow twice: the second starts when the first has done its work and did not commit yet."""
    inside, go = threading.Event(), threading.Event()

    def slowly(tx: Tx) -> R:
        result = flow(tx)
        inside.set()
        assert go.wait(10)
        return result

    slow = asyncio.create_task(home.do(slowly))
    await asyncio.to_thread(inside.wait, 10)
    quick = asyncio.create_task(home.do(flow))
    await asyncio.sleep(0.05)
    go.set()
    return [await slow, await quick]


async def test_somebody_new_who_turns_up_twice_at_once_is_one_person(home: Home) -> None:
    await home.open()
    first, second = await twice_at_once(home, lambda tx: meet(tx, home_workspace(tx.db, "T1"), BO))
    assert first == second
    assert await home.scalar("SELECT count(*) FROM person WHERE account = :bo", bo=BO) == 1
    assert len([e for e in await home.effects("slack.person") if e.args["person"] == first]) == 1


async def test_two_first_texts_of_one_person_are_sealed_under_one_key(home: Home) -> None:
    first, second = await twice_at_once(home, lambda tx: sealing_key(tx, "somebody", 0))
    assert first == second
    assert await home.scalar("SELECT count(*) FROM data_key") == 1


async def test_names_learned_twice_at_once_are_kept_once(home: Home) -> None:
    await home.open()
    ref = await home.do(lambda tx: meet(tx, 1, BO))
    await asyncio.gather(*(home.do(lambda tx: learn_names(ref, ["Bo"], None, True, tx)) for _ in range(4)))
    assert await home.scalar("SELECT count(*) FROM data_key WHERE owner = :ref", ref=ref) == 1


async def test_first_requests_of_a_new_team_make_one_workspace_and_adopt_the_shells(home: Home) -> None:
    shell = await home.do(open_incident, home.request("shell:ana", team=None), "before Slack")
    teams = ["T1"] * 6 + ["T2"] * 6
    found = await asyncio.gather(*(home.do(_workspace_of, team) for team in teams))
    assert len(set(found[:6])) == len(set(found[6:])) == 1
    assert found[0] != found[6]
    assert await home.scalar("SELECT count(*) FROM workspace") == 2
    assert shell.key == "INC-1"
    assert 1 in found


def _workspace_of(tx: Tx, team: str) -> int:
    return home_workspace(tx.db, team)


async def test_two_first_people_at_shells_share_a_workspace(home: Home) -> None:
    requests = [home.request(f"shell:{n}", team=None) for n in range(6)]
    opened = await asyncio.gather(*(home.do(open_incident, request, "down") for request in requests))
    assert sorted(each.number for each in opened) == [1, 2, 3, 4, 5, 6]
    assert await home.scalar("SELECT count(*) FROM workspace") == 1


async def test_two_incidents_joined_to_each_other_at_once_are_joined_one_way(home: Home) -> None:
    first, second = await home.open("checkout is down"), await home.open("payments fail")
    outcomes = await asyncio.gather(
        home.do(join_incidents, home.request(BO), second, Link.MERGED, first),
        home.do(join_incidents, home.request(CHIDI), first, Link.MERGED, second),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1, outcomes
    ended = [(await home.incident(key)).status for key in (first, second)]
    assert sorted(ended) == [Status.CLOSED, Status.INVESTIGATING]


async def test_a_row_read_before_its_lock_was_granted_is_read_again(postgres_url: str) -> None:
    """Whoever waited for a lock acts on what the one before wrote, not on what was true when they began."""
    read, changed = threading.Event(), threading.Event()

    def raise_after_looking(tx: Tx) -> tuple[str | None, str | None]:
        seen = incident_by_id(tx.db, 1)
        before = seen.impact if seen else None
        read.set()
        assert changed.wait(10)
        locked = incident_by_id(tx.db, 1, lock=True)
        return before, locked.impact if locked else None

    with a_home(postgres_url) as home:
        await home.open()
        looking = asyncio.create_task(home.do(raise_after_looking))
        await asyncio.to_thread(read.wait, 10)
        await home.sql("UPDATE incident SET impact = 'everyone'")
        changed.set()
        assert await looking == (None, "everyone")


async def test_people_who_act_at_once_in_one_incident_number_its_timeline_without_a_gap(home: Home) -> None:
    key, other = await home.open(), await home.open("another")
    people = [ANA, BO, CHIDI]
    notes = [home.do(take_note, home.request(people[n % 3]), f"note {n}", key if n % 2 else other) for n in range(80)]
    await asyncio.gather(*notes, return_exceptions=False)
    for each in (key, other):
        moments = await home.timeline(each)
        assert [moment.seq for moment in moments] == list(range(1, len(moments) + 1))
        assert sum(moment.kind is EntryKind.NOTE for moment in moments) == 40
        assert await home.wrong(each) is None


async def test_a_nudge_does_not_undo_a_snooze_that_happens_at_the_same_moment(postgres_url: str) -> None:
    inside, go = threading.Event(), threading.Event()

    def snooze_slowly(tx: Tx, request: Request, key: str) -> None:
        snooze_update(tx, request, key)
        tx.db.flush()
        inside.set()
        assert go.wait(10)

    with a_home(postgres_url) as home:
        key = await home.open()
        home.clock.pass_(minutes=21)
        snoozing = asyncio.create_task(home.do(snooze_slowly, home.request(), key))
        await asyncio.to_thread(inside.wait, 10)
        assert await home.do(nudge_about_updates) == 0
        go.set()
        await snoozing
        assert (await home.incident(key)).update_nudge_at == home.clock.now() + SNOOZE
