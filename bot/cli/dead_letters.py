"""firstfive dead-letters"""

import click

from bot.cli.effects import effect_object, print_effects
from bot.cli.shell import asking, json_option, opened, print_json


@click.group("dead-letters", epilog="Example: firstfive dead-letters retry 42")
def dead_letters() -> None:
    """Show what failed for good, and try it again once its cause is mended."""


@dead_letters.command("list", epilog="Example: firstfive dead-letters list")
@json_option(help="Print the effects as JSON.")
def list_(as_json: bool) -> None:
    """List what failed for good, the oldest first."""
    with opened() as bot:
        from bot.flows.figures import dead

        found = bot.house.read_now(dead)
    if as_json:
        print_json([effect_object(effect) for effect in found])
    elif found:
        print_effects(found)
        click.echo("Try one again: firstfive dead-letters retry NUMBER")
    else:
        click.echo("Nothing failed for good.")


@dead_letters.command("show", epilog="Example: firstfive dead-letters show 42")
@click.argument("number", type=int)
@json_option(help="Print the effect as JSON.")
def show(number: int, as_json: bool) -> None:
    """Show one effect: what it was to do, and why it could not."""
    with opened() as bot:
        from bot.flows.views import effect_view

        view = bot.house.read_now(effect_view, number)
    if view is None:
        raise click.ClickException(f"There is no effect {number}. See them: firstfive dead-letters list")
    if as_json:
        print_json(effect_object(view.effect))
        return
    for name, value in effect_object(view.effect).items():
        click.echo(f"{name:<12} {value}")


@dead_letters.command("retry", epilog="Example: firstfive dead-letters retry 42")
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Make one due again. It is sent by firstfive serve."""
    with opened() as bot:
        from bot.flows.deliver import retry_effect

        kind = bot.house.do_now(retry_effect, asking(), number)
    click.echo(f"{number} ({kind}) is due again.")
