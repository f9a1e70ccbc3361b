"""firstfive merge"""

import click

from bot.cli.shell import asking, key_argument, opened


@click.command(epilog="Example: firstfive merge INC-7 INC-4")
@key_argument
@click.argument("other", metavar="INC-4")
def merge(key: str, other: str) -> None:
    """End an incident, because the work goes on in another."""
    with opened(key) as bot:
        from bot.flows.join_incidents import join_incidents
        from store.types import Link

        incident, goes_on = bot.house.do_now(join_incidents, asking(), other, Link.MERGED, key=key)
    click.echo(f"{incident.key} goes on in {goes_on.key}.")
