"""A neighbour that fails is left alone by every replica, probed by one of them, and found again; on both databases."""

import asyncio
from datetime import timedelta

from bot.errors import Retry, Unknown
from bot.flows.promise import promise
from bot.flows.tx import Tx
from bot.outbox.knocking import Knocking
from bot.outbox.outcome import Done
from bot.outbox.worker import Outbox
from store.effects import Claimed
from store.types import BreakerState, EffectState
from store.workspaces import home_workspace
from tests.home import Home, a_home


class Neighbour:
    """Fails while it is told to be away; counts its calls, by budget key."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.calls: list[str] = []

    async def __call__(self, effect: Claimed) -> Done:
        self.calls.append(effect.budget_key)
        if effect.budget_key in self.away:
            raise Unknown("answered 500")
        return Done()


async def give(home: Home, count: int, budget_key: str = "") -> None:
    def flow(tx: Tx) -> None:
        workspace = home_workspace(tx.db, "T1")
        for _ in range(count):
            promise(tx, "test", workspace_id=workspace, budget_key=budget_key)

    await home.do(flow)


async def turn(home: Home, *outboxes: Outbox, seconds: float = 0.0) -> None:
    home.clock.pass_(seconds=seconds)
    for outbox in outboxes:
        await outbox.send_due()
        await outbox.idle()


async def test_a_neighbour_that_fails_is_left_alone_and_the_others_are_not(home: Home) -> None:
    neighbour = Neighbour()
    neighbour.away = {"bad"}
    outbox = Outbox(home.house, {"test": neighbour})
    await give(home, 60, "bad")
    await give(home, 60, "good")
    for _ in range(12):
        await turn(home, outbox)
    assert 10 <= neighbour.calls.count("bad") <= 26, "ten failures, and what was in flight with them"
    assert neighbour.calls.count("good") == 60


async def test_it_is_probed_one_by_one_and_goes_on_with_ten_in_flight(home: Home) -> None:
    neighbour = Neighbour()
    neighbour.away = {""}
    outbox = Outbox(home.house, {"test": neighbour})
    await give(home, 300)
    await turn(home, outbox)
    tripped = len(neighbour.calls)
    for _ in range(5):
        await turn(home, outbox, seconds=7)
    assert len(neighbour.calls) == tripped + 5, "one probe every seven seconds"
    neighbour.away = set()
    sent = []
    for seconds in (7, 0, 0, 0, 0):
        before = len(neighbour.calls)
        await turn(home, outbox, seconds=seconds)
        sent.append(len(neighbour.calls) - before)
    assert sent == [1, 1, 1, 10, 16], "three probes, the floor, and as much as there is room for"


async def test_every_replica_knows_and_one_of_them_probes(home: Home) -> None:
    neighbour = Neighbour()
    neighbour.away = {""}
    with a_home(home.url, keyring=home.keyring) as second:
        second.clock = home.clock
        second.house.clock = home.clock
        one, two = Outbox(home.house, {"test": neighbour}), Outbox(second.house, {"test": neighbour})
        await give(home, 200)
        await turn(home, one)
        tripped = len(neighbour.calls)
        await turn(home, two)
        assert [box.limits.breakers["test of workspace 1"].state for box in (one, two)] == [BreakerState.OPEN] * 2
        for _ in range(6):
            await turn(home, one, two, seconds=7)
        assert len(neighbour.calls) - tripped <= 16 + 6, (
            "what the second had in hand, and one probe every seven seconds"
        )
        neighbour.away = set()
        for _ in range(60):
            await turn(home, one, two, seconds=5)
    assert {effect.state for effect in await home.effects("test")} == {EffectState.DONE}


async def test_an_address_that_takes_connections_again_is_probed_at_once_by_one_replica(home: Home) -> None:
    neighbour = Neighbour()
    neighbour.away = {""}
    door = await asyncio.start_server(_closes, "127.0.0.1", 0)
    place = door.sockets[0].getsockname()[:2]
    door.close()
    await door.wait_closed()
    with a_home(home.url, keyring=home.keyring) as second:
        second.clock = home.clock
        second.house.clock = home.clock
        houses = (home.house, second.house)
        boxes = [Outbox(house, {"test": neighbour}) for house in houses]
        knocking = [Knocking(house, box, {"test": place}) for house, box in zip(houses, boxes, strict=True)]

        async def second_passes() -> int:
            before = len(neighbour.calls)
            home.clock.pass_(seconds=1)
            for each in knocking:
                await each.knock("test")
            await turn(home, *boxes)
            return len(neighbour.calls) - before

        await give(home, 200)
        for _ in range(3):
            await turn(home, *boxes)
        assert [await second_passes() for _ in range(3)] == [0, 0, 0], "a closed door is no reason to call"
        neighbour.away = set()
        door = await asyncio.start_server(_closes, *place)
        assert 1 <= await second_passes() <= 3, "a probe in the very second, and those that follow it"
        for _ in range(10):
            await turn(home, *boxes, seconds=1)
        door.close()
        await door.wait_closed()
    done = [effect for effect in await home.effects("test") if effect.state is EffectState.DONE]
    assert len(done) > 150, "all but what failed before, which waits for its own time"


async def _closes(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def test_who_asks_us_to_wait_is_not_taken_for_dead(home: Home) -> None:
    async def busy(effect: Claimed) -> Done:
        raise Retry("ratelimited", timedelta(seconds=5))

    outbox = Outbox(home.house, {"test": busy})
    await give(home, 40)
    for _ in range(4):
        await turn(home, outbox)
    assert outbox.limits.breakers["test of workspace 1"].state is BreakerState.CLOSED
