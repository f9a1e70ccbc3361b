"""SIGKILL at random moments of openings: after the last restart nothing is lost, nothing is double, nothing is altered.

The moments come from a seed that a failure shows; KILL_SEED=… plays them again, as nearly as two processes allow. A
moment is counted in calls that Slack heard: time alone would miss the openings on a busy machine.
"""

import asyncio
import contextlib
import json
import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import Session, col, func, select

from bot.outbox.worker import LEASE
from bot.practice.seen import Seen
from bot.practice.server import Practice
from store.db import Database
from store.effects import Effect
from store.incidents import Incident
from store.types import EffectState
from tests.fakes.postgres import PostgresServer
from tests.kill.lane import Lane, a_lane
from tests.world import ANA, BO, CHIDI

ANSWERING = 0.2  # seconds in which the first commands after a start are answered
CALLS = 11  # that an opening makes
BETWEEN_CALLS = 0.03  # seconds
LATEST = 2.0  # seconds; by then everything is done but announcements, which take turns
PEOPLE = (ANA, BO, CHIDI)
ACCEPTED = re.compile(r"(INC-\d+) is open")
MARGIN = 15.0  # seconds for the last openings to be completed, beside what they must wait for

FreshDatabase = Callable[[Path], str]
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Plan:
    """How often what is killed."""

    lanes: int  # side by side, each with a bot, a database and a workspace of its own
    kills: int  # in each lane
    openings: int  # under way at each kill

    @property
    def patience(self) -> float:
        """Seconds to complete everything: claims of the dead run out, and Slack takes one announcement a second."""
        return LEASE.total_seconds() + self.kills * self.openings + MARGIN


SHORT = Plan(lanes=2, kills=4, openings=2)
LONG = Plan(lanes=2, kills=25, openings=2)


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_database(request: pytest.FixtureRequest) -> Iterator[FreshDatabase]:
    """Makes as many databases as the test needs, of either kind."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield lambda folder: f"sqlite:///{shutil.copyfile(template, folder.with_suffix('.db'))}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    made: dict[Path, str] = {}
    yield lambda folder: made.setdefault(folder, server.fresh_database())
    for url in made.values():
        server.drop(url)


async def test_what_was_accepted_is_complete_once_after_kills_at_random_moments(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    await survive(SHORT, fresh_database, tmp_path)


@pytest.mark.long
async def test_a_hundred_openings_survive_fifty_kills(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    await survive(LONG, fresh_database, tmp_path)


async def survive(plan: Plan, fresh_database: FreshDatabase, folder: Path) -> None:
    """Play the plan in every lane, and hold what is left to what was promised."""
    seed = int(os.environ.get("KILL_SEED") or random.randrange(1 << 32))
    print(f"KILL_SEED={seed}")
    places = [folder / f"lane-{number}" for number in range(plan.lanes)]
    for place in places:
        place.mkdir()
    interrupted = await asyncio.gather(
        *(play(plan, place, fresh_database(place), random.Random(f"{seed} {place.name}")) for place in places)
    )
    assert sum(interrupted), "no kill came in the middle of a send: this proves nothing"


async def play(plan: Plan, folder: Path, database_url: str, chance: random.Random) -> int:
    """Open and kill in one lane, then wait and look; return how many sends the kills interrupted."""
    accepted: dict[str, str] = {}
    declarers: dict[str, str] = {}
    async with a_lane(folder, database_url) as lane:
        for kill in range(plan.kills):
            openings = {f"kill {kill} opening {number}": PEOPLE[number] for number in range(plan.openings)}
            declarers |= openings
            await lane.start()
            accepted |= await open_and_kill(lane, openings, chance)
        await lane.start()
        await every_promise_kept(lane, plan.patience)
        await lane.kill()
        incidents = asked(database_url, all_incidents)
        assert [incident.number for incident in incidents] == list(range(1, len(incidents) + 1))
        assert accepted.items() <= {incident.key: incident.title for incident in incidents}.items()
        for incident in incidents:
            assert_complete(lane.slack, incident, declarers[incident.title])
        assert_nothing_double(lane.slack, len(incidents))
        await assert_verified(lane, [incident.key for incident in incidents])
    interrupted = asked(database_url, interrupted_sends)
    print(f"{folder.name}: {len(incidents)} opened, {len(accepted)} accepted, {interrupted} sends interrupted")
    return interrupted


async def open_and_kill(lane: Lane, openings: dict[str, str], chance: random.Random) -> dict[str, str]:
    """Open incidents at once and kill the bot soon; return the titles that were accepted, by key."""
    commands = [
        asyncio.create_task(lane.slack.slash(person, "#general", f"open sev1 {title}"))
        for title, person in openings.items()
    ]
    await a_moment(lane.slack, commands, chance)
    await lane.kill()
    answers = [ACCEPTED.match(answer.text) for answer in await asyncio.gather(*commands)]
    return {told[1]: title for title, told in zip(openings, answers, strict=True) if told}


async def a_moment(slack: Practice, commands: list[asyncio.Task[Seen]], chance: random.Random) -> None:
    """Wait for a moment: one in four is while the commands are answered, the others come some calls after."""
    if chance.random() < 0.25:
        await asyncio.sleep(chance.uniform(0, ANSWERING))
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LATEST):
            await asyncio.wait(commands, return_when=asyncio.FIRST_COMPLETED)
            heard = len(slack.calls) + chance.randrange(CALLS * len(commands))
            while len(slack.calls) < heard:  # noqa: ASYNC110 - the practice has no event for it
                await asyncio.sleep(0.002)
    await asyncio.sleep(chance.uniform(0, BETWEEN_CALLS))


async def every_promise_kept(lane: Lane, patience: float) -> None:
    """Wait until no effect is left. One that failed for good, or that nobody keeps in time, fails the test."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while unkept := asked(lane.database_url, unkept_promises):
        assert loop.time() < deadline, f"after {patience} s: {unkept}"
        await asyncio.sleep(0.5)


def assert_complete(slack: Practice, incident: Incident, declarer: str) -> None:
    """Channel, declarer, card, checklist, announcement, topic, bookmark and pin are there, each of them once."""
    named = re.compile(rf"{incident.key}(-|$)", re.IGNORECASE)
    [channel] = [channel for channel in slack.space.channels.values() if named.match(channel.name)]
    assert channel.id == incident.channel_id
    assert declarer in channel.members
    line = f"SEV1 {incident.key} {incident.title}"
    said = Counter(slack.said(channel.id))
    assert said.items() >= {f"{line}: investigating": 1, "First five minutes · 0 of 4": 1}.items()
    assert max(said.values()) == 1
    assert slack.said("incidents").count(line) == 1
    assert channel.topic == f"SEV1 · investigating · {incident.title}"
    assert [bookmark["title"] for bookmark in channel.bookmarks] == [f"{incident.key} timeline"]
    assert [channel.messages[ts]["text"] for ts in channel.pins] == [f"{line}: investigating"]


def assert_nothing_double(slack: Practice, incidents: int) -> None:
    """No effect was posted twice anywhere, and no channel or announcement is too many."""
    messages = [message for channel in slack.space.channels.values() for message in channel.messages.values()]
    effects = Counter(message["metadata"]["event_payload"]["effect"] for message in messages if "metadata" in message)
    assert len(effects) >= 3 * incidents
    assert set(effects.values()) <= {1}
    assert len(slack.said("incidents")) == incidents
    assert sum(channel.name.startswith("inc-") for channel in slack.space.channels.values()) == incidents


async def assert_verified(lane: Lane, keys: list[str]) -> None:
    code, printed = await lane.run("timeline", "verify", "--all", "--json")
    assert code == 0, f"{printed} see bot.log"
    assert [proof["key"] for proof in json.loads(printed)] == keys


def asked(database_url: str, query: Callable[[Session], Answer]) -> Answer:
    """Ask the database from here. Not between a kill and the next start: SQLite would mend the file for the bot."""
    database = Database(database_url)
    try:
        with database.read() as db:
            return query(db)
    finally:
        database.close()


def all_incidents(db: Session) -> list[Incident]:
    return list(db.exec(select(Incident).order_by(col(Incident.number))))


def unkept_promises(db: Session) -> list[str]:
    unkept = db.exec(select(Effect).where(Effect.state != EffectState.DONE))
    return [f"{effect.kind} {effect.id} {effect.state}: {effect.reason}" for effect in unkept]


def interrupted_sends(db: Session) -> int:
    """Count what was tried more than once: nothing but a kill makes it so here."""
    return db.exec(select(func.count()).where(col(Effect.attempts) > 1)).one()
