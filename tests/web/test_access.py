"""Roles, tokens and the audit log: who may what, until when, and what is kept of it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.flows.api_tokens import Maker, Wish, make_token, revoke_token, tokens_view
from bot.flows.audit_log import Wanted, audit_log
from bot.flows.give_role import give_web_role
from bot.flows.keep_account import prove_account
from bot.flows.meet import meet
from store.types import Audited, Scope, WebRole
from tests.home import Home
from tests.web.axe import violations
from tests.web.visitor import PUBLIC, signed_in, visiting
from tests.world import ANA, BO, CHIDI, World, a_world

EVERYTHING = Maker(1, None, "shell", frozenset(Scope))


@pytest.fixture
async def office(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A bot that anybody can reach. Ana is an admin; of the private incident she takes no part."""
    async with a_world(tmp_path, sqlite_url, **PUBLIC, FIRSTFIVE_ADMINS="ana@practice.example") as world:
        await world.slash(ANA, "open sev1 checkout is down")
        await world.slash(BO, "open sev2 private a leaked key")
        yield world


async def kept(world: World) -> list[tuple[Any, ...]]:
    """Return (what, who, about whom, of which incident) of the audit log, the oldest first."""
    found = await world.house.read(audit_log, 1, Wanted(limit=1000))
    return [(one.what, one.actor, one.subject, one.incident) for one in reversed(found)]


async def token(world: World, *scopes: Scope, account: str | None = None) -> str:
    whose = await world.house.do(meet, 1, account) if account else None
    return await world.house.do(make_token, EVERYTHING, Wish("a program", frozenset(scopes), None, whose))


async def ask(world: World, path: str, word: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(world.url + path, headers={"Authorization": f"Bearer {word}"})


async def test_an_admin_gives_a_role_and_whoever_has_it_signs_in_again(office: World, browser: Browser) -> None:
    async with signed_in(office, ANA) as ana, signed_in(office, BO) as bo:
        assert (await bo.get("/settings/audit")).status_code == 403
        refused = await bo.press("/settings", "/settings/roles", account=BO, role="admin")
        assert refused.status_code == 403
        await ana.press("/settings", "/settings/roles", account=BO, role="admin")
        assert (await bo.get("/incidents")).status_code == 403, "the session ended with the role"
        await bo.sign_in(BO)
        assert (await bo.get("/settings/audit")).status_code == 200
        await ana.press("/settings", "/settings/roles", account=BO, role="")
        assert (await bo.get("/settings/audit")).status_code == 403
        assert "leaked" not in (await ana.get("/incidents/INC-2")).text, "no role opens what is private"
        context = await browser.new_context()
        cookies = [{"name": "firstfive", "value": ana.client.cookies["firstfive"], "url": office.url}]
        await context.add_cookies(cookies)  # type: ignore[arg-type]
        page = await context.new_page()
        for path in ("/settings", "/settings/audit", "/settings/health", "/sign-in"):
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)
                await page.goto(office.url + path)
                assert await violations(page) == [], (path, scheme)
        await page.set_viewport_size({"width": 360, "height": 740})
        await page.goto(office.url + "/settings")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        await context.close()
    roles = [one for one in await kept(office) if str(one[0]).startswith("role")]
    assert roles == [(Audited.ROLE_GIVEN, ANA, BO, None), (Audited.ROLE_TAKEN, ANA, BO, None)]


async def test_a_token_may_what_it_was_made_for_and_what_its_person_may_and_ends(office: World) -> None:
    service = await token(office, Scope.INCIDENTS_READ)
    assert "checkout is down" in (await ask(office, "/incidents", service)).text
    assert (await ask(office, "/incidents/INC-2", service)).status_code == 404
    refused = await ask(office, "/insights", service)
    assert (refused.status_code, refused.json()["detail"]) == (403, "This needs the scope insights:read.")
    assert (await ask(office, "/settings", service)).status_code == 403, "a token makes no tokens"
    bos = await token(office, Scope.INCIDENTS_READ, Scope.ADMIN, account=BO)
    assert "a leaked key" in (await ask(office, "/incidents/INC-2", bos)).text
    assert (await ask(office, "/settings/audit", bos)).status_code == 403, "Bo is no admin"
    await office.house.do(give_web_role, 1, BO, WebRole.ADMIN, None, "shell")
    assert (await ask(office, "/settings/audit", bos)).status_code == 200
    for wrong in (bos[:-1], "ff_", "nonsense", service.replace("ff_", "gg_")):
        answer = await ask(office, "/incidents", wrong)
        assert (answer.status_code, answer.headers.get("www-authenticate")) == (401, "Bearer")
    stored = await office.house.read(lambda tx: str(tx.db.connection().execute(text("SELECT * FROM api_token")).all()))
    assert service not in stored
    (view,) = [one for one in await office.house.read(tokens_view, 1) if one.account is None]
    assert (view.used_at is not None, service.startswith(view.prefix)) == (True, True)
    await office.house.do(revoke_token, EVERYTHING, view.id)
    assert (await ask(office, "/incidents", service)).status_code == 401


async def test_a_person_makes_tokens_on_the_page_within_what_they_may(office: World) -> None:
    async with signed_in(office, BO) as bo, signed_in(office, CHIDI) as chidi:
        form = {"name": "my own", "days": "30", "scope incidents:read": "on"}
        page = (await bo.press("/settings", "/settings/tokens", **form)).text
        word = re.findall(r"ff_[\w-]{43}", page)[0]
        assert word not in (await bo.get("/settings")).text
        assert "a leaked key" in (await ask(office, "/incidents/INC-2", word)).text
        beyond = await bo.press("/settings", "/settings/tokens", **form, **{"scope admin": "on"})
        assert "You may not do this yourself" in beyond.text
        number = re.findall(r"/settings/tokens/(\d+)/revoke", (await bo.get("/settings")).text)[0]
        assert "my own" not in (await chidi.get("/settings")).text
        await chidi.press("/settings", f"/settings/tokens/{number}/revoke")
        assert (await ask(office, "/incidents", word)).status_code == 200, "it is not Chidi's to end"
        office.clock.advance(31 * 24 * 3600)
        assert (await ask(office, "/incidents", word)).status_code == 401


async def test_who_saw_a_private_incident_is_kept_once_an_hour_whichever_way_they_came(office: World) -> None:
    async with signed_in(office, BO) as bo, signed_in(office, CHIDI) as chidi:
        for path in ("/incidents/INC-2", "/postmortems/INC-2", "/incidents/INC-1"):
            await bo.get(path)
            await chidi.get(path)
        office.clock.advance(3601)
        await bo.get("/incidents/INC-2")
        word = await token(office, Scope.INCIDENTS_READ, account=BO)
        for _ in range(2):
            assert (await ask(office, "/api/v1/incidents/INC-2", word)).status_code == 200
        link = office.server.bot.links.signed("/incidents/INC-2", office.clock.now())
        async with visiting(office) as stranger:
            assert (await stranger.get(link)).status_code == 200
    seen = [one for one in await kept(office) if one[0] is Audited.SAW_PRIVATE]
    assert seen == [(Audited.SAW_PRIVATE, who, None, "INC-2") for who in (BO, BO, BO, None)]


async def test_the_audit_log_is_only_ever_added_to_and_proves_it(home: Home) -> None:
    await home.open()
    for number in range(3):
        await home.do(give_web_role, 1, ANA, (WebRole.ADMIN, None, WebRole.VIEWER)[number], None, "shell")
    assert await home.read(prove_account) == (3, None)
    for change in ("UPDATE audit_entry SET detail = 'x'", "DELETE FROM audit_entry WHERE id = 2"):
        with pytest.raises(DBAPIError, match="only ever added to"):
            await home.sql(change)
    guards = (
        ("audit_entry_no_UPDATE", "audit_entry_no_DELETE") if home.is_sqlite else ("audit_entry_kept ON audit_entry",)
    )
    for guard in guards:  # somebody who owns the database can take the guards away, and is found out
        await home.sql(f"DROP TRIGGER {guard}")
    await home.sql("UPDATE audit_entry SET detail = 'viewer' WHERE id = 2")
    assert await home.read(prove_account) == (2, "entry 2 was altered")
    await home.sql("DELETE FROM audit_entry WHERE id = 1")
    assert await home.read(prove_account) == (1, "entry 1 is missing")


async def test_whoever_comes_too_often_is_told_when_to_come_again(sqlite_url: str, tmp_path: Path) -> None:
    async with a_world(tmp_path, sqlite_url, FIRSTFIVE_API_PER_MINUTE="4") as world, visiting(world) as visitor:
        answers = [await visitor.get("/sign-in") for _ in range(21)]
        assert [answer.status_code for answer in answers] == [200] * 20 + [429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 6
        assert answers[-1].headers["content-security-policy"]
        world.clock.advance(7)
        assert (await visitor.get("/sign-in")).status_code == 200
        await world.slash(ANA, "open sev1 checkout is down")
        word = await token(world, Scope.INCIDENTS_READ)
        asked = [await ask(world, "/incidents", word) for _ in range(3)]
        assert [answer.status_code for answer in asked] == [200, 200, 429]
        assert asked[-1].headers["content-type"] == "application/problem+json"
