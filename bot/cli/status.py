"""firstfive status"""

import click

from bot.cli.shell import TEXT_AS_TYPED, asking, key_argument, opened, text_argument

STATUSES = ("investigating", "identified", "monitoring", "resolved")


@click.command(
    context_settings=TEXT_AS_TYPED, epilog="Example: firstfive status INC-7 identified a bad deploy at 03:01"
)
@key_argument
@click.argument("to", type=click.Choice(STATUSES, case_sensitive=False), metavar="STATUS")
@text_argument(required=False)
def status(key: str, to: str, text: str) -> None:
    """Say where an incident stands: investigating, identified, monitoring or resolved."""
    with opened(key) as bot:
        from bot.flows.change_status import change_status
        from store.types import Status

        incident = bot.house.do_now(change_status, asking(), Status(to), text or None, key=key)
    click.echo(f"{incident.key} is {incident.status}.")
