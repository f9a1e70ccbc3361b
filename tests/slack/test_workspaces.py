"""Several workspaces: the app is installed in each, works there with its own token, and can be thrown out again."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.practice.cast import CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET, Team
from bot.practice.server import Practice
from bot.settings import read_settings
from bot.slack.desks import LOOK
from store.effects import effects_in
from store.types import EffectState
from tests import manifest
from tests.world import ANA, BO, BUSY, World, WorldClock, serving

HERE = "T0PRACTICE"
OTHER = Team("T0OTHER01", "Other", "other", "xoxb-other")


@dataclass
class Pair:
    """Two workspaces and one bot that is installed in neither yet."""

    one: World
    other: World
    browser: httpx.AsyncClient

    async def to_slack(self) -> str:
        """Press Install; return where Slack is asked."""
        answer = await self.browser.get("/slack/install")
        assert answer.status_code == 302
        return str(answer.headers["location"])

    async def back(self, address: str) -> httpx.Response:
        """Agree in Slack and come back."""
        async with httpx.AsyncClient() as slack:
            agreed = urlsplit((await slack.get(address)).headers["location"])
        return await self.browser.get(f"{agreed.path}?{agreed.query}")

    async def install(self, team: str) -> httpx.Response:
        return await self.back(f"{await self.to_slack()}&team={team}")


@pytest.fixture
async def pair(database_url: str, tmp_path: Path) -> AsyncIterator[Pair]:
    clock = WorldClock()
    slack = partial(Practice, clock=clock, patience=BUSY)
    async with slack() as one, slack(team=OTHER) as other:
        one.neighbour(other)
        environment = {
            "DATABASE_URL": database_url,
            "FIRSTFIVE_KEYRING": str(tmp_path / "keyring.json"),
            "SLACK_CLIENT_ID": CLIENT_ID,
            "SLACK_CLIENT_SECRET": CLIENT_SECRET,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": one.api_url,
        }
        async with serving(read_settings(environment, tmp_path), clock) as (server, url):
            for practice in (one, other):
                practice.scopes, practice.subscribed = manifest.scopes(), manifest.event_types()
                practice.deliver_to = f"{url}/slack/events"
            async with httpx.AsyncClient(base_url=url) as browser:
                yield Pair(World(one, server, clock, url), World(other, server, clock, url), browser)


async def test_two_workspaces_work_each_through_its_own_token_and_nothing_crosses(pair: Pair) -> None:
    assert "is not installed" in await pair.one.slash(ANA, "open sev1 too early")
    assert (await pair.install(pair.one.slack.space.team.id)).text.startswith("firstfive is installed in Practice")
    assert (await pair.install(OTHER.id)).text.startswith("firstfive is installed in Other")
    await looked()
    assert await pair.one.open("checkout is down") == "inc-1-checkout-is-down"
    assert await pair.other.open("search is slow", user=BO) == "inc-1-search-is-slow"
    assert pair.one.slack.said("incidents") == ["SEV1 INC-1 checkout is down"]
    assert pair.other.slack.said("incidents") == ["SEV1 INC-1 search is slow"]
    assert "search" not in str(pair.one.slack.calls)
    assert "checkout" not in str(pair.other.slack.calls)
    assert "search" not in await pair.one.slash(ANA, "list")


async def test_a_removed_app_is_told_and_what_waits_goes_out_once_it_is_installed_again(pair: Pair) -> None:
    await pair.install(pair.one.slack.space.team.id)
    await pair.install(OTHER.id)
    await looked()
    await pair.other.slash(ANA, "open sev1 search is slow")
    pair.other.slack.uninstall()
    await pair.other.slack.idle()
    await looked()
    assert "is not installed in this workspace any more" in await pair.other.slash(ANA, "list")
    await pair.one.open("checkout is down")
    assert len(pair.one.slack.said("incidents")) == 1
    assert pair.other.slack.said("incidents") == []
    waiting = await pair.one.house.read(lambda tx: effects_in(tx.db, EffectState.DUE))
    assert {effect.reason for effect in waiting} >= {"not_installed"}
    await pair.install(OTHER.id)
    await looked()
    await pair.one.pass_(minutes=2)
    assert pair.other.slack.said("incidents") == ["SEV1 INC-1 search is slow"]


async def test_an_installation_belongs_to_one_browser_and_serves_once(pair: Pair) -> None:
    address = await pair.to_slack()
    async with httpx.AsyncClient(base_url=pair.one.url) as stranger:
        assert (await Pair(pair.one, pair.other, stranger).back(address)).status_code == 400
    cookies = dict(pair.browser.cookies)
    assert (await pair.back(address)).status_code == 200
    pair.browser.cookies.update(cookies)
    assert "was finished already" in (await pair.back(address)).text
    asked = parse_qs(urlsplit(address).query)
    assert asked["scope"][0].split(",") == sorted(manifest.scopes())
    altered = asked["state"][0].replace(".", ".1", 1)
    pair.browser.cookies.set("firstfive_install", altered, path="/slack")
    assert "began elsewhere" in (await pair.browser.get(f"/slack/oauth_redirect?code=x&state={altered}")).text
    assert "access_denied" in (await pair.browser.get("/slack/oauth_redirect?error=access_denied")).text
    later = await pair.to_slack()
    pair.one.clock.advance(11 * 60)
    assert "too long ago" in (await pair.back(later)).text


async def test_a_token_stands_sealed_in_the_database(pair: Pair) -> None:
    await pair.install(OTHER.id)
    rows = await pair.one.house.read(
        lambda tx: tx.db.connection().exec_driver_sql("SELECT * FROM secret_version").all()
    )
    assert any(OTHER.id in str(row) for row in rows)
    assert OTHER.bot_token not in str(rows)


async def looked() -> None:
    """Let the bot look again where it is installed; it does so by the real clock."""
    await asyncio.sleep(LOOK)


async def test_people_sign_in_where_the_app_is_and_see_their_own_workspace_alone(pair: Pair) -> None:
    await pair.install(pair.one.slack.space.team.id)
    await pair.install(OTHER.id)
    await looked()
    await pair.one.open("checkout is down")
    await pair.other.open("search is slow", user=BO)

    async def signed_in(team: str, browser: httpx.AsyncClient) -> httpx.Response:
        address = (await browser.get("/sign-in/slack")).headers["location"]
        async with httpx.AsyncClient() as slack:
            agreed = urlsplit((await slack.get(f"{address}&user={BO}&team={team}")).headers["location"])
        return await browser.get(f"{agreed.path}?{agreed.query}")

    titles = ("checkout is down", "search is slow")
    for team, theirs, others in ((HERE, *titles), (OTHER.id, *reversed(titles))):
        async with httpx.AsyncClient(base_url=pair.one.url) as browser:
            came = await signed_in(team, browser)
            assert came.status_code == 303, came.text
            page = (await browser.get("/incidents")).text
            assert (theirs in page, others in page) == (True, False)
            assert theirs in (await browser.get("/incidents/INC-1")).text
    pair.other.slack.uninstall()
    await pair.other.slack.idle()
    await looked()
    async with httpx.AsyncClient(base_url=pair.one.url) as browser:
        assert "not installed" in (await signed_in(OTHER.id, browser)).text


async def test_a_link_opens_the_incident_of_the_workspace_that_it_came_from(pair: Pair) -> None:
    await pair.install(pair.one.slack.space.team.id)
    await pair.install(OTHER.id)
    await looked()
    await pair.one.open("checkout is down")
    channel = await pair.other.open("search is slow", user=BO)
    await pair.other.slash(BO, "timeline", channel)
    said = str([*pair.other.slack.ephemeral(BO), *pair.other.slack.messages(channel)])
    link = re.findall(r"(/incidents/INC-1\?[^|>\"']+)", said)[0]
    page = (await pair.browser.get(link.replace("&amp;", "&"), headers={"X-Forwarded-For": "203.0.113.1"})).text
    assert ("search is slow" in page, "checkout" in page) == (True, False)
    for forged in (link.rpartition("&of=")[0], link.replace("&of=2", "&of=1").replace("&amp;of=2", "&amp;of=1")):
        answer = await pair.browser.get(forged.replace("&amp;", "&"), headers={"X-Forwarded-For": "203.0.113.1"})
        assert answer.status_code == 403
