"""Three replicas over one PostgreSQL, under load, while one thing after the other breaks: nothing is lost or doubled.

Every so often, by chance, a replica is killed or frozen, or PostgreSQL restarts. Afterwards every incident is complete,
every note that was accepted stands once, no effect was sent twice, and every chain verifies. A failure shows its seed;
CHAOS_SEED=… plays the same disturbances again.
"""

import asyncio
import contextlib
import json
import os
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.outbox.worker import LEASE
from store.db import upgrade
from tests.fakes import postgres
from tests.fakes.postgres import PostgresServer
from tests.kill.lane import Lane, some_lanes
from tests.kill.test_kill import (
    ACCEPTED,
    all_incidents,
    asked,
    assert_complete,
    assert_nothing_double,
    assert_verified,
    every_promise_kept,
    interrupted_sends,
)
from tests.world import ANA

REPLICAS = 3
LONGEST_FREEZE = LEASE.total_seconds() + 5  # so that others take over what the frozen one believes to hold
NEEDED_AGAIN = 60.0  # seconds for a machine that was busy; what waits at the end is done in seconds


@dataclass(frozen=True)
class Plan:
    """How long, and how often something breaks. *freezes* are the seconds that a freeze may take."""

    seconds: float
    every: float
    between_commands: float
    freezes: tuple[float, ...]


SHORT = Plan(seconds=15, every=5, between_commands=0.6, freezes=(4.0,))
LONG = Plan(seconds=600, every=20, between_commands=0.8, freezes=(4.0, LONGEST_FREEZE))


async def test_three_replicas_lose_nothing_while_one_thing_after_the_other_breaks(tmp_path: Path) -> None:
    await survive(SHORT, tmp_path)


@pytest.mark.long
async def test_ten_minutes_of_disturbances_lose_and_double_nothing(tmp_path: Path) -> None:
    await survive(LONG, tmp_path)


@dataclass
class Fleet:
    """The replicas, those that people can reach just now, and what people were told."""

    server: PostgresServer
    lanes: list[Lane]
    chance: random.Random
    reachable: list[Lane] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)
    tried: int = 0

    async def disturb(self, kind: str, freezes: tuple[float, ...]) -> None:
        """Break something, for a while."""
        if kind == "restart":
            await asyncio.to_thread(self.server.restart)
            return
        lane = self.chance.choice(self.lanes)
        await self.a_call()
        self.reachable.remove(lane)
        if kind == "kill":
            await lane.kill()
            await lane.start()
        else:
            lane.freeze()
            await asyncio.sleep(self.chance.choice(freezes))
            lane.thaw()
        self.reachable.append(lane)

    async def a_call(self) -> None:
        """Wait until Slack hears something: then somebody is sending."""
        heard = len(self.lanes[0].slack.calls)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3):
                while len(self.lanes[0].slack.calls) == heard:  # noqa: ASYNC110
                    await asyncio.sleep(0.002)

    async def command(self) -> None:
        """Let Ana type something at whichever replica the balancer knows to be there."""
        self.tried += 1
        said, lane = f"number {self.tried}", self.chance.choice(self.reachable)
        if self.tried % 3 == 0:
            told = ACCEPTED.match((await lane.slash(ANA, f"open sev1 {said}")).text)
            self.titles |= {told[1]: said} if told else {}
        elif "Noted on" in (await lane.slash(ANA, f"note {said}", self.busy)).text:
            self.notes.add(said)

    @property
    def busy(self) -> str:
        """The channel of the first incident, which gets all notes."""
        channels = self.lanes[0].slack.space.channels.values()
        return next(channel.name for channel in channels if channel.name.startswith("inc-1"))


async def survive(plan: Plan, folder: Path) -> None:
    """Play a plan, and hold what is left to what was promised."""
    seed = int(os.environ.get("CHAOS_SEED") or random.randrange(1 << 32))
    print(f"CHAOS_SEED={seed}")
    with postgres.running() as server:
        server.template(upgrade)
        url = server.fresh_database()
        async with some_lanes(REPLICAS, folder, url, prompt=False) as lanes:
            fleet = Fleet(server, lanes, random.Random(seed))
            for lane in lanes:
                await lane.start()
            fleet.reachable += lanes
            await begin(fleet)
            done = await played(plan, fleet)
            for lane in lanes:
                assert await lane.missing() == []
            await every_promise_kept(lanes[0], LEASE.total_seconds() + NEEDED_AGAIN)
            await assert_whole(fleet, url)
            print(f"{dict(done)}: {fleet.tried} tried, {len(fleet.titles)} opened, {len(fleet.notes)} noted,", end=" ")
            print(f"{asked(url, interrupted_sends)} sends interrupted")


async def begin(fleet: Fleet) -> None:
    """Open the incident that all notes go to, and wait for its channel."""
    told = ACCEPTED.match((await fleet.lanes[0].slash(ANA, "open sev1 the first")).text)
    assert told
    fleet.titles[told[1]] = "the first"
    async with asyncio.timeout(30):
        while not fleet.lanes[0].slack.said("incidents"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def played(plan: Plan, fleet: Fleet) -> Counter[str]:
    """Let people work while things break; return how often what broke."""
    done: Counter[str] = Counter()
    working = asyncio.create_task(work(plan, fleet))
    loop = asyncio.get_running_loop()
    until = loop.time() + plan.seconds
    kinds = fleet.chance.sample(("kill", "freeze", "restart"), 3)  # Each of them early on; then as it comes.
    while loop.time() < until:
        began = loop.time()
        kind = kinds.pop() if kinds else fleet.chance.choice(("kill", "freeze", "restart"))
        await fleet.disturb(kind, plan.freezes)
        done[kind] += 1
        await asyncio.sleep(max(0.0, plan.every - (loop.time() - began)))
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    return done


async def work(plan: Plan, fleet: Fleet) -> None:
    async with asyncio.TaskGroup() as commands:
        while True:
            commands.create_task(fleet.command())
            await asyncio.sleep(plan.between_commands)


async def assert_whole(fleet: Fleet, url: str) -> None:
    """Everything that was accepted is there, complete, once, and unaltered."""
    slack, incidents = fleet.lanes[0].slack, asked(url, all_incidents)
    assert [incident.number for incident in incidents] == list(range(1, len(incidents) + 1))
    assert fleet.titles.items() <= {incident.key: incident.title for incident in incidents}.items()
    assert max(Counter(incident.title for incident in incidents).values()) == 1
    for incident in incidents:
        assert_complete(slack, incident, ANA)
    assert_nothing_double(slack, len(incidents))
    await assert_verified(fleet.lanes[0], [incident.key for incident in incidents])
    code, printed = await fleet.lanes[0].run("timeline", "show", "INC-1", "--json")
    assert code == 0
    noted = Counter(entry["text"] for entry in json.loads(printed) if entry["kind"] == "note")
    assert fleet.notes <= noted.keys()
    assert max(noted.values()) == 1
