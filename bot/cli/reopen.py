"""firstfive reopen"""

import click

from bot.cli.shell import TEXT_AS_TYPED, asking, key_argument, opened, text_argument


@click.command(context_settings=TEXT_AS_TYPED, epilog="Example: firstfive reopen INC-7 the errors are back")
@key_argument
@text_argument(required=False)
def reopen(key: str, text: str) -> None:
    """Say that it is not over."""
    with opened(key) as bot:
        from bot.flows.change_status import change_status
        from store.types import Status

        incident = bot.house.do_now(change_status, asking(), Status.INVESTIGATING, text or None, key=key)
    click.echo(f"{incident.key} is {incident.status} again.")
