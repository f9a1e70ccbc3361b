"""/metrics: what an alert is set on."""

import httpx
from sqlalchemy import text

from bot.flows.leave_alone import write_breaker
from bot.flows.promise import promise
from store.types import BreakerState, Lane
from tests.world import World


async def test_dead_letters_are_counted_by_kind_and_cause(small_world: World) -> None:
    await small_world.open()
    died = "UPDATE effect SET state = 'dead', settled_at = created_at, cause = 'bug' WHERE kind = 'slack.card'"
    await small_world.house.do(lambda tx: tx.db.connection().execute(text(died)) and None)
    async with httpx.AsyncClient() as client:
        told = (await client.get(f"{small_world.url}/metrics")).text.splitlines()
    assert 'firstfive_dead_letters{cause="bug",kind="slack.card"} 1.0' in told
    assert 'firstfive_effects{state="dead"} 1.0' in told


async def test_each_lane_and_workspace_says_how_much_waits_how_long_and_what_its_share_is(small_world: World) -> None:
    await small_world.open()
    await small_world.house.do(promise, "report.weekly", workspace_id=1, lane=Lane.BATCH)
    await small_world.house.do(write_breaker, "webhook of 17", BreakerState.OPEN, 1, None)
    async with httpx.AsyncClient() as client:
        told = (await client.get(f"{small_world.url}/metrics")).text.splitlines()
    for name, value in (("depth", "1.0"), ("share", "1.0")):
        assert f'firstfive_lane_{name}{{lane="batch",workspace="1"}} {value}' in told
    assert any(line.startswith('firstfive_lane_oldest_seconds{lane="batch",workspace="1"} ') for line in told)
    assert 'firstfive_breaker_open{budget="webhook of 17"} 1.0' in told
