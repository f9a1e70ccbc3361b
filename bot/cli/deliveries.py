"""firstfive deliveries"""

from dataclasses import asdict

import click

from bot.cli.effects import print_effects, show_effect
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
        from bot.flows.deliveries_as_json import effect_object

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


@deliveries.command("lanes", epilog="Example: firstfive deliveries lanes")
@json_option(help="Print what waits as JSON.")
def lanes_(as_json: bool) -> None:
    """Show what waits in each lane: whose it is, how much, how long, and their share of the turns."""
    with opened() as bot:
        from bot.flows.lanes import lanes
        from bot.flows.leave_alone import known_breakers

        waiting = bot.house.read_now(lanes)
        breakers = {budget: state for budget, (state, _, _) in bot.house.read_now(known_breakers).items()}
    if as_json:
        print_json(
            {"lanes": [{**asdict(each), "age": each.age.total_seconds()} for each in waiting], "breakers": breakers}
        )
        return
    for each in waiting:
        own = "  room of its own" if each.isolated else ""
        age = f"{each.age.total_seconds():.0f} s"
        click.echo(
            f"{each.lane:<12} workspace {each.workspace_id:<4} {each.depth:>6}  {age:>8}  {each.share:>4.0%}{own}"
        )
    for budget, state in breakers.items():
        click.echo(f"{budget}: {state}")
    if not waiting:
        click.echo("Nothing waits.")


@deliveries.command("share", epilog="Example: firstfive deliveries share T0ACME --weight 2 --isolated")
@click.argument("team")
@click.option("--weight", type=float, default=1.0, show_default=True, help="Turns that it has where others have one.")
@click.option("--isolated/--shared", default=False, show_default=True, help="Give it room for calls of its own.")
def share(team: str, weight: float, isolated: bool) -> None:
    """Say what share of the deliveries a workspace has."""
    with opened() as bot:
        from bot.flows.lanes import give_share

        bot.house.do_now(give_share, team, weight, isolated)
    room = "room of its own" if isolated else "the room that all share"
    click.echo(f"{team} has weight {weight:g} and {room}.")
