"""firstfive close"""

import click

from bot.cli.shell import TEXT_AS_TYPED, asking, key_argument, opened, text_argument


@click.command(context_settings=TEXT_AS_TYPED, epilog="Example: firstfive close INC-7")
@key_argument
@text_argument(required=False)
def close(key: str, text: str) -> None:
    """End the paperwork of a resolved incident."""
    with opened(key) as bot:
        from bot.flows.change_status import change_status
        from store.types import Status

        incident = bot.house.do_now(change_status, asking(), Status.CLOSED, text or None, key=key)
    click.echo(f"{incident.key} is closed.")
