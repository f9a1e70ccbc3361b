"""How promised effects are printed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from bot.cli.shell import opened, print_json

if TYPE_CHECKING:
    from store.attempts import Attempt
    from store.effects import Effect


def print_effects(effects: "Iterable[Effect]") -> None:
    """Print one line for each effect: when it is due, or since when it is dead and why."""
    for effect in effects:
        at = f"{effect.settled_at or effect.due_at:%Y-%m-%d %H:%M:%S} UTC"
        state = effect.cause or effect.state
        click.echo(f"{effect.id:>6}  {state:<13} {effect.kind:<22} {at}  {effect.reason or ''}".rstrip())


def show_effect(number: int, as_json: bool) -> None:
    """Print everything about one effect, with the attempts that are kept of it."""
    with opened() as bot:
        from bot.flows.deliveries_as_json import attempt_object, effect_object
        from bot.flows.views import effect_view

        view = bot.house.read_now(effect_view, number)
    if view is None:
        raise click.ClickException(
            f"There is no effect {number}. See what waits: firstfive deliveries list; what failed: "
            "firstfive dead-letters list"
        )
    if as_json:
        print_json({**effect_object(view.effect), "tried": [attempt_object(attempt) for attempt in view.attempts]})
        return
    for name, value in effect_object(view.effect).items():
        click.echo(f"{name:<12} {'' if value is None else value}".rstrip())
    for attempt in view.attempts:
        _print_attempt(attempt)


def _print_attempt(attempt: "Attempt") -> None:
    facts = [f"{attempt.at:%Y-%m-%d %H:%M:%S} UTC", f"{attempt.duration_ms} ms", attempt.outcome]
    facts += [str(fact) for fact in (attempt.status, attempt.reason) if fact is not None]
    click.echo(f"\nattempt {attempt.number}  " + "  ".join(facts))
    for line in (attempt.answer or "").splitlines():
        click.echo(f"  {line}")
