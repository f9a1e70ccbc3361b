"""firstfive note"""

import click

from bot.cli.shell import TEXT_AS_TYPED, asking, key_argument, opened, text_argument


@click.command(context_settings=TEXT_AS_TYPED, epilog="Example: firstfive note INC-7 error rate is 48 %")
@key_argument
@text_argument()
def note(key: str, text: str) -> None:
    """Write something on the timeline."""
    with opened(key) as bot:
        from bot.flows.take_note import take_note

        found, seq = bot.house.do_now(take_note, asking(), text, key=key)
    click.echo(f"{found}: entry {seq} is on the timeline.")
