"""firstfive correct"""

import click

from bot.cli.shell import TEXT_AS_TYPED, asking, key_argument, opened, text_argument


@click.command(context_settings=TEXT_AS_TYPED, epilog="Example: firstfive correct INC-7 12 error rate was 4.8 %")
@key_argument
@click.argument("entry", type=click.IntRange(min=1))
@text_argument()
def correct(key: str, entry: int, text: str) -> None:
    """Correct what an entry of the timeline says; its first wording stays there too."""
    with opened(key) as bot:
        from bot.flows.take_note import correct_entry

        found, _ = bot.house.do_now(correct_entry, asking(), entry, text, key=key)
    click.echo(f"{found}: entry {entry} is corrected. Its first wording stays on the timeline.")
