"""Signing in: with Slack or with a link from it, once, for one browser, until it ends."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from bot.practice.cast import CLIENT_ID, CLIENT_SECRET
from tests.web.visitor import PUBLIC, Visitor, signed_in, visiting
from tests.world import ANA, BO, CHIDI, DANA, World, a_world

SLACK = {"SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET}


@pytest.fixture
async def office(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A bot that anybody can reach, with an incident that all may see and one that Ana alone may."""
    settings = PUBLIC | SLACK | {"FIRSTFIVE_ADMINS": f"{DANA}, chidi@practice.example"}
    async with a_world(tmp_path, sqlite_url, **settings) as world:
        await world.slash(ANA, "open sev1 checkout is down")
        await world.slash(ANA, "open sev2 private a leaked key")
        yield world


async def to_slack(visitor: Visitor, where: str = "/incidents") -> str:
    """Press "Sign in with Slack" on a page; return where Slack is asked."""
    page = (await visitor.get(where)).text
    link = re.search(r'href="(/sign-in/slack[^"]*)"', page)
    assert link, page
    answer = await visitor.get(link[1].replace("&amp;", "&"))
    assert answer.status_code == 302
    return str(answer.headers["location"])


async def agreed(address: str, account: str = ANA) -> str:
    """Agree in Slack as somebody; return where Slack sends them back."""
    async with httpx.AsyncClient() as slack:
        page = (await slack.get(address)).text
        link = next(link for link in re.findall(r'href="([^"]+)"', page) if f"user={account}" in link)
        there = urlsplit(address)
        answer = await slack.get(f"{there.scheme}://{there.netloc}{link.replace('&amp;', '&')}")
        return str(answer.headers["location"])


async def test_somebody_signs_in_with_slack_comes_back_and_sees_what_is_theirs(office: World) -> None:
    async with visiting(office) as ana, visiting(office) as bo:
        back = await ana.get(await agreed(await to_slack(ana, "/incidents/INC-2")))
        assert (back.status_code, back.headers["location"]) == (303, "/incidents/INC-2")
        cookie = back.headers["set-cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Path=/"))
        assert "a leaked key" in (await ana.get("/incidents/INC-2")).text
        assert "a leaked key" in (await ana.get("/incidents")).text
        await bo.get(await agreed(await to_slack(bo), BO))
        assert "checkout is down" in (await bo.get("/incidents")).text
        for path in ("/incidents/INC-2", "/postmortems/INC-2", "/incidents/INC-99"):
            answer = await bo.get(path)
            assert (answer.status_code, "leaked" in answer.text) == (404, False)
        assert "leaked" not in (await bo.get("/incidents")).text


async def test_a_sign_in_belongs_to_one_browser_serves_once_and_is_soon_too_old(office: World) -> None:
    async with visiting(office) as ana, visiting(office) as other:
        back = await agreed(await to_slack(ana))
        await to_slack(other)
        assert "began in another browser" in (await other.get(back)).text
        kept = dict(ana.client.cookies)
        assert (await ana.get(back)).status_code == 303
        for name in ("firstfive_sign_in", "firstfive_next"):
            ana.client.cookies.set(name, kept[name], path="/sign-in")
        assert (await ana.get(back)).status_code == 403
        assert "access_denied" in (await ana.get("/sign-in/slack/back?error=access_denied&state=x")).text
        late = await agreed(await to_slack(other))
        office.clock.advance(11 * 60)
        assert "too long ago" in (await other.get(late)).text
        assert (await other.get("/incidents")).status_code == 403


async def test_an_answer_for_another_sign_in_or_another_app_is_not_taken(office: World) -> None:
    """Somebody who can plant a code of their own in another's browser gets nobody signed in."""
    async with visiting(office) as ana, visiting(office) as other:
        mine, theirs = await agreed(await to_slack(ana)), await agreed(await to_slack(other), BO)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(mine).query).items()}
        asked["code"] = parse_qs(urlsplit(theirs).query)["code"][0]
        answer = await ana.get(f"/sign-in/slack/back?{urlencode(asked)}")
        assert (answer.status_code, "not for this sign-in" in answer.text) == (403, True)


async def test_a_link_from_slack_signs_in_once_and_asks_before_it_does(office: World) -> None:
    async with visiting(office) as ana, visiting(office) as thief:
        way = await ana.pass_for(ANA)
        for _ in range(2):  # what looks at links before people do uses nothing up
            assert "Sign in with this link" in (await thief.get(way)).text
        crossed = await thief.post(way, headers={"Sec-Fetch-Site": "cross-site"})
        assert crossed.status_code == 403
        assert (await ana.post(way)).status_code == 303
        assert (await ana.get("/incidents/INC-2")).status_code == 200
        assert "used already" in (await thief.post(way)).text
        assert (await thief.post(way[:-1] + ("0" if way[-1] != "0" else "1"))).status_code == 403
        late = await thief.pass_for(ANA)
        office.clock.advance(11 * 60)
        assert "too old" in (await thief.get(late)).text
        assert (await thief.post(late)).status_code == 403


async def test_guests_and_people_who_left_do_not_come_in(office: World) -> None:
    people = office.slack.space.people
    people[BO] = replace(people[BO], guest=True)
    people[CHIDI] = replace(people[CHIDI], deleted=True)
    async with visiting(office) as bo, visiting(office) as chidi:
        assert "You are a guest" in (await bo.sign_in(BO)).text
        back = await agreed(await to_slack(bo), BO)
        assert "You are a guest" in (await bo.get(back)).text
        assert "deactivated" in (await chidi.sign_in(CHIDI)).text


async def test_a_session_ends_when_it_is_left_unused_grows_old_or_is_signed_out(office: World) -> None:
    async with signed_in(office, ANA) as ana, signed_in(office, ANA) as elsewhere:
        for _ in range(3):
            office.clock.advance(11 * 3600)
            assert (await ana.get("/incidents")).status_code == 200
        assert (await elsewhere.get("/incidents")).status_code == 403, "twelve hours unused"
        for _ in range(14):
            office.clock.advance(11 * 3600)
            status = (await ana.get("/incidents")).status_code
        assert status == 403, "seven days old"
    async with signed_in(office, ANA) as ana:
        kept = dict(ana.client.cookies)
        assert (await ana.post("/sign-out")).status_code == 303  # without the mark of a form nothing ends
        ana.client.cookies.update(kept)
        assert (await ana.get("/incidents")).status_code == 200
        await ana.press("/incidents", "/sign-out")
        assert (await ana.get("/incidents")).status_code == 403
        ana.client.cookies.update(kept)
        assert (await ana.get("/incidents")).status_code == 403, "the cookie is worth nothing any more"


async def test_a_cookie_that_was_there_before_is_not_the_one_that_is_signed_in(office: World) -> None:
    """Nobody can plant a session in a browser and wait for its person to sign in (session fixation)."""
    async with signed_in(office, BO) as bo, visiting(office) as ana:
        planted = bo.client.cookies["firstfive"]
        ana.client.cookies.set("firstfive", planted)
        assert planted not in (await ana.sign_in(ANA)).headers["set-cookie"]
        assert (await bo.get("/incidents")).status_code == 403, "what was planted ended"


async def test_by_https_cookies_are_for_https_and_this_host_alone(sqlite_url: str, tmp_path: Path) -> None:
    settings = PUBLIC | {"FIRSTFIVE_URL": "https://firstfive.example"}
    async with a_world(tmp_path, sqlite_url, **settings) as world, visiting(world) as ana:
        answer = await ana.sign_in(ANA)
        assert re.match(
            r"__Host-firstfive=[^;]+; HttpOnly; Path=/; SameSite=lax; Secure$", answer.headers["set-cookie"]
        )
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_after_signing_in_nobody_is_sent_elsewhere(office: World) -> None:
    for where in ("https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nb", "javascript:1"):
        async with visiting(office) as ana:
            address = (await ana.get(f"/sign-in/slack?{urlencode({'next': where})}")).headers["location"]
            assert (await ana.get(await agreed(str(address)))).headers["location"] == "/", where


async def test_only_who_comes_by_the_machine_s_own_name_and_through_no_proxy_sits_at_it(small_world: World) -> None:
    """A web site that points its own name at 127.0.0.1 reads nothing, and one that posts does nothing."""
    await small_world.open()
    async with visiting(small_world) as somebody:
        for host in ("127.0.0.1:8080", "localhost", "[::1]:8080"):
            page = await somebody.get("/incidents", Host=host)
            assert ("checkout is down" in page.text, "Nobody signs in here" in page.text) == (True, True)
        for headers in (
            *({"Host": "evil.example"}, {"Host": "127.0.0.1.evil.example"}, {"Host": "firstfive.example:8080"}),
            *({"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}, {"X-Real-IP": "203.0.113.9"}),
        ):
            answer = await somebody.get("/incidents", **headers)
            assert (answer.status_code, "checkout" in answer.text) == (403, False), headers
        assert (await somebody.post("/settings/roles", {"account": BO, "role": "admin"})).status_code == 403
