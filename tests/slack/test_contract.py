"""Every call of the whole run is held against Slack's contract when it ends, in tests/conftest.py.

Here it is shown that this check sees the calls, and that it can fail.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from tests.contract import CHECKER, violations
from tests.manifest import PATH
from tests.shared import shared
from tests.world import ANA, CALLS_FOLDER, World


async def test_the_manifest_passes_the_checker() -> None:
    checker = shared("contracts", "slack", CHECKER.name)
    checking = await asyncio.create_subprocess_exec(
        sys.executable, checker, "-m", PATH, "--strict", os.devnull, stdout=asyncio.subprocess.PIPE
    )
    told, _nothing = await checking.communicate()
    assert checking.returncode == 0, told.decode()


async def test_what_a_world_sends_to_slack_is_there_to_be_checked(small_world: World) -> None:
    await small_world.open()
    await small_world.slash(ANA, "help")
    assert small_world.slack.channel("inc-1-checkout-is-down").id in collected()


def collected() -> str:
    """Return everything that the worlds of this run have sent so far."""
    return "".join(log.read_text(encoding="utf-8") for log in Path(os.environ[CALLS_FOLDER]).glob("*.jsonl"))


def test_a_call_that_breaks_the_contract_or_lacks_its_scope_is_found(tmp_path: Path) -> None:
    shared("contracts", "slack", CHECKER.name)
    calls = [
        {"method": "chat.postMessage", "params": {"channel": "C0GENERAL1", "text": "fine"}, "t": 1.0},
        {"method": "chat.postMessage", "params": {"channel": "C0GENERAL1"}, "t": 9.0},
        {"method": "emoji.list", "params": {}, "t": 10.0},
    ]
    (tmp_path / "one.jsonl").write_text("\n".join(json.dumps(call) for call in calls), encoding="utf-8")
    found = violations(tmp_path)
    assert [line.split()[0] for line in found] == ["one.jsonl:2", "one.jsonl:3"], found
    assert "no_text" in found[0]
    assert "missing_scope" in found[1]
