"""The reference says what there is: every command, every setting, every field."""

import json

import click
import pytest

from bot.cli.table import firstfive
from bot.secret import SECRETS
from bot.settings import VARIABLES, Settings
from tests.cli.conftest import Shell
from tests.cli.reference import FILE, commands, reference
from tests.shared import REPOSITORY

COMMANDS = dict(commands(firstfive, "firstfive"))
PAGES = REPOSITORY / "docs" / "reference"


def test_the_reference_of_commands_is_what_the_commands_say() -> None:
    assert FILE.read_text() == reference(), "Write it again: .venv/bin/python -m tests.cli.reference"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_that_names_it(shell: Shell, name: str) -> None:
    said = " ".join(shell(f"{name.removeprefix('firstfive ')} --help").output.split())
    group = isinstance(COMMANDS[name], click.Group)
    assert f"Example: {name}" in said or (group and f"Example: {name.rpartition(' ')[0]}" in said)


def test_every_setting_is_told_with_its_default() -> None:
    told = (PAGES / "settings.md").read_text()
    for variable, name in VARIABLES.items():
        row = next((line for line in told.splitlines() if line.startswith(f"| `{variable}`")), None)
        assert row, f"{variable} is missing in docs/reference/settings.md"
        default = getattr(Settings(), name)
        if isinstance(default, str | int) and default:
            assert f"`{default}`" in row, row
    pages = "".join((REPOSITORY / "docs" / name).read_text() for name in ("alerts.md", "changes.md")) + told
    assert [secret for secret in SECRETS if f"`{secret}`" not in pages] == []


def test_every_field_of_an_incident_is_told(shell: Shell) -> None:
    told = (PAGES / "incident.md").read_text()
    shell("open checkout is down")
    shell("ticket INC-1 alert when the pool is full")
    printed = json.loads(shell("show INC-1 --json").stdout)
    fields = [*printed, *(f"action_items[].{field}" for field in printed["action_items"][0])]
    assert [field for field in fields if f"| `{field}` |" not in told] == []
