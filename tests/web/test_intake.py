"""What senders deliver: verified by its raw bytes, stored before it is answered, processed once."""

import asyncio
import json
import os
import re
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.core.signing import as_secret, plain_headers, standard_headers
from bot.flows.forget import REMEMBERED
from bot.flows.keep_secret import rotate_secret
from bot.flows.open_incident import open_incident
from bot.flows.record import read_timeline
from bot.flows.tx import Request
from store.types import EntryKind
from tests.shared import REPOSITORY
from tests.slack.reading import last
from tests.world import ANA, World, a_world

SECRET, OTHER = as_secret(bytes(range(24))), as_secret(bytes(range(24, 48)))
DEPLOY = {
    "kind": "deploy",
    "what": "v42 to production",
    "service": "checkout",
    "by": "ci",
    "at": "2026-03-10T02:58:00Z",
}


@pytest.fixture
async def heard(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A bot that knows the secret of generic changes, with an incident going on."""
    async with a_world(tmp_path, database_url, CHANGES_GENERIC_SECRET=SECRET) as world:
        await world.open()
        yield world


@pytest.fixture
async def small_heard(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The same on SQLite alone."""
    async with a_world(tmp_path, sqlite_url, CHANGES_GENERIC_SECRET=SECRET) as world:
        await world.open()
        yield world


async def post(world: World, body: bytes, headers: dict[str, str], path: str = "/changes/generic") -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(world.url + path, content=body, headers=headers)


def signed(world: World, body: bytes, delivery: str = "msg_1", secret: str = SECRET) -> dict[str, str]:
    return standard_headers([secret], delivery, world.clock.now(), body)


async def changes(world: World, incident: int = 1) -> list[Any]:
    """Return the changes on an incident's timeline."""
    moments = await world.house.read(read_timeline, incident)
    return [moment for moment in moments if moment.kind is EntryKind.CHANGE]


async def test_a_change_is_on_the_timeline_once_at_its_own_time_however_often_it_arrives(heard: World) -> None:
    body = json.dumps(DEPLOY).encode()
    answers = await asyncio.gather(*(post(heard, body, signed(heard, body)) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 202]
    await heard.settle()
    again = await post(heard, body, signed(heard, body))
    assert (again.status_code, again.json()) == (200, {"status": "known", "id": "msg_1"})
    await heard.settle()
    (change,) = await changes(heard)
    assert change.text == "checkout: v42 to production by ci"
    assert change.occurred_at.isoformat() == "2026-03-10T02:58:00+00:00"
    async with httpx.AsyncClient() as client:
        page = (await client.get(f"{heard.url}/incidents/INC-1")).text
    assert "Deploy: checkout: v42 to production by ci" in page


async def test_a_delivery_is_stored_sealed_before_it_is_answered_and_emptied_once_it_is_processed(
    heard: World,
) -> None:
    body = json.dumps(DEPLOY | {"by": "ana@example.com"}).encode()

    async def stored() -> list[Any]:
        rows = await heard.house.read(lambda tx: tx.db.connection().execute(text("SELECT body FROM arrival")).all())
        return [row.body for row in rows]

    assert (await post(heard, body, signed(heard, body))).status_code == 202
    (sealed,) = await stored()
    assert b"ana@example" not in bytes(sealed)
    queued = await heard.house.read(
        lambda tx: str(tx.db.connection().execute(text("SELECT args FROM effect WHERE kind = 'intake.change'")).all())
    )
    assert "ana@example" not in queued
    await heard.settle()
    assert await stored() == [None]


async def test_a_change_goes_to_the_incident_it_names_or_to_all_that_go_on(small_heard: World) -> None:
    world = small_heard
    for number in (2, 3):
        await world.house.do(open_incident, Request(f"open {number}", ANA, "T0PRACTICE"), "another", test=number == 3)
    for delivery, change in (
        ("all", DEPLOY),
        ("one", DEPLOY | {"incident": "INC-2"}),
        ("slip", DEPLOY | {"incident": "INC-99"}),
    ):
        body = json.dumps(change).encode()
        assert (await post(world, body, signed(world, body, delivery))).status_code == 202
    await world.settle()
    assert [len(await changes(world, incident)) for incident in (1, 2, 3)] == [2, 3, 0]


@pytest.mark.parametrize("header", ["X-Hub-Signature", "X-Hub-Signature-256", "X-Webhook-Signature"])
async def test_plainer_schemes_are_known_too_and_a_delivery_without_an_id_by_its_bytes(
    small_heard: World, header: str
) -> None:
    body = json.dumps(DEPLOY).encode()
    digest = plain_headers([SECRET], "", small_heard.clock.now(), body)["X-Webhook-Signature"]
    headers = {header: digest if "Webhook" in header else f"sha256={digest}"}
    assert [(await post(small_heard, body, headers)).status_code for _ in range(2)] == [202, 200]
    named = [(await post(small_heard, body, {**headers, "X-Webhook-ID": name})).status_code for name in ("a", "b", "a")]
    assert named == [202, 202, 200]


async def test_what_is_not_verified_is_refused_unread_and_says_why(small_heard: World) -> None:
    world, body = small_heard, json.dumps(DEPLOY).encode()
    old = standard_headers([SECRET], "msg_1", world.clock.now() - timedelta(seconds=310), body)
    right = plain_headers([SECRET], "", world.clock.now(), body)["X-Webhook-Signature"]
    for headers, why in (
        ({}, "it is not signed"),
        (signed(world, body, secret=OTHER), "no signature fits"),
        (signed(world, body + b" "), "no signature fits"),
        (old, "more than 300 seconds"),
        (signed(world, body) | {"webhook-id": "msg_2"}, "no signature fits"),
        (signed(world, body, "x" * 201), "up to 200 characters"),
        ({"X-Hub-Signature": f"sha256={right[:-1]}"}, "does not fit"),
        ({"X-Hub-Signature": "sha1=0000"}, "SHA-1"),
        ({"X-Hub-Signature": f"sha256={right}", "webhook-signature": "v1,x"}, "all needed"),
    ):
        answer = await post(world, b"not JSON" if not headers else body, headers)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), why
        assert why in answer.json()["detail"]
    assert await world.house.read(lambda tx: tx.db.connection().execute(text("SELECT * FROM arrival")).all()) == []


async def test_what_is_not_understood_is_told_to_its_sender(small_heard: World) -> None:
    for body, why in (
        (b"not JSON", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "one JSON object"),
        (b"{}", '"what"'),
        (b'{"what": 7}', '"what" is a text'),
        (b'{"what": "v42", "kind": "party"}', '"kind" is one of deploy, config, flag, change'),
        (b'{"what": "v42", "kind": []}', '"kind"'),
        (b'{"what": "v42", "at": "yesterday"}', '"at" is a time'),
        (b'{"what": "v42", "at": "2026-03-10T03:12:00"}', "names its zone"),
        (b'{"what": "v42", "url": "javascript:alert(1)"}', '"url"'),
    ):
        answer = await post(small_heard, body, signed(small_heard, body))
        assert answer.status_code == 422
        assert why in answer.json()["detail"]


async def test_an_endless_body_an_unknown_sender_and_a_missing_secret_are_told_apart(
    small_heard: World, small_world: World
) -> None:
    huge = b"x" * ((1 << 20) + 1)
    assert (await post(small_heard, huge, signed(small_heard, huge))).status_code == 413
    unknown = await post(small_heard, b"{}", {}, "/changes/nobody")
    assert (unknown.status_code, "/changes/generic" in unknown.json()["detail"]) == (404, True)
    body = json.dumps(DEPLOY).encode()
    missing = await post(small_world, body, signed(small_world, body))
    assert (missing.status_code, "CHANGES_GENERIC_SECRET" in missing.json()["detail"]) == (503, True)


async def test_while_a_secret_rotates_both_verify_and_afterwards_the_new_one_alone(small_heard: World) -> None:
    world, body = small_heard, json.dumps(DEPLOY).encode()
    vault = world.server.bot.vault
    await vault.look(world.house)
    await world.house.do(rotate_secret, "CHANGES_GENERIC_SECRET", OTHER, timedelta(hours=24))
    await vault.look(world.house)
    for delivery, secret in (("old", SECRET), ("new", OTHER)):
        assert (await post(world, body, signed(world, body, delivery, secret))).status_code == 202
    world.clock.advance(25 * 3600)
    assert (await post(world, body, signed(world, body, "late", SECRET))).status_code == 401
    assert (await post(world, body, signed(world, body, "later", OTHER))).status_code == 202


async def test_the_id_of_a_delivery_is_known_for_thirty_days(small_heard: World) -> None:
    world, body = small_heard, json.dumps(DEPLOY).encode()
    assert (await post(world, body, signed(world, body))).status_code == 202
    await world.settle()
    await world.pass_(minutes=(REMEMBERED - timedelta(hours=2)) / timedelta(minutes=1))
    assert (await post(world, body, signed(world, body))).status_code == 200
    assert len(await changes(world)) == 1


async def test_what_we_show_a_pipeline_is_what_we_take(small_heard: World) -> None:
    shown = re.findall(r"(?ms)^```bash\n(.*?)^```", (REPOSITORY / "docs" / "changes.md").read_text())[0]
    environment = {**os.environ, "CHANGES_GENERIC_SECRET": SECRET, "FIRSTFIVE_URL": small_heard.url}
    program = ["bash", "-euc", shown.replace("curl ", "curl --noproxy '*' -sS ")]
    ran = await asyncio.to_thread(subprocess.run, program, env=environment, capture_output=True, timeout=30)
    assert json.loads(ran.stdout) == {"status": "accepted", "id": "deploy-42"}, ran.stderr
    await small_heard.settle()
    assert (await changes(small_heard))[0].text == "checkout: v42 to production by ci"


async def test_what_changed_before_an_incident_is_asked_for_and_the_last_hour_is_on_its_timeline(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_world(tmp_path, sqlite_url, CHANGES_GENERIC_SECRET=SECRET) as world:
        for number, (at, what) in enumerate((("2026-03-09T20:00:00Z", "v40"), ("2026-03-10T02:58:00Z", "v42"))):
            body = json.dumps(DEPLOY | {"at": at, "what": what}).encode()
            assert (await post(world, body, signed(world, body, f"msg_{number}"))).status_code == 202
        await world.settle()
        channel = await world.open()
        assert [change.text for change in await changes(world)] == ["checkout: v42 by ci"]
        await world.slash(ANA, "changes", channel)
        day = last(world, ANA)
        assert day.index("v42") < day.index("v40")
        assert "7 h" in day
        assert "before · deploy" in day
        await world.slash(ANA, "changes 1h INC-1")
        assert "v40" not in last(world, ANA)
        assert "30 days" in await world.slash(ANA, "changes 31d", channel)
        await world.open("a drill", words="test sev3")
        assert await changes(world, 2) == []
