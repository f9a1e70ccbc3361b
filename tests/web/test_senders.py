"""Every sender alike: it proves itself as its product can, its id is known for thirty days, and it is counted."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.core.slots import Slot
from bot.flows.forget import REMEMBERED, forget_old
from bot.flows.keep_secret import rotate_secret
from bot.wiring import SENDERS
from tests.alerts.payloads import CASES as ALERTS
from tests.alerts.payloads import SECRET, bearer, sns
from tests.changes.payloads import CASES as CHANGES
from tests.world import START, World, a_world

OTHER = SECRET[::-1]
CASES: dict[str, Any] = {f"alerts/{name}": case for name, case in ALERTS.items()}
CASES |= {f"changes/{name}": case for name, case in CHANGES.items()}


@dataclass
class Door:
    """The address of one sender, and its secret."""

    world: World
    name: str

    async def post(self, content: Any, secret: str | None = SECRET, **headers: str) -> httpx.Response:
        case = CASES[self.name]
        body = case.body(content)
        proof = dict(case.proves(body, secret)) if secret else {}
        async with httpx.AsyncClient() as client:
            return await client.post(f"{self.world.url}/{self.name}", content=body, headers=proof | headers)


def test_every_sender_has_a_case_here() -> None:
    assert {*CASES, "jira/webhook"} == set(SENDERS)


@pytest.fixture(scope="module")
async def open_door(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A bot that knows every sender's secret."""
    folder = tmp_path_factory.mktemp("senders")
    shutil.copyfile(sqlite_template, folder / "firstfive.db")
    secrets = {sender.secret: SECRET for sender in SENDERS.values()}
    async with a_world(folder, f"sqlite:///{folder}/firstfive.db", **secrets) as world:
        yield world


@pytest.mark.parametrize("name", CASES)
async def test_a_sender_is_known_by_its_secret_and_its_delivery_by_its_id_for_thirty_days(
    name: str, open_door: World
) -> None:
    world, door, case = open_door, Door(open_door, name), CASES[name]
    assert [(await door.post(case.firing, secret)).status_code for secret in (None, OTHER)] == [401, 401]
    assert (await door.post(case.firing)).json()["status"] == "accepted"
    again = await door.post(case.firing)
    assert (again.status_code, again.json()["status"]) == (200, "known")
    await world.settle()
    vault = world.server.bot.vault
    await vault.look(world.house)
    await world.house.do(rotate_secret, SENDERS[name].secret, OTHER, timedelta(hours=24))
    await vault.look(world.house)
    assert [(await door.post(case.resolved, secret)).status_code for secret in (SECRET, OTHER)] == [202, 200]
    world.clock.advance((REMEMBERED - timedelta(hours=2)).total_seconds())
    await world.house.do(forget_old, Slot(START.date(), START, world.clock.now()))
    assert (await door.post(case.firing, OTHER)).status_code == 200
    assert (await door.post(case.firing, SECRET)).status_code == 401
    async with httpx.AsyncClient() as client:
        told = (await client.get(f"{world.url}/metrics")).text.splitlines()
    counted = {"accepted": 2, "known": 3, "refused": 3}
    assert [f'firstfive_arrivals_total{{outcome="{o}",sender="{name}"}} {n}.0' in told for o, n in counted.items()]


async def test_who_waits_to_be_asked_for_a_password_is_asked_and_a_bearer_does_as_well(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_world(tmp_path, sqlite_url, ALERTS_CLOUDWATCH_SECRET=SECRET) as world:
        door, content = Door(world, "alerts/cloudwatch"), CASES["alerts/cloudwatch"].firing
        asked = await door.post(content, None)
        assert (asked.status_code, asked.headers["WWW-Authenticate"]) == (401, 'Basic realm="firstfive"')
        for odd in ("Basic !!!", "Basic", "Bearer", f"Bearer {OTHER}", "Digest x", "Basic w6TDpA=="):
            assert (await door.post(content, None, Authorization=odd)).status_code == 401, odd
        assert (await door.post(content, None, **bearer(b"", SECRET))).status_code == 202
        assert (await door.post(sns("SubscriptionConfirmation", "", "9"))).status_code == 422
