"""firstfive update"""

import click

from bot.cli.shell import TEXT_AS_TYPED, asking, key_argument, opened, text_argument


@click.command(
    context_settings=TEXT_AS_TYPED, epilog="Example: firstfive update INC-7 --next 15 we are rolling back, 10 min"
)
@key_argument
@text_argument()
@click.option("--next", "minutes", type=click.IntRange(1, 1440), help="Minutes until the next update.")
def update(key: str, text: str, minutes: int | None) -> None:
    """Tell everyone where it stands, and promise the next update."""
    with opened(key) as bot:
        from bot.flows.post_update import post_update

        incident = bot.house.do_now(post_update, asking(), text, minutes, key=key)
    due = incident.update_due_at
    following = f"The next one is due at {due:%H:%M} UTC." if due else "No next one is due."
    click.echo(f"{incident.key}: the update goes out. {following}")
