"""firstfive deliveries"""

import click

from bot.cli.effects import effect_object, print_effects, show_effect
from bot.cli.shell import json_option, opened, print_json


@click.group(invoke_without_command=True, epilog="Example: firstfive deliveries list --json")
@click.pass_context
def deliveries(context: click.Context) -> None:
    """Show what was promised to the outside and is not delivered yet."""
    if context.invoked_subcommand is None:
        context.invoke(list_, as_json=False)


@deliveries.command("list", epilog="Example: firstfive deliveries list")
@json_option(help="Print the effects as JSON.")
def list_(as_json: bool) -> None:
    """List what waits, the oldest first, and count the rest."""
    with opened() as bot:
        from bot.flows.figures import figures, undelivered

        counted = bot.house.read_now(figures).effects
        waiting = bot.house.read_now(undelivered)
    if as_json:
        print_json({"counts": counted, "waiting": [effect_object(effect) for effect in waiting]})
        return
    click.echo(", ".join(f"{count} {state}" for state, count in sorted(counted.items())) or "Nothing was promised yet.")
    print_effects(waiting)


@deliveries.command("show", epilog="Example: firstfive deliveries show 42")
@click.argument("number", type=int)
@json_option(help="Print the effect and its attempts as JSON.")
def show(number: int, as_json: bool) -> None:
    """Show one effect, and how each attempt went that is kept."""
    show_effect(number, as_json)
