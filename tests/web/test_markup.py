"""Whatever anybody writes anywhere, no page runs it: stored in every text field, reflected by every address."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from playwright.async_api import Browser, Page

from bot.flows.api_tokens import Maker, Wish, make_token
from bot.web.api.table import api
from bot.web.table import pages
from store.types import Scope
from tests.web.matrix import Way, ways
from tests.web.visitor import Visitor, visiting
from tests.world import ANA, World

CORPUS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'><svg/onload=alert(3)>",
    "</textarea><script>alert(4)</script>",
    "</title><script>alert(5)</script>",
    "[x](javascript:alert(6))",
    "![x](javascript:alert(7))",
    "<a href=javascript:alert(8)>x</a>",
    "<iframe srcdoc='<script>alert(9)</script>'>",
    '" onmouseover="alert(10)" autofocus onfocus="alert(11)',
    "{{ 7 * 7 }}{% raw %}",
    "<https://x.example/|<img src=x onerror=alert(12)>>",
    "<div hx-get=/x hx-trigger=load hx-on:click=alert(13)>",
    "<style>@import'//evil.example/x'</style>",
    "]]><![CDATA[<script>alert(14)</script>",
    "<base href=//evil.example/><form action=//evil.example>",
)
TELLING = """
  addEventListener("securitypolicyviolation", (e) => console.error("REFUSED", e.violatedDirective, e.blockedURI));
  for (const name of ["alert", "confirm", "prompt"]) window[name] = (said) => console.error("RAN", name, said);
"""
OFTEN = {"q", "what", "who", "key", "status", "severity", "next", "error"}  # words of queries that many pages read
LONGEST = 60_000  # characters of an address that uvicorn reads
HIDING = ("/private", "/merge", "/duplicate")  # what they were done to is not there to look at any more
SKIPPED = ("/sign-out", "/settings/roles", "/sign-in")  # nothing that is written there is shown anywhere


class Forms(HTMLParser):
    """Reads the forms of a page: where each leads, and its fields with what a person would leave in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], set[str]]] = []
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.found.append((given.get("action", ""), {}, set()))
        if not self.found:
            return
        _, fields, texts = self.found[-1]
        name = given.get("name", "")
        if tag == "textarea" or (tag == "input" and given.get("type", "text") in ("text", "search")):
            fields[name] = ""
            texts.add(name)
        elif tag == "input":
            fields[name] = given.get("value", "on")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            fields.setdefault(self._select, given.get("value", ""))


@dataclass
class Written:
    """Somebody who writes the worst they can wherever something can be written."""

    visitor: Visitor
    word: str
    worst: str
    forms: set[str] = field(default_factory=set)

    async def everywhere(self, world: World, every: list[Way], pages: list[str]) -> None:
        """Fill every text field of Slack's words, of the API and of the forms on the pages."""
        for words in ("impact", "note", "update", "check note 1", "check done 2", "ticket", "status monitoring"):
            await world.slash(ANA, f"{words} {self.worst}", self._channel(world))
        for way in every:
            if way.method in ("POST", "PUT") and way.path.startswith("/api/") and not way.path.endswith(HIDING):
                await self._call(way)
        await world.settle()
        for path in pages:
            for action, fields, texts in Forms((await self.visitor.get(path)).text).found:
                where = action or path
                if where not in self.forms and not where.startswith(SKIPPED):
                    self.forms.add(where)
                    await self.visitor.post(where, fields | dict.fromkeys(texts, self.worst[:80]))
        await world.settle()

    async def _call(self, way: Way) -> None:
        headers = {"Authorization": f"Bearer {self.word}", "Content-Type": way.kind}
        sent: dict[str, Any] = (
            {"json": way.longest(self.worst)} if way.kind.endswith("json") else {"content": self.worst}
        )
        await self.visitor.client.request(
            way.method, self.visitor.world.url + way.filled("INC-1"), headers=headers, **sent
        )

    @staticmethod
    def _channel(world: World) -> str:
        return next(name for name in world.channels() if name.startswith("inc-1"))


@pytest.mark.parametrize("groups", [1, pytest.param(4, marks=pytest.mark.long)])
async def test_nothing_that_anybody_wrote_runs_or_tries_to(small_world: World, browser: Browser, groups: int) -> None:
    """All of the corpus is in every field at once; in the long form a quarter at a time, for short fields."""
    world = small_world
    pieces = [CORPUS[start::groups] for start in range(groups)]
    for title in CORPUS[:6]:
        await world.open(title, words="sev1")
    maker = Maker(1, None, "shell", frozenset(Scope))
    word = await world.house.do(make_token, maker, Wish("<b>", frozenset(Scope)))
    every = ways(world.server.parts)
    told: list[str] = []
    context = await browser.new_context()
    await context.add_init_script(TELLING)
    page = await context.new_page()
    page.on("console", lambda line: told.append(f"{page.url}: {line.text}") if _is_bad(line.text) else None)
    async with visiting(world) as visitor:
        pages = await _pages(world, visitor)
        assert len(pages) >= 12
        for piece in pieces:
            worst = " ".join(piece)
            await Written(visitor, word, worst).everywhere(world, every, pages)
            asked = _asked(world, worst)
            for path in pages:
                await _open(
                    page, f"{world.url}{path}?{asked[path]}" if len(asked[path]) < LONGEST else world.url + path
                )
            for way in every:
                if way.method == "GET" and "{" in way.path:
                    answer = await visitor.get(re.sub(r"\{[^}]+\}", quote(CORPUS[0], safe=""), way.path))
                    assert CORPUS[0] not in answer.text, way
        shown = [(await visitor.get(f"{path}/INC-1")).text.count("alert(1)") for path in ("/incidents", "/postmortems")]
        assert min(shown) > 3, "it is there, as text"
    await context.close()
    assert told == []


async def _open(page: Page, address: str) -> None:
    await page.goto(address, wait_until="load")
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for loose in await page.query_selector_all("[onerror], [onload], [onmouseover], [srcdoc], a[href^='javascript']"):
        raise AssertionError(f"{address}: {await loose.evaluate('(one) => one.outerHTML')}")


def _is_bad(line: str) -> bool:
    return line.startswith(("REFUSED", "RAN")) or "Content Security Policy" in line


async def _pages(world: World, visitor: Visitor) -> list[str]:
    """Return every address that answers with a page."""
    found = []
    for way in ways(world.server.parts):
        path = way.filled("INC-1")
        if way.method == "GET" and not path.startswith(("/static", "/partners", "/settings/health", "/sign-in/slack")):
            answer = await visitor.get(path)
            if answer.status_code == 200 and answer.headers.get("content-type", "").startswith("text/html"):
                found.append(path)
    return found


def _asked(world: World, worst: str) -> dict[str, str]:
    """Map the address of every route to what to ask it: *worst* in each word that it knows, and in some more."""
    known: dict[str, str] = {}
    for route in iter_route_contexts([*pages(world.server.parts).routes, *api(world.server.parts).routes]):
        dependant = getattr(route, "dependant", None)
        names = {one.alias for one in dependant.query_params} if dependant else set()
        address = Way("GET", route.path or "", frozenset()).filled("INC-1").partition("?")[0]
        known[address] = urlencode(dict.fromkeys(names | OFTEN, worst))
    return known


async def test_what_is_not_a_page_is_never_read_as_one(small_world: World) -> None:
    """Figures, tables and objects say what they are, and browsers are told not to guess."""
    await small_world.open(CORPUS[0])
    transport = httpx.ASGITransport(small_world.server.web, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for way in ways(small_world.server.parts):
            if way.method == "GET":
                answer = await client.get(way.filled("INC-1"))
                policy, kind = answer.headers["content-security-policy"], answer.headers.get("content-type", "")
                assert answer.headers["x-content-type-options"] == "nosniff", way
                assert "script-src 'self'" in policy, way
                assert "unsafe" not in policy, way
                assert "html" not in kind or CORPUS[0] not in answer.text, way
