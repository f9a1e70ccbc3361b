"""Who may what: every role, every route, of one's own, of others and of what is private. Read from the routes."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.core.access import SCOPES
from bot.core.forms import form_mark
from bot.core.secrets import LINKS
from bot.flows.api_tokens import Maker, Wish, make_token
from bot.flows.give_role import give_web_role
from bot.flows.sign_in import Member, sign_in, viewer_of
from bot.flows.tx import Tx
from store.types import Scope, WebRole
from store.workspaces import home_workspace
from tests.web.matrix import MARKDOWN, Way, ways
from tests.web.visitor import PUBLIC
from tests.world import ANA, BO, CHIDI, DANA, World, a_world

PRIVATE, OURS = "zanzibar", "yggdrasil"  # words that stand nowhere else
HERE, THERE = "T0PRACTICE", "T0OTHER01"
PUBLIC_ROUTES = {
    *("/static/{name}", "/favicon.ico", "/healthz", "/readyz", "/metrics", "/openapi.json"),
    *("/sign-in", "/sign-in/slack", "/sign-in/slack/back", "/sign-in/pass/{word}", "/sign-out"),
    *("/slack/install", "/slack/oauth_redirect"),
}
KEYS_OF_THEIR_OWN = {  # a signature, a partner's token or link, a subscription; each has tests of its own
    *("/alerts/{sender}", "/changes/{sender}", "/jira/webhook"),
    "/partners/{partner_id:int}/deliveries",
    "/partners/{partner_id:int}/deliveries/{number:int}",
    "/partners/{partner_id:int}/deliveries/{number:int}/replay",
    *("/feeds/reviews.ics", "/feeds/postmortems.rss"),
}
ANYBODY_KNOWN = {"/api/v1/me"}


@dataclass
class Actor:
    """Somebody with a way in. ``own`` says whose workspace they are of."""

    name: str
    client: httpx.AsyncClient
    scopes: frozenset[Scope]
    mark: str = ""
    own: bool = True
    words: str = ""

    async def ask(self, way: Way, key: str, number: int = 1, mark: str | None = None, **more: str) -> httpx.Response:
        """Ask as a page or a program of theirs would, with the mark of their own forms or another."""
        mark = self.mark if mark is None else mark
        headers = ({"X-CSRF": mark} if mark else {}) | {name.replace("_", "-"): value for name, value in more.items()}
        address = way.filled(key, number)
        address += ("&" if "?" in address else "?") + self.words if self.words else ""
        sent: dict[str, Any] = {}
        if way.kind == MARKDOWN:
            sent, headers = {"content": "# x"}, headers | {"Content-Type": MARKDOWN}
        elif way.path.startswith("/api/") and not way.is_harmless:
            sent = {"json": way.body}
        elif not way.is_harmless:
            sent = {"data": {"csrf": mark, "text": "x", "title": "x", "body": "x", "name": "x", "state": "done"}}
        return await self.client.request(way.method, address, headers=headers, **sent)

    def may(self, way: Way) -> bool:
        """Whether what a way needs is theirs."""
        return way.scopes <= self.scopes and bool(self.scopes)

    def is_let_in(self, way: Way) -> bool:
        """Whether a link of theirs opens this page."""
        return bool(self.words) and way.is_harmless and way.filled("INC-1").startswith("/incidents/INC-1")


@dataclass
class Town:
    """Everybody, and every way there is to ask."""

    world: World
    ways: list[Way]
    actors: dict[str, Actor]


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_world(tmp_path, sqlite_url, **PUBLIC, FIRSTFIVE_ADMINS=ANA) as world, AsyncExitStack() as stack:
        await _happenings(world)
        actors = {}
        for number, (name, made) in enumerate((await _actors(world)).items()):
            headers, scopes, mark, own, words = made
            transport = httpx.ASGITransport(world.server.web, client=(f"203.0.113.{number}", 1))
            client = httpx.AsyncClient(transport=transport, base_url="http://firstfive", headers=headers)
            actors[name] = Actor(name, await stack.enter_async_context(client), scopes, mark, own, words)
        yield Town(world, ways(world.server.parts), actors)


async def _happenings(world: World) -> None:
    """Open what all may see, and what Bo alone may, with a word of its own in everything that can hold one."""
    await world.open(f"checkout is down {OURS}", user=CHIDI)
    channel = await world.open(f"leak {PRIVATE}", user=BO, words="sev2 private")
    for words in ("impact keys of", "note found", "check done 1", "ticket rotate", "update we know of"):
        await world.slash(BO, f"{words} {PRIVATE}", channel)
    await world.settle()
    await world.slash(BO, f"resolve over {PRIVATE}", channel)
    await world.settle()
    await world.slash(BO, "review", channel)
    await world.settle()


async def _actors(world: World) -> dict[str, tuple[dict[str, str], frozenset[Scope], str, bool, str]]:
    """Return (headers, scopes, mark of forms, whether of this workspace, words of a link) of everybody."""
    house, secret = world.house, world.server.bot.vault.held(LINKS).texts()[0]
    there = await house.do(lambda tx: home_workspace(tx.db, THERE))
    made: dict[str, tuple[dict[str, str], frozenset[Scope], str, bool, str]] = {}

    async def session(name: str, team: str, account: str, role: WebRole) -> None:
        workspace_id = 1 if team == HERE else there
        await house.do(give_web_role, workspace_id, account, role, None, "shell") if account != ANA else None
        word = await house.do(sign_in, team, Member(account), "slack")
        seen = await house.read(viewer_of, word)
        assert seen
        assert seen.viewer.role is role
        mark = form_mark(secret, seen.viewer.holder)
        made[name] = ({"Cookie": f"firstfive={word}"}, SCOPES[role], mark, team == HERE, "")

    async def token(name: str, workspace_id: int, *scopes: Scope) -> None:
        maker = Maker(workspace_id, None, "shell", frozenset(Scope))
        word = await house.do(make_token, maker, Wish(name, frozenset(scopes)))
        made[name] = ({"Authorization": f"Bearer {word}"}, frozenset(scopes), "", workspace_id == 1, "")

    made["nobody"] = ({}, frozenset(), "", True, "")
    link = world.server.bot.links.signed("/incidents/INC-1", world.clock.now()).partition("?")[2]
    made["a link to INC-1"] = ({}, frozenset(), "", True, link)
    await session("viewer", HERE, CHIDI, WebRole.VIEWER)
    await session("responder", HERE, DANA, WebRole.RESPONDER)
    await session("admin", HERE, ANA, WebRole.ADMIN)
    await session("insider", HERE, BO, WebRole.RESPONDER)
    await session("another's admin", THERE, "U0OTHER01", WebRole.ADMIN)
    for scope in Scope:
        await token(f"token {scope}", 1, scope)
    await token("another's token", there, *Scope)
    return made


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.long)])
async def test_nobody_does_what_they_may_not_and_nothing_private_is_told(town: Town, every: int) -> None:
    """Whoever lacks a scope is refused; what is private, or another workspace's, is as if it were not there.

    Of the refusals of tokens, of which there are most, one in *every* is asked for.
    """
    before, wrong, shown = await _state(town.world), list[str](), 0
    assert {way.path for way in town.ways if way.is_public} <= PUBLIC_ROUTES | KEYS_OF_THEIR_OWN | ANYBODY_KNOWN
    closed = [way for way in town.ways if way.path not in PUBLIC_ROUTES | KEYS_OF_THEIR_OWN]
    for turn, actor in enumerate(town.actors.values()):
        for number, way in enumerate(closed):
            if not actor.may(way) and not actor.is_let_in(way):
                if not actor.name.startswith("token") or (turn + number) % every == 0:
                    wrong += await _refusal(actor, way)
            elif actor.name == "insider":
                shown += way.is_harmless and PRIVATE in (await actor.ask(way, "INC-2")).text
            elif way.has_key:
                wrong += await _absence(actor, way)
            elif way.is_harmless:
                for row in (1, 2, 3, 4) if "{" in way.path else (1,):
                    wrong += _told(actor, way, await actor.ask(way, "", row))
    assert wrong == []
    assert shown >= 10, "whoever takes part sees it, or this shows nothing"
    assert await _state(town.world) == before, "nothing private was altered"
    assert await _forgeries(town) == []


async def _refusal(actor: Actor, way: Way) -> list[str]:
    """Ask for what an actor may not; return what is wrong with the answer."""
    answer = await actor.ask(way, "INC-1")
    refused = answer.status_code in (401, 403)
    return _told(actor, way, answer) + ([] if refused else [f"{actor.name}: {way} is answered {answer.status_code}"])


async def _absence(actor: Actor, way: Way) -> list[str]:
    """Ask about what is private; return what is wrong when the answer differs from that about what does not exist."""
    answer, absent = await actor.ask(way, "INC-2"), await actor.ask(way, "INC-99")
    said, of_nothing = ((one.status_code, one.text.replace("INC-99", "INC-2")) for one in (answer, absent))
    return _told(actor, way, answer) + (
        [] if said == of_nothing else [f"{actor.name}: {way}: {said}, not {of_nothing}"]
    )


async def _forgeries(town: Town) -> list[str]:
    """Send an admin's browser what other sites would: without a mark, with another's, from elsewhere (CSRF)."""
    admin, other = town.actors["admin"], town.actors["responder"]
    forged: list[tuple[str, dict[str, str]]] = [
        *(("", {}), (other.mark, {}), (admin.mark, {"Sec_Fetch_Site": "cross-site"})),
        (admin.mark, {"Origin": "https://evil.example"}),
    ]
    taken = []
    for way in town.ways:
        for mark, headers in forged if not way.is_harmless and not way.is_public else ():
            answer = await admin.ask(way, "INC-1", 1, mark, **headers)
            taken += [] if answer.status_code == 403 else [f"{way}: {mark[:4]} {headers} {answer.status_code}"]
    return taken


def _told(actor: Actor, way: Way, answer: httpx.Response) -> list[str]:
    """Return what an answer tells that is not this actor's to know."""
    words = (PRIVATE,) if actor.own else (PRIVATE, OURS)
    return [f"{actor.name}: {way} tells {word}" for word in words if word in answer.text and actor.name != "insider"]


async def _state(world: World) -> str:
    """Return all that is written of what is private."""

    def found(tx: Tx) -> str:
        tables = {
            "incident": "id = 2",
            "entry": "incident_id = 2",
            "action_item": "incident_id = 2",
            "participant": "incident_id = 2",
        }
        rows = {
            name: [str(row) for row in tx.db.connection().exec_driver_sql(f"SELECT * FROM {name} WHERE {where}")]
            for name, where in tables.items()
        }
        return json.dumps(rows)

    return await world.house.read(found)
