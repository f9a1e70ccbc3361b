"""The reference of commands, written from the commands themselves: `python -m tests.cli.reference` writes the file."""

from collections.abc import Iterator
from inspect import cleandoc

import click

from bot.cli.table import firstfive
from tests.shared import REPOSITORY

FILE = REPOSITORY / "docs" / "reference" / "commands.md"
HEAD = """# Commands

Written from the commands themselves; `firstfive COMMAND --help` says the same. Exit codes: 0 done, 1 refused or
something was found, 2 the command was not understood. Where `--json` prints incidents, each is the
[incident object](incident.md). [Settings](settings.md) come from the environment or from `firstfive.toml`.
"""


def commands(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command by its whole name; a group comes before what is in it."""
    for name in group.list_commands(click.Context(group)):
        command = group.commands[name]
        yield f"{prefix} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")


def reference() -> str:
    """Return the whole document."""
    return "\n".join([HEAD, *(_section(name, command) for name, command in commands(firstfive, "firstfive"))])


def _section(name: str, command: click.Command) -> str:
    with click.Context(command, info_name=name) as context:
        usage = command.get_usage(context).removeprefix("Usage: ")
        options = [
            record
            for parameter in command.get_params(context)
            if (record := parameter.get_help_record(context)) and "--help" not in record[0]
        ]
    text = cleandoc(command.help or "")
    lines = [f"## {name}", "", "```", " ".join(usage.split()), "```", "", text, ""]
    lines += [f"- `{flags}`{': ' + told if told else ''}" for flags, told in options]
    lines += [""] if options else []
    example = (command.epilog or "").removeprefix("Example: ")
    return "\n".join([*lines, f"Example: `{example}`", ""])


if __name__ == "__main__":
    FILE.write_text(reference())
