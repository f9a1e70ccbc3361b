"""Alerts as people meet them: on the timeline they belong to, under one message, and never as a thousand incidents."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.core.alerts import ENTRIES
from bot.core.marks import Mark, points
from bot.core.timeline import Moment
from bot.flows.postmortem_case import postmortem_case
from bot.flows.record import read_timeline, verify_timeline
from store.incidents import Incident, incident_by_id, incident_ids
from store.types import EntryKind
from tests.alerts.payloads import BEGAN, SECRET, basic, bearer, notification, one, sns
from tests.slack.reading import message, words
from tests.world import ANA, BO, World, a_world

SECRETS = {"ALERTS_ALERTMANAGER_SECRET": SECRET, "ALERTS_CLOUDWATCH_SECRET": SECRET}
OPENS = '[[alerts.open]]\nseverity = "critical"\nas = "sev1"\n'
LATER = "2026-03-10T03:25:00Z"


@pytest.fixture
async def heard(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A bot that hears of alerts, and opens nothing by itself."""
    async with a_world(tmp_path, sqlite_url, **SECRETS) as world:
        yield world


async def post(world: World, *alerts: dict[str, Any]) -> int:
    async with httpx.AsyncClient() as client:
        return await deliver(world, client, alerts)


async def deliver(world: World, client: httpx.AsyncClient, alerts: Sequence[dict[str, Any]]) -> int:
    body = json.dumps(notification("firing", *alerts)).encode()
    sent = await client.post(f"{world.url}/alerts/alertmanager", content=body, headers=bearer(body, SECRET))
    return sent.status_code


async def told(world: World, incident: int = 1) -> list[Moment]:
    """Return what the timeline tells of alerts."""
    moments = await world.house.read(read_timeline, incident)
    return [moment for moment in moments if moment.kind is EntryKind.ALERT]


async def incidents(world: World) -> list[Incident]:
    found = await world.house.read(lambda tx: [incident_by_id(tx.db, id_) for id_ in incident_ids(tx.db)])
    return [incident for incident in found if incident]


async def test_a_storm_of_412_alerts_is_one_incident_with_an_exact_count(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "firstfive.toml").write_text(OPENS)
    storm = [one("firing", f"service-{n % 37}", f"{n:x}") for n in range(412)]
    deliveries = [storm[n : n + 20] for n in range(0, 412, 20)] * 2
    random.Random(7).shuffle(deliveries)
    async with a_world(tmp_path, database_url, **SECRETS) as world:
        async with httpx.AsyncClient() as client:
            answers = await asyncio.gather(*(deliver(world, client, alerts) for alerts in deliveries))
        assert (answers.count(202), answers.count(200)) == (21, 21)
        await world.settle()
        await world.pass_(seconds=10)
        [incident] = await incidents(world)
        assert (incident.severity, incident.title.endswith("more alert)")) == ("sev1", False)
        channel = incident.channel_name or ""
        assert "412 alerts from 37 services" in words(message(world, channel, "alerts from"))
        assert sum("alerts from" in words(each) for each in world.slack.messages(channel)) == 1
        await world.pass_(minutes=6)
        over = [one("resolved", f"service-{n % 37}", f"{n:x}") for n in range(412)]  # more than one transaction takes
        assert await post(world, *over) == 202
        await world.settle()
        await world.pass_(seconds=10)
        entries = await told(world)
        sums = [moment.facts for moment in entries if "alerts" in moment.facts]
        assert sums == [{"alerts": 412, "services": 37, "firing": firing} for firing in (412, 0)]
        assert len(entries) <= ENTRIES + len(sums)
        assert "412 alerts from 37 services, all resolved" in words(message(world, channel, "alerts from"))
        assert await world.house.read(lambda tx: verify_timeline(tx, incident_by_id(tx.db, 1) or incident)) is None


async def test_by_themselves_alerts_open_nothing_and_a_button_does(heard: World) -> None:
    world = heard
    assert await post(world, one("firing"), one("firing", "search", "cd34")) == 202
    await world.settle()
    assert await incidents(world) == []
    shown = words(message(world, "#incidents", "2 alerts from 2 services"))
    assert "checkout answers one call in two" in shown
    for user in (BO, ANA):  # who comes second is told which one it is
        await world.press(user, "#incidents", "alerts_open")
    assert (await world.slack.submit(BO, values={})).ok
    await world.settle()
    await world.pass_(seconds=10)
    await world.slack.submit(ANA, values={})
    [incident] = await incidents(world)
    assert incident.title == "checkout answers one call in two with an error (and 1 more alert)"
    assert "INC-1 is open for these" in words(message(world, "#incidents", "2 alerts"))
    assert [moment.text is not None for moment in await told(world)] == [True, True]


async def test_an_alert_goes_on_the_timeline_of_the_incident_that_names_its_service_at_its_own_time(
    heard: World,
) -> None:
    world = heard
    channel = await world.open("checkout is down")
    await world.open("search returns nothing", words="sev2")
    await world.slash(ANA, "impact card payments fail from 02:50 UTC", channel)
    assert await post(world, one("firing")) == 202
    await world.settle()
    [alert] = await told(world, 1)
    assert alert.text == (
        "checkout answers one call in two with an error https://prometheus.example.com/graph?g0.expr=errors"
    )
    assert alert.occurred_at == datetime.fromisoformat(BEGAN)
    assert await told(world, 2) == []
    case = await world.house.read(postmortem_case, 1)
    assert points(case)[Mark.DETECTED].at == datetime.fromisoformat(BEGAN)
    assert "1 alert from 1 service" in words(message(world, channel, "1 alert"))
    assert await post(world, one("resolved")) == 202
    await world.settle()
    assert [moment.facts["state"] for moment in await told(world, 1)] == ["firing", "resolved"]
    async with httpx.AsyncClient() as client:
        page = (await client.get(f"{world.url}/incidents/INC-1")).text
    assert "Alert resolved" in page


async def test_what_is_guessed_never_goes_to_a_private_incident_and_what_is_named_does(heard: World) -> None:
    world = heard
    await world.slash(ANA, "private", await world.open("checkout is down"))
    await world.settle()
    assert await post(world, one("firing")) == 202
    named = one("firing", "search", "cd34")
    named["annotations"]["incident"] = "INC-1"
    assert await post(world, named) == 202
    await world.settle()
    assert [moment.text.split()[0] for moment in await told(world) if moment.text] == ["search"]
    assert "checkout answers" in words(message(world, "#incidents", "1 alert from 1 service"))


async def test_repeats_old_news_and_a_new_trouble_are_told_apart(heard: World) -> None:
    world = heard
    await world.open("checkout is down")
    await post(world, one("firing"))
    await world.settle()
    await post(world, one("resolved"))
    await world.settle()
    await post(world, one("firing"), one("firing", "search", "cd34"))  # the first is older than its end
    await world.settle()
    assert [moment.facts["state"] for moment in await told(world)] == ["firing", "resolved", "firing"]
    await post(world, one("firing", startsAt=LATER))
    await world.settle()
    assert [moment.facts["state"] for moment in await told(world)][3:] == ["firing"]
    await world.slash(ANA, "resolve it is over", next(name for name in world.channels() if name.startswith("inc-1")))
    await world.pass_(minutes=10)
    await post(world, one("firing", "ledger", "ef56"))
    await world.settle()
    assert len(await told(world)) == 4
    assert "ledger" in words(message(world, "#incidents", "1 alert from 1 service"))


async def test_an_alert_of_which_nobody_says_that_it_is_over_is_heard_again_when_it_begins_anew(heard: World) -> None:
    world = heard
    for hour, starts in ((0, BEGAN), (1, BEGAN), (2, "2026-03-10T05:59:00Z")):
        await world.pass_(minutes=60 * hour)
        assert await post(world, one("firing", startsAt=starts, repeated=hour)) == 202
        await world.settle()
    shown = [each for each in world.slack.messages("#incidents") if "1 alert from 1 service" in words(each)]
    assert len(shown) == 2, "told anew when it begins anew, and not when it is repeated"


async def test_a_subscription_of_sns_is_confirmed_by_a_person_and_never_by_us(heard: World) -> None:
    world = heard
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=23"
    body = json.dumps(sns("SubscriptionConfirmation", "hello", "1", SubscribeURL=url)).encode()
    async with httpx.AsyncClient() as client:
        sent = await client.post(f"{world.url}/alerts/cloudwatch", content=body, headers=basic(body, SECRET))
    assert sent.status_code == 202
    await world.settle()
    asked = message(world, "#incidents", "Amazon SNS asks")
    assert url in json.dumps(asked).replace("\\u0026", "&")
    assert await world.house.read(_bodies) == [None]


def _bodies(tx: Any) -> list[Any]:
    return list(tx.db.connection().exec_driver_sql("SELECT body FROM arrival").scalars())
