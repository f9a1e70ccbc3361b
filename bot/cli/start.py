"""firstfive start"""

import click

from bot.cli.shell import asking, key_argument, opened


@click.command(epilog="Example: firstfive start INC-7 common-culprits")
@key_argument
@click.argument("checklist")
def start(key: str, checklist: str) -> None:
    """Start a checklist in an incident, by its id or the start of it."""
    with opened(key) as bot:
        from bot.flows.walk_checklist import start_checklist

        title = bot.house.do_now(start_checklist, asking(), checklist, key=key)
    click.echo(f"{title} has started. Next: firstfive check {key}")
