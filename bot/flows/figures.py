"""Figures about the bot itself."""

from dataclasses import dataclass

from bot.flows.tx import Tx
from store.alerts import firing_by_sender
from store.dead_letters import Selection, dead_by_cause
from store.effects import Effect, count_effects, effects_in
from store.incidents import count_live
from store.types import Cause, EffectState


@dataclass(frozen=True, slots=True)
class Figures:
    """How many effects are in each state, dead letters of each kind and cause, and live incidents (tests left out).

    ``alerts`` are those that fire, by sender.
    """

    effects: dict[EffectState, int]
    dead: dict[tuple[str, Cause], int]
    live: int
    alerts: dict[str, int]


def figures(tx: Tx) -> Figures:
    """Count."""
    return Figures(count_effects(tx.db), dead_by_cause(tx.db, Selection()), count_live(tx.db), firing_by_sender(tx.db))


def undelivered(tx: Tx) -> list[Effect]:
    """Return the effects that still wait or are being sent, the oldest first, at most a hundred of each kind."""
    states = (EffectState.CLAIMED, EffectState.UNKNOWN, EffectState.DUE)
    return sorted(
        (effect for state in states for effect in effects_in(tx.db, state)), key=lambda effect: effect.id or 0
    )
