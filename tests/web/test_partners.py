"""The partner's page: its own deliveries, and nobody else's, whatever one knocks with."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser

from bot.flows.keep_secret import secret_versions
from bot.flows.partner_token import new_token
from bot.flows.register_endpoint import Wishes, add_partner, register_endpoint
from bot.flows.tx import Request, Tx
from tests.fakes.receiver import Receiver, a_receiver
from tests.world import ANA, World, a_world

NASTY = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


@dataclass
class Partners:
    """Two partners, each with a delivery that failed and one that arrived, and what opens their pages."""

    world: World
    receiver: Receiver
    tokens: dict[int, str]
    client: httpx.AsyncClient

    def path(self, partner: int, rest: str = "") -> str:
        return f"/partners/{partner}/deliveries{rest}"

    def link(self, partner: int) -> str:
        signed = self.world.server.bot.links.signed(self.path(partner), self.world.clock.now())
        return signed.removeprefix(self.world.server.bot.links.base)

    def words(self, partner: int) -> str:
        return self.link(partner).partition("?")[2]

    async def ask(self, path: str, method: str = "GET", token: str = "") -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.client.request(method, self.world.url + path, headers=headers)


@pytest.fixture
async def partners(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Partners]:
    """Acme (1) and Other (2)."""
    async with (
        a_receiver(text=NASTY) as receiver,
        a_world(tmp_path, sqlite_url, FIRSTFIVE_WEBHOOKS_TO_LOOPBACK="yes") as world,
    ):
        tokens = {}
        for number, name in enumerate(("Acme", "Other"), start=1):
            request = Request(f"register-{name}", "shell:ana")
            await world.house.do(add_partner, request, name)
            url = receiver.url(f"/{name}")
            await world.house.do(
                register_endpoint, request, name, url, Wishes(full=True, delays=(), types=("incident",)), loopback=True
            )
            tokens[number] = await world.house.do(new_token, request, name)
        receiver.status = 422
        await world.slash(ANA, f"open sev1 checkout is down {NASTY}")
        await world.settle()
        receiver.status = 200
        await world.slash(ANA, "impact cards", next(name for name in world.channels() if name.startswith("inc-1")))
        await world.settle()
        async with httpx.AsyncClient() as client:
            yield Partners(world, receiver, tokens, client)


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'class="event"><a href="/partners/\d+/deliveries/(\d+)\?', page)]


async def test_a_partner_sees_its_own_deliveries_and_can_filter_them(partners: Partners) -> None:
    page = await partners.ask(partners.link(1))
    assert page.status_code == 200
    assert "Deliveries to Acme" in page.text
    assert "/Other" not in page.text
    assert len(numbers(page.text)) == 2
    failed = await partners.ask(f"{partners.link(1)}&standing=failed")
    assert len(numbers(failed.text)) == 1
    assert "answered 422" in failed.text
    assert len(numbers((await partners.ask(f"{partners.link(1)}&endpoint=1")).text)) == 2
    assert numbers((await partners.ask(f"{partners.link(1)}&endpoint=2")).text) == []
    assert len(numbers((await partners.ask(f"{partners.link(1)}&standing=nonsense&endpoint=99999999999")).text)) == 2


async def test_a_delivery_shows_its_attempts_its_answers_and_its_body_as_text(
    partners: Partners, browser: Browser
) -> None:
    number = numbers((await partners.ask(f"{partners.link(1)}&standing=failed")).text)[0]
    complaints: list[str] = []
    context = await browser.new_context()
    page = await context.new_page()
    page.on("console", lambda line: complaints.append(line.text))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    answer = await page.goto(f"{partners.world.url}{partners.path(1, f'/{number}')}?{partners.words(1)}")
    assert answer
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    shown = await page.inner_text("main")
    assert "422 answered 422" in shown
    assert "incident.opened" in shown
    assert '"severity": "sev1"' in shown
    await page.click("summary")
    assert NASTY in await page.inner_text("main")
    assert await page.locator("script:not([src^='/static/']), img, [onerror]").count() == 0
    await page.click("button")
    await partners.world.settle()
    await page.reload()
    assert "delivered" in await page.inner_text("dl")
    await context.close()
    assert complaints == []
    assert partners.receiver.ids.count(partners.receiver.ids[0]) == 3  # to both, and once more to Acme


async def test_only_a_partner_s_own_link_or_token_opens_what_is_theirs(partners: Partners) -> None:
    """Every way in, at every address, of one's own and of the other's."""
    theirs = {partner: numbers((await partners.ask(partners.link(partner))).text)[0] for partner in (1, 2)}
    keys = {
        "nothing": ("", ""),
        "link 1": (partners.words(1), ""),
        "link 2": (partners.words(2), ""),
        "token 1": ("", partners.tokens[1]),
        "token 2": ("", partners.tokens[2]),
        "no token": ("", "ffpartner_nonsense"),
        "link of an incident": (
            partners.world.server.bot.links.signed("/incidents/INC-1", partners.world.clock.now()).partition("?")[2],
            "",
        ),
    }
    opened = set()
    for name, (words, token) in keys.items():
        for partner in (1, 2, 3):
            for method, rest in (
                ("GET", ""),
                ("GET", f"/{theirs[1]}"),
                ("GET", f"/{theirs[2]}"),
                ("POST", f"/{theirs[1]}/replay"),
                ("POST", f"/{theirs[2]}/replay"),
                ("GET", "/99999999999999999999"),
            ):
                answer = await partners.ask(f"{partners.path(partner, rest)}?{words}", method, token)
                if answer.status_code in (401, 403):
                    assert "Acme" not in answer.text
                    continue
                opened.add((name, partner, method, rest))
    expected = set()
    for partner in (1, 2):
        expected |= {
            (way, partner, "GET", rest)
            for way in (f"link {partner}", f"token {partner}")
            for rest in ("", f"/{theirs[partner]}")
        }
        expected |= {
            (f"token {partner}", partner, "POST", f"/{theirs[partner]}/replay")
        }  # a link alone replays nothing
    assert opened == expected


async def test_a_button_works_for_its_own_delivery_alone_and_no_other_page_can_press_it(partners: Partners) -> None:
    page = (await partners.ask(f"{partners.link(1)}&standing=failed")).text
    number = numbers(page)[0]
    action = unescape(re.findall(r'action="([^"]+)"', page)[0])
    other = next(one for one in numbers((await partners.ask(partners.link(1))).text) if one != number)
    for forged in (
        action.partition("&form=")[0],
        action[:-1] + ("0" if action[-1] != "0" else "1"),
        action.replace(f"/{number}/replay", f"/{other}/replay"),
        action.replace("/partners/1/", "/partners/2/"),
        re.sub(r"key=[^&]*", "key=0", action),
    ):
        assert (await partners.ask(forged, "POST")).status_code == 403, forged
    assert (await partners.ask(action, "POST")).status_code == 303
    assert (await partners.ask(action, "POST")).status_code == 303  # pressed twice: still one
    await partners.world.settle()
    assert len(partners.receiver.received) == 5


async def test_a_program_gets_json_and_plain_problems(partners: Partners) -> None:
    listed = (await partners.ask(partners.path(1), token=partners.tokens[1])).json()["deliveries"]
    assert [(one["type"], one["standing"]) for one in listed] == [
        ("incident.updated", "delivered"),
        ("incident.opened", "failed"),
    ]
    number = listed[1]["number"]
    one = (await partners.ask(partners.path(1, f"/{number}"), token=partners.tokens[1])).json()
    assert one["tried"][0]["status"] == 422
    assert one["body"]["data"]["incident"]["key"] == "INC-1"
    assert (await partners.ask(partners.path(1, f"/{number}/replay"), "POST", partners.tokens[1])).status_code == 202
    again = await partners.ask(partners.path(1, f"/{number}/replay"), "POST", partners.tokens[1])
    assert (again.status_code, again.headers["content-type"]) == (409, "application/problem+json")
    assert (await partners.ask(partners.path(2), token=partners.tokens[1])).status_code == 401


async def test_a_link_ends_after_thirty_days_and_a_token_a_day_after_the_next(partners: Partners) -> None:
    link, token, world = partners.link(1), partners.tokens[1], partners.world
    other = await world.house.do(new_token, Request("again", "shell:ana"), "Acme")
    for each in (token, other):
        assert (await partners.ask(partners.path(1), token=each)).status_code == 200
    versions = await world.house.read(secret_versions, ["partner-1-token"])
    assert [(one.number, one.ends_at is None, one.used_at is None) for one in versions] == [
        (2, True, False),
        (1, False, False),
    ]
    assert all(each not in one.text for one in versions for each in (token, other))
    world.clock.advance(24 * 3600 + 1)
    assert (await partners.ask(partners.path(1), token=token)).status_code == 401
    assert (await partners.ask(partners.path(1), token=other)).status_code == 200
    partners.world.clock.advance(30 * 24 * 3600)
    assert (await partners.ask(link)).status_code == 403


async def test_a_token_from_before_tokens_had_versions_opens_and_holds_a_day_beside_the_next(
    partners: Partners,
) -> None:
    token, world = partners.tokens[1], partners.world

    def as_it_was(tx: Tx) -> None:
        tx.db.connection().exec_driver_sql("DELETE FROM secret_version WHERE name = 'partner-1-token'")

    await world.house.do(as_it_was)
    assert (await partners.ask(partners.path(1), token=token)).status_code == 200
    other = await world.house.do(new_token, Request("again", "shell:ana"), "Acme")
    for each in (token, other):
        assert (await partners.ask(partners.path(1), token=each)).status_code == 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_fits_a_phone(partners: Partners, browser: Browser, scheme) -> None:
    number = numbers((await partners.ask(partners.link(1))).text)[-1]
    context = await browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = await context.new_page()
    detail = f"{partners.path(1, f'/{number}')}?{partners.words(1)}"
    for path in (partners.link(1), f"{partners.link(1)}&standing=waiting", detail, partners.path(1)):
        await page.goto(partners.world.url + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path
    await context.close()
