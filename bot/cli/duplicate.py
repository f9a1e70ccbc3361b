"""firstfive duplicate"""

import click

from bot.cli.shell import asking, key_argument, opened


@click.command(epilog="Example: firstfive duplicate INC-7 INC-4")
@key_argument
@click.argument("other", metavar="INC-4")
def duplicate(key: str, other: str) -> None:
    """Say that an incident is another one seen twice."""
    with opened(key) as bot:
        from bot.flows.join_incidents import join_incidents
        from store.types import Link

        incident, goes_on = bot.house.do_now(join_incidents, asking(), other, Link.DUPLICATE, key=key)
    click.echo(f"{incident.key} is a duplicate of {goes_on.key}.")
