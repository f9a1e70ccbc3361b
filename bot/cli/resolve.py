"""firstfive resolve"""

import click

from bot.cli.shell import TEXT_AS_TYPED, asking, key_argument, opened, text_argument


@click.command(
    context_settings=TEXT_AS_TYPED, epilog="Example: firstfive resolve INC-7 rolled back, errors are at 0.2 %"
)
@key_argument
@text_argument(required=False)
def resolve(key: str, text: str) -> None:
    """Say that it is over, and draft the postmortem."""
    with opened(key) as bot:
        from bot.flows.change_status import change_status
        from store.types import Status

        incident = bot.house.do_now(change_status, asking(), Status.RESOLVED, text or None, key=key)
    click.echo(f"{incident.key} is resolved. Read the draft: firstfive postmortem {incident.key}")
