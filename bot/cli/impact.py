"""firstfive impact"""

import click

from bot.cli.shell import TEXT_AS_TYPED, asking, key_argument, opened, text_argument


@click.command(context_settings=TEXT_AS_TYPED, epilog="Example: firstfive impact INC-7 card payments fail in the EU")
@key_argument
@text_argument()
def impact(key: str, text: str) -> None:
    """Say whom it hurts and how."""
    with opened(key) as bot:
        from bot.flows.take_note import state_impact

        incident = bot.house.do_now(state_impact, asking(), text, key=key)
    click.echo(f"{incident.key}: the impact is stated.")
