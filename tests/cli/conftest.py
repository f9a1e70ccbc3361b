"""A shell in a folder of its own, with a fresh database and nothing else set."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.table import firstfive
from bot.settings import SECRETS, VARIABLES

Shell = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in; the environment says nothing of ours."""
    for name in (*VARIABLES, *(f"{secret}_FILE" for secret in SECRETS)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shell(folder: Path, sqlite_url: str) -> Shell:
    """Run a command as a person does: `shell("note INC-1", "error rate is 48 %")`. Keywords set the environment."""

    def run(words: str, *more: str, **environment: str) -> Result:
        names = {"DATABASE_URL": sqlite_url, "FIRSTFIVE_KEYRING": str(folder / "keyring.json")}
        return CliRunner().invoke(firstfive, [*words.split(), *more], env=names | environment)

    return run
