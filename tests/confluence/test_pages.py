"""A published postmortem as a page in Confluence and as a canvas: once, updated, never over what others wrote."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.flows.publish_postmortem import publish_postmortem
from bot.flows.tx import Request
from bot.practice.cast import TEAM_ID
from tests.fakes.confluence import FakeConfluence, a_confluence
from tests.slack.reading import message
from tests.world import ANA, BO, World, a_world

TEXT = "# Postmortem\n\n## Summary\n\nThe queue was full.\n\n## Lessons learned\n\nQueues fill ([#2](#entry-2)).\n"


@dataclass
class Office:
    """A world with a Confluence, in which INC-1 is over."""

    world: World
    confluence: FakeConfluence
    asked: Iterator[int] = field(default_factory=lambda: count(1))

    async def publish(self, written: str) -> None:
        """Publish a version as Ana."""
        request = Request(f"publish-{next(self.asked)}", ANA, TEAM_ID)
        await self.world.house.do(publish_postmortem, request, written, 0, key="INC-1")
        await self.world.settle()

    async def press(self, button: str) -> None:
        await self.world.press(ANA, self.line, button)

    @property
    def line(self) -> str:
        """Ana's direct messages."""
        return self.world.slack.space.direct_message(ANA).id

    @property
    def page(self) -> dict[str, Any]:
        (page,) = (page for page in self.confluence.pages.values() if page["status"] == "current")
        return page


@pytest.fixture
async def office(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Office]:
    async with (
        a_confluence() as confluence,
        a_world(tmp_path, sqlite_url, **confluence.environment) as world,
    ):
        channel = await world.open()
        await world.slash(ANA, "resolve rolled back", channel)
        await world.settle()
        yield Office(world, confluence)


async def test_a_page_is_made_once_and_follows_each_version(office: Office) -> None:
    await office.publish(TEXT)
    assert office.page["title"] == "INC-1: checkout is down"
    assert "The queue was full." in office.page["value"]
    await office.publish(TEXT.replace("was full", "was full for 20 minutes"))
    assert "was full for 20 minutes" in office.page["value"]
    assert office.confluence.writes == [("POST", "1000"), ("PUT", "1000")]


async def test_a_lost_answer_is_looked_up_and_a_refusal_is_waited_out(office: Office) -> None:
    office.confluence.faults = ["lost", 429, 503, "lost"]
    await office.publish(TEXT)
    for _ in range(4):
        await office.world.pass_(seconds=30)
    assert office.confluence.writes == [("POST", "1000")]
    await office.publish(TEXT.replace("full", "very full"))
    for _ in range(6):
        await office.world.pass_(seconds=30)
    assert "very full" in office.page["value"]
    assert office.confluence.writes == [("POST", "1000"), ("PUT", "1000")]
    assert office.page["number"] == 2


async def test_what_somebody_edited_is_never_written_over_unasked(office: Office) -> None:
    await office.publish(TEXT)
    office.confluence.edit("1000", "was full", "was fuller than ever")
    await office.publish(TEXT.replace("was full", "had been full"))
    assert "fuller than ever" in office.page["value"]
    told = message(office.world, office.line, "somebody edited its page")["text"]
    assert "− The queue was full." in told
    assert "+ The queue was fuller than ever." in told
    await office.press("page_keep")
    assert "fuller than ever" in office.page["value"]
    await office.publish(TEXT.replace("was full", "was quite full"))
    await office.press("page_over")
    assert "was quite full" in office.page["value"]


async def test_an_edit_at_the_same_moment_is_no_lesser_one_and_a_deleted_page_is_asked_about(office: Office) -> None:
    await office.publish(TEXT)
    office.confluence.faults = ["race"]
    await office.publish(TEXT.replace("was full", "had been full"))
    await office.world.pass_(seconds=5)
    assert "at the same time: " in office.page["value"]
    office.page["status"] = "trashed"
    await office.publish(TEXT.replace("was full", "was really full"))
    assert message(office.world, office.line, "somebody deleted its page")
    await office.press("page_over")
    assert "was really full" in office.page["value"]


async def test_a_title_that_is_taken_is_left_to_whoever_has_it_and_a_private_incident_has_no_page(
    office: Office,
) -> None:
    office.confluence.pages["900"] = {"id": "900", "status": "current", "title": "INC-1: checkout is down"}
    office.confluence.pages["900"] |= {"value": "<p>of others</p>", "number": 3, "message": ""}
    await office.publish(TEXT)
    assert office.confluence.pages["900"]["value"] == "<p>of others</p>"
    assert [page["title"].startswith("INC-1: checkout is down (") for page in office.confluence.pages.values()] == [
        False,
        True,
    ]
    await office.world.slash(ANA, "private", "#inc-1-checkout-is-down")
    await office.publish(TEXT.replace("full", "FULL"))
    assert "FULL" not in str(office.confluence.pages)


async def test_the_canvas_shows_each_version_and_one_of_others_is_left_alone(office: Office) -> None:
    world = office.world
    world.slack.fault(method="conversations.canvases.create", kind="cut_after")
    await office.publish(TEXT)
    await world.pass_(seconds=5)
    await office.publish(TEXT.replace("was full", "was full for an hour"))
    channel = world.slack.channel("inc-1-checkout-is-down")
    shown = world.slack.file(channel.canvas).decode()
    assert "was full for an hour" in shown
    assert "#entry" not in shown
    assert sum(file["mode"] == "quip" for file in world.slack.space.files.values()) == 1

    world.slack.space.files[channel.canvas]["user"] = BO
    await world.house.do(lambda tx: tx.db.connection().execute(text("DELETE FROM publication")) and None)
    await office.publish(TEXT.replace("was full", "was full for a day"))
    assert world.slack.file(channel.canvas).decode() == shown
    assert "the channel has a canvas of somebody else" in message(world, office.line, "the canvas of its")["text"]
