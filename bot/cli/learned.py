"""firstfive learned"""

import click

from bot.cli.shell import asking, key_argument, opened


@click.command(epilog="Example: firstfive learned INC-7")
@key_argument
def learned(key: str) -> None:
    """Say that what a published postmortem teaches is done."""
    with opened(key) as bot:
        from bot.flows.publish_postmortem import learn

        bot.house.do_now(learn, asking(), key=key)
    click.echo(f"{key}: its lessons are done.")
