"""Insights over the product's own doors: what timelines say is measured, and nobody counts what they may not see."""

import csv
import re
from io import StringIO

import httpx

from bot.core.teams import Team
from bot.flows.insights import Asked, By, insights
from bot.flows.tx import Rules
from store.people import find_person
from store.types import Severity
from tests.home import Home
from tests.many import many
from tests.world import ANA, BO, World


async def get(world: World, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(world.url + path)


async def rows(world: World, name: str, query: str = "") -> list[dict[str, str]]:
    """Return the sheet of one plot."""
    answer = await get(world, f"/insights/{name}.csv?{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))


async def test_what_the_timelines_say_is_measured_once_incidents_are_over_and_again_when_they_go_on(
    small_world: World,
) -> None:
    world = small_world
    channel = await world.open()
    await world.slash(ANA, "impact payments fail from 02:50 UTC", channel)
    await world.pass_(minutes=3)
    await world.slash(BO, "lead <@U0BO00001|bo>", channel)
    await world.slash(BO, "note no runbook for the pool", channel)
    await world.pass_(minutes=60)
    page = (await get(world, "/insights")).text
    assert "1 of them is going on" in page
    await world.slash(BO, "resolve", channel)
    await world.pass_(seconds=31)
    [resolved] = await rows(world, "resolve")
    assert resolved["incident"] == "INC-1"
    assert 72 * 60 < int(resolved["seconds"]) < 75 * 60
    assert resolved["known"] == "exactly"
    page = (await get(world, "/insights")).text
    assert "1 of 1 have no “detected” mark." in page
    assert "n = 1, too few for a median" in page
    assert "median " not in re.sub(r"<svg.*?id=\"legend-title\".*?</svg>|too few for a median", "", page)
    await world.slash(BO, "reopen", channel)
    await world.pass_(minutes=60)
    await world.slash(BO, "resolve", channel)
    await world.pass_(seconds=31)
    [again] = await rows(world, "resolve")
    assert int(again["seconds"]) > 130 * 60


async def test_tests_merged_incidents_and_private_ones_of_others_are_in_no_plot_and_no_sheet(
    small_world: World,
) -> None:
    world = small_world
    kinds = ("sev2 private", "sev2 test", "sev2", "sev2")
    channels = [await world.open(f"thing {n}", words=kind) for n, kind in enumerate(kinds)]
    for channel in channels[:3]:
        await world.slash(ANA, "ticket rotate it", channel)
        await world.slash(ANA, "resolve", channel)
    await world.slash(ANA, "merge INC-3", channels[3])
    await world.pass_(seconds=31)
    assert [row["incident"] for row in await rows(world, "resolve")] == ["INC-3"]
    assert [row["incident"] for row in await rows(world, "postmortems")] == ["INC-3"]
    assert [row["sev2"] for row in await rows(world, "incidents", "months=1")] == ["1"]
    assert [row["added"] for row in await rows(world, "actions", "months=1")] == ["1"]
    assert sum(int(cell) for row in await rows(world, "load") for day, cell in row.items() if day != "local hour") == 1
    page = (await get(world, "/insights")).text
    assert "<strong>1</strong> incident opened since" in page
    assert "INC-1" not in page
    ana = await world.house.read(lambda tx: find_person(tx.db, 1, ANA))
    assert (await world.house.read(insights, 1, ana, Asked())).incidents == 2


async def test_what_is_asked_for_is_what_is_counted(home: Home) -> None:
    """On both databases, because the queries behind it differ in what they return."""
    home.house.rules = Rules(teams=(Team("everyone", "incidents", services=("checkout", "search")),))
    await home.do(many, 60, 400)
    everything = await home.read(insights, 1, None, Asked(months=None, by=By.MONTH))
    assert everything.incidents == 60
    for severity in Severity:
        found = await home.read(insights, 1, None, Asked(months=None, severity=severity))
        assert {row[1] for row in found.panels[3].sheet()} <= {severity}
    by_severity = [await home.read(insights, 1, None, Asked(None, severity)) for severity in Severity]
    assert sum(found.incidents for found in by_severity) == 60
    by_service = await home.read(insights, 1, None, Asked(months=None, by=By.SERVICE))
    [*named, every] = [(row[0], row[1]) for row in by_service.panels[3].rows]
    assert [name for name, _ in named] == ["checkout", "search", "no service named"]
    assert sum(int(str(count)) for _, count in named) == int(str(every[1]))
    half = await home.read(insights, 1, None, Asked(months=6))
    assert 0 < half.incidents < 60
    assert len(list(half.panels[3].sheet())) == half.incidents - half.going_on
