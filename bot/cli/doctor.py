"""firstfive doctor"""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bot.cli.shell import json_option, print_json

if TYPE_CHECKING:
    from bot.cli.checks.finding import Finding


@click.command(epilog="Example: firstfive doctor --json")
@click.argument("part", required=False)
@json_option(help="Print the findings as JSON.")
def doctor(part: str | None, as_json: bool) -> None:
    """Check every setting and neighbour, or one PART such as jira. Exit 1 when something is wrong.

    Each finding says what to type.
    """
    found = _findings(part)
    wrong = sum(finding.state == "wrong" for finding in found)
    if as_json:
        print_json([asdict(finding) for finding in found])
    else:
        for finding in found:
            click.echo(f"{finding.state:<6} {finding.about:<28} {finding.said}")
            if finding.type:
                click.echo(f"{'':<36}→ {finding.type}")
        click.echo(f"{wrong} of {len(found)} findings are wrong." if wrong else "All is well.")
    if wrong:
        raise SystemExit(1)


def _findings(part: str | None) -> "list[Finding]":
    from bot.cli.checks.finding import wrong
    from bot.cli.checks.table import CHECKS
    from bot.settings import SettingsError, read_settings

    try:
        settings = read_settings()
    except SettingsError as error:
        return [wrong("settings", problem, "firstfive doctor, once it is mended") for problem in error.problems]
    parts = {check.__module__.rpartition(".")[2]: check for check in CHECKS}
    if part is not None and part not in parts:
        raise click.UsageError(f"There is no part {part!r}. There are {', '.join(parts)}.")
    chosen = CHECKS if part is None else (parts[part],)
    return [finding for check in chosen for finding in check(settings)]
