"""Every command at a shell."""

import click

from bot.cli.demo import demo
from bot.cli.serve import serve

COMMANDS = (serve, demo)


@click.group(epilog="Each command has an example: firstfive open --help")
@click.version_option(package_name="firstfive", message="%(package)s %(version)s")
def firstfive() -> None:
    """A Slack incident bot that walks people through the first five minutes."""


for _command in COMMANDS:
    firstfive.add_command(_command)
