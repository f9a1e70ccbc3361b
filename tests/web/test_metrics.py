"""/metrics: what an alert is set on."""

import httpx
from sqlalchemy import text

from tests.world import World


async def test_dead_letters_are_counted_by_kind_and_cause(small_world: World) -> None:
    await small_world.open()
    died = "UPDATE effect SET state = 'dead', settled_at = created_at, cause = 'bug' WHERE kind = 'slack.card'"
    await small_world.house.do(lambda tx: tx.db.connection().execute(text(died)) and None)
    async with httpx.AsyncClient() as client:
        told = (await client.get(f"{small_world.url}/metrics")).text.splitlines()
    assert 'firstfive_dead_letters{kind="slack.card",cause="bug"} 1' in told
    assert 'firstfive_effects{state="dead"} 1' in told
