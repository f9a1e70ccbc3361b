"""One fault at each call of an opening, in turn: the incident is complete soon after, and nothing is posted twice."""

import asyncio
import itertools
import shutil
from collections import Counter
from collections.abc import Coroutine, Iterable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from bot.flows.views import incident_view
from tests.world import ANA, World, a_world

FAULTS = ("429", "5xx", "cut_before", "cut_after")
# Each call of an opening: the method, and how many calls of it come before.
CALLS = {
    "people and lists": (("users.info", 0), ("conversations.list", 0), ("conversations.join", 0)),
    "channel": (("conversations.create", 0), ("conversations.invite", 0), ("conversations.setTopic", 0)),
    "posts": (("chat.postMessage", 0), ("chat.postMessage", 1), ("chat.postMessage", 2)),
    "marks": (("bookmarks.add", 0), ("pins.add", 0)),
}
RETRY_AFTER = 1  # seconds
AT_ONCE = 2  # worlds


async def assert_complete(world: World) -> None:
    """Channel attached, declarer invited, card, announcement, checklist, topic, bookmark and pin, each of them once."""
    view = await world.house.read(incident_view, 1)
    assert view is not None
    assert view.failed == 0
    channel = world.slack.channel("inc-1-checkout-is-down")
    assert view.incident.channel_id == channel.id
    assert ANA in channel.members
    assert Counter(world.slack.said(channel.name)) == {
        "SEV1 INC-1 checkout is down: investigating": 1,
        "First five minutes · 0 of 4": 1,
    }
    assert world.slack.said("incidents") == ["SEV1 INC-1 checkout is down"]
    assert channel.topic == "SEV1 · investigating · checkout is down"
    assert [bookmark["title"] for bookmark in channel.bookmarks] == ["INC-1 timeline"]
    [pinned] = channel.pins
    assert channel.messages[pinned]["text"].endswith("investigating")
    assert sum(name.startswith("inc-1") for name in world.channels()) == 1


def fresh_world(folder: Path, template: Path) -> AbstractAsyncContextManager[World]:
    """A world in a folder of its own: each fault has an opening to itself."""
    folder.mkdir(parents=True)
    shutil.copyfile(template, folder / "firstfive.db")
    return a_world(folder, f"sqlite:///{folder}/firstfive.db")


async def side_by_side(openings: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run openings a few at a time: each has a world of its own, and most of it is waiting."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(opening: Coroutine[Any, Any, None]) -> None:
        async with room:
            await opening

    await asyncio.gather(*(one(opening) for opening in openings))


async def opened(world: World) -> float:
    """Open an incident, let everything settle, and return how many seconds its last call to Slack came later."""
    began = world.clock.now().timestamp()
    await world.slash(ANA, "open sev1 checkout is down")
    await world.settle()
    await assert_complete(world)
    return float(calls_of(world)[-1]["t"]) - began


def calls_of(world: World) -> list[dict[str, Any]]:
    return [line for line in world.slack.calls if ":" not in line["method"]]


async def survives(method: str, after: int, kind: str, folder: Path, template: Path) -> None:
    """Open with the fault and without it, side by side, so that a busy machine slows both."""
    async with fresh_world(folder / "calm", template) as calm, fresh_world(folder / "faulty", template) as faulty:
        faulty.slack.fault(method=method, kind=kind, after=after, retry_after=RETRY_AFTER)
        plain, took = await asyncio.gather(opened(calm), opened(faulty))
        assert [line["method"] for line in calls_of(faulty) if line["status"] != 200] == [method], f"{kind} at {method}"
        assert took <= plain + RETRY_AFTER + 2, f"{kind} at {method} after {after}: {took:.1f} s against {plain:.1f} s"


async def is_told_and_mended(method: str, after: int, folder: Path, template: Path) -> None:
    async with fresh_world(folder, template) as world:
        world.slack.fault(method=method, kind="error", error="restricted_action", after=after)
        await world.slash(ANA, "open sev1 checkout is down")
        await world.settle()
        line = world.slack.space.direct_message(ANA).id
        [told] = world.slack.said(line)
        assert told.startswith("INC-1 is open and recorded, but "), told
        assert "a rule of your workspace forbids it" in told
        await world.press(ANA, line, "effect_retry")
        await assert_complete(world)


@pytest.mark.parametrize("family", CALLS)
async def test_an_opening_survives_any_one_fault_at_any_call(
    family: str, sqlite_template: Path, tmp_path: Path
) -> None:
    await side_by_side(
        survives(method, after, kind, tmp_path / f"{method}-{after}-{kind}", sqlite_template)
        for (method, after), kind in itertools.product(CALLS[family], FAULTS)
    )


async def test_what_slack_refuses_for_good_is_told_to_the_declarer_and_retry_completes_it(
    sqlite_template: Path, tmp_path: Path
) -> None:
    needed = [call for family, calls in CALLS.items() if family != "people and lists" for call in calls]
    await side_by_side(
        is_told_and_mended(method, after, tmp_path / f"{method}-{after}", sqlite_template) for method, after in needed
    )


def test_the_matrix_holds_at_least_twenty_four_faults() -> None:
    assert sum(len(calls) for calls in CALLS.values()) * len(FAULTS) >= 24
