"""Several processes over one PostgreSQL: what one promises another keeps at once, and whoever ends leaves nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from time import monotonic

from sqlalchemy import text
from sqlmodel import Session, select

from bot.outbox.worker import LEASE
from bot.practice.server import Practice
from store.effects import Effect
from store.replicas import Replica
from store.types import EffectState
from tests.kill.lane import Lane, some_lanes
from tests.kill.test_kill import asked
from tests.world import ANA

SOON = 20.0  # seconds, on a busy machine, for what should be at once


async def until(found: Callable[[], object], seconds: float = SOON) -> float:
    """Wait until something is found; return how long it took."""
    began = monotonic()
    while not await asyncio.to_thread(found):
        assert monotonic() - began < seconds, "it did not happen"
        await asyncio.sleep(0.01)
    return monotonic() - began


@contextlib.asynccontextmanager
async def two(folder: Path, url: str, first: str, second: str) -> AsyncIterator[tuple[Lane, Lane]]:
    """Lend two replicas that run, each with its parts."""
    async with some_lanes(2, folder, url) as (one, other):
        await one.start("--role", first)
        await other.start("--role", second)
        yield one, other


def claimed(db: Session) -> list[Effect]:
    return list(db.exec(select(Effect).where(Effect.state == EffectState.CLAIMED)))


def settled_in(slack: Practice) -> bool:
    """Whether both have arrived and joined the announce channel."""
    return sum(call["method"] == "conversations.list" for call in slack.calls) == 2


def replicas(db: Session) -> list[Replica]:
    return list(db.exec(select(Replica)))


def postgresql_runs_for_long(db: Session) -> bool:
    """Soon after its start nobody is taken to be gone: every lock went with the PostgreSQL before it."""
    lease = f"{LEASE.total_seconds()} s"
    return bool(
        db.scalar(text("SELECT now() - pg_postmaster_start_time() > cast(:lease AS interval)"), {"lease": lease})
    )


async def test_what_a_process_without_an_outbox_promises_another_sends(postgres_url: str, tmp_path: Path) -> None:
    async with two(tmp_path, postgres_url, "web", "outbox") as (web, _):
        assert "is open" in (await web.slash(ANA, "open sev1 checkout is down")).text
        await until(lambda: web.slack.said("incidents"))
        assert len(asked(postgres_url, replicas)) == 1


async def test_a_stop_in_the_middle_of_sends_lets_go_of_them_and_another_goes_on(
    postgres_url: str, tmp_path: Path
) -> None:
    async with two(tmp_path, postgres_url, "web,outbox", "web,outbox") as (one, other):
        await until(lambda: settled_in(one.slack) and len(asked(postgres_url, replicas)) == 2)
        other.freeze()
        one.slack.latency = 30.0  # longer than a stop may take
        assert "is open" in (await one.slash(ANA, "open sev1 checkout is down")).text
        await until(lambda: asked(postgres_url, claimed))
        began = monotonic()
        assert await one.stop() == 0
        assert monotonic() - began < 10
        assert not asked(postgres_url, claimed)
        assert len(asked(postgres_url, replicas)) == 1
        one.slack.latency = 0.0
        other.thaw()
        assert await until(lambda: one.slack.said("incidents")) < LEASE.total_seconds() / 2
        assert sum(channel.name.startswith("inc-") for channel in one.slack.space.channels.values()) == 1


async def test_what_a_killed_process_held_is_taken_over_long_before_its_claim_ends(
    postgres_url: str, tmp_path: Path
) -> None:
    async with two(tmp_path, postgres_url, "web,outbox", "outbox") as (one, other):
        await until(lambda: settled_in(one.slack) and len(asked(postgres_url, replicas)) == 2)
        await until(lambda: asked(postgres_url, postgresql_runs_for_long), LEASE.total_seconds() + SOON)
        other.freeze()
        one.slack.latency = 30.0
        await one.slash(ANA, "open sev1 checkout is down")
        await until(lambda: asked(postgres_url, claimed))
        await one.kill()
        one.slack.latency = 0.0
        other.thaw()
        assert await until(lambda: one.slack.said("incidents")) < LEASE.total_seconds() / 2
