"""A shell in a folder of its own, with a fresh database and nothing else set."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.table import firstfive

Shell = Callable[..., Result]

OURS = ("FIRSTFIVE_", "SLACK_", "JIRA_", "DATABASE_URL")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shell(folder: Path, sqlite_url: str) -> Shell:
    """Run a command as a person does: `shell("note INC-1", "error rate is 48 %")`. Keywords set the environment."""

    def run(words: str, *more: str, **environment: str) -> Result:
        unset: dict[str, str | None] = {name: None for name in os.environ if name.startswith(OURS)}
        names = unset | {"DATABASE_URL": sqlite_url, "FIRSTFIVE_KEYRING": str(folder / "keyring.json")} | environment
        return CliRunner().invoke(firstfive, [*words.split(), *more], env=names)

    return run
