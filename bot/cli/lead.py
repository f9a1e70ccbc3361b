"""firstfive lead"""

import click

from bot.cli.role import give
from bot.cli.shell import key_argument


@click.command(epilog="Example: firstfive lead INC-7 U02AB34CD")
@key_argument
@click.argument("person", required=False)
def lead(key: str, person: str | None) -> None:
    """Make someone the incident commander, by Slack user id, or you."""
    give(key, "incident_commander", person)
