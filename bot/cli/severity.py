"""firstfive severity"""

import click

from bot.cli.shell import SEVERITIES, asking, key_argument, opened


@click.command(epilog="Example: firstfive severity INC-7 sev1")
@key_argument
@click.argument("to", type=click.Choice(SEVERITIES, case_sensitive=False), metavar="SEVERITY")
def severity(key: str, to: str) -> None:
    """Say how bad it is now: sev1 to sev4."""
    with opened(key) as bot:
        from bot.flows.change_status import change_severity
        from store.types import Severity

        incident = bot.house.do_now(change_severity, asking(), Severity(to), key=key)
    click.echo(f"{incident.key} is {incident.severity.upper()} now.")
