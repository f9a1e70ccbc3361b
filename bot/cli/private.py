"""firstfive private"""

import click

from bot.cli.shell import asking, key_argument, opened


@click.command(epilog="Example: firstfive private INC-7")
@key_argument
def private(key: str) -> None:
    """Hide an incident from everyone who takes no part, and move it to a private channel."""
    with opened(key) as bot:
        from bot.flows.make_private import make_private

        incident = bot.house.do_now(make_private, asking(), key=key)
    click.echo(f"{incident.key} is private. A private channel takes over.")
