"""What we send is what Jira's own description allows, and nothing is created twice: a checker reads along."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.postgres import free_port
from tests.shared import REPOSITORY, absent, shared

PROGRAMS = Path(sys.executable).parent


def test_a_whole_conversation_breaks_no_rule_of_jiras() -> None:
    checker = shared("contracts", "jira", "run.sh")
    if not (PROGRAMS / "jira820").exists():
        absent("jira820 is not installed")
    told = checked(checker, 1, 240, "tests.jira.conversation")
    assert " 0 errors, 0 warnings" in told, told


@pytest.mark.long
def test_two_hundred_tickets_are_filed_once_in_a_jira_that_is_not_ours(postgres_url: str) -> None:
    checker = shared("contracts", "jira", "run.sh")
    if not (PROGRAMS / "jira820").exists():
        absent("jira820 is not installed")
    told = checked(checker, 2, 1200, "tests.jira.siege", postgres_url)
    print(told)
    assert " 0 errors" in told, told


def checked(checker: Path, lag: int, patience: int, *program: str) -> str:
    """Run a program against the stand-in, its index *lag* seconds behind, and return what it and the checker say."""
    ports = {"UP_PORT": str(free_port()), "PX_PORT": str(free_port()), "PY": sys.executable}
    command = ["bash", str(checker), "--lag", str(lag), "--marker", "^firstfive-", "--"]
    ended = subprocess.run(
        [*command, sys.executable, "-W", "ignore", "-m", *program],
        cwd=REPOSITORY,
        env=os.environ | ports,
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )
    told = ended.stdout + ended.stderr
    assert ended.returncode == 0, told
    return told
