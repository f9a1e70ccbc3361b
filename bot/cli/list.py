"""firstfive list"""

import click

from bot.cli.shell import json_option, opened, print_json


@click.command("list", epilog="Example: firstfive list --all --json")
@click.option("--all", "all_", is_flag=True, help="Also what is resolved and closed: the newest fifty.")
@json_option(help="Print the incidents as JSON.")
def list_(all_: bool, as_json: bool) -> None:
    """Show what is going on. Private incidents are not listed; firstfive show INC-7 shows one."""
    with opened() as bot:
        from bot.flows.as_json import incident_objects_for
        from bot.flows.views import visible

        found = bot.house.read_now(visible, None, live=not all_)
        if as_json:
            print_json(bot.house.read_now(incident_objects_for, None, found))
            return
    if not found:
        click.echo("Nothing is going on. Open an incident: firstfive open checkout is down")
    for incident in found:
        kind = "  (test)" if incident.test else ""
        click.echo(
            f"{incident.severity.upper()}  {incident.key:<8} {incident.status:<13} "
            f"{incident.opened_at:%Y-%m-%d %H:%M} UTC  {incident.title}{kind}"
        )
