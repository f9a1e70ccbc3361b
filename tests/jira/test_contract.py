"""What we send is what Jira's own description allows, and nothing is created twice: a checker reads along."""

import os
import subprocess
import sys
from pathlib import Path

from tests.fakes.postgres import free_port
from tests.shared import REPOSITORY, absent, shared

PROGRAMS = Path(sys.executable).parent


def test_a_whole_conversation_breaks_no_rule_of_jiras() -> None:
    checker = shared("contracts", "jira", "run.sh")
    if not (PROGRAMS / "jira820").exists():
        absent("jira820 is not installed")
    ports = {"UP_PORT": str(free_port()), "PX_PORT": str(free_port()), "PY": sys.executable}
    command = ["bash", str(checker), "--lag", "1", "--marker", "^firstfive-", "--"]
    ended = subprocess.run(
        [*command, sys.executable, "-W", "ignore", "-m", "tests.jira.conversation"],
        cwd=REPOSITORY,
        env=os.environ | ports,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    told = ended.stdout + ended.stderr
    assert ended.returncode == 0, told
    assert " 0 errors, 0 warnings" in told, told
