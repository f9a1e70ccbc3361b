"""How promised effects are printed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from bot.cli.shell import zulu

if TYPE_CHECKING:
    from store.effects import Effect


def effect_object(effect: "Effect") -> dict[str, Any]:
    """Return an effect as programs see it: ids and states, nothing that a person wrote."""
    return {
        "number": effect.id,
        "kind": effect.kind,
        "incident_id": effect.incident_id,
        "state": effect.state,
        "attempts": effect.attempts,
        "created_at": zulu(effect.created_at),
        "due_at": zulu(effect.due_at),
        "settled_at": zulu(effect.settled_at),
        "reason": effect.reason,
    }


def print_effects(effects: "Iterable[Effect]") -> None:
    """Print one line for each effect."""
    for effect in effects:
        at = f"{effect.due_at:%Y-%m-%d %H:%M:%S} UTC"
        click.echo(f"{effect.id:>6}  {effect.state:<8} {effect.kind:<22} {at}  {effect.reason or ''}".rstrip())
