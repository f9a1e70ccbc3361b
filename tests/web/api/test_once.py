"""What a program asks for under a key is done once, however many ask at once and whoever dies."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.flows.answer_once import KeyReused, Told, answer_once, once_for
from bot.keyring import create
from tests.home import Home, a_home
from tests.shared import REPOSITORY
from tests.web.api.dying import ONCE, THEN, VIEWER, opening


async def test_of_many_who_ask_at_once_one_does_it_and_all_are_told_the_same(home: Home) -> None:
    told = await asyncio.gather(*(home.do(answer_once, ONCE, "", opening) for _ in range(12)))
    assert {each.body for each in told} == {"INC-1"}
    assert sorted(each.again for each in told) == [False] + [True] * 11
    assert await home.scalar("SELECT count(*) FROM incident") == 1
    with pytest.raises(KeyReused):
        await home.do(answer_once, once_for(VIEWER, "open-1", b"something else"), "", opening)
    await home.do(answer_once, THEN, "", opening)
    assert await home.scalar("SELECT count(*) FROM incident") == 2


async def test_a_process_that_was_killed_has_done_each_thing_wholly_or_not_at_all(
    database_url: str, tmp_path: Path
) -> None:
    ring = create(str(tmp_path / "keyring.json"))
    command = [sys.executable, "-m", "tests.web.api.dying", database_url, str(tmp_path / "keyring.json")]
    died = await asyncio.to_thread(subprocess.run, command, cwd=REPOSITORY, check=False)
    assert died.returncode == -signal.SIGKILL
    with a_home(database_url, keyring=ring) as home:
        for once, told in ((ONCE, Told(201, "INC-1", again=True)), (THEN, Told(201, "INC-2"))):
            assert await home.do(answer_once, once, "", opening) == told
        assert await home.scalar("SELECT count(*) FROM incident") == 2
