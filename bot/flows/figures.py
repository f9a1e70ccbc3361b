"""Figures about the bot itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.flows.tx import Tx
from store.effects import Effect, count_effects, effects_in
from store.incidents import count_live
from store.types import EffectState


@dataclass(frozen=True, slots=True)
class Figures:
    """How many effects are in each state, and how many incidents are being worked on (tests left out)."""

    effects: dict[EffectState, int]
    live: int


def figures(tx: Tx) -> Figures:
    """Count."""
    return Figures(count_effects(tx.db), count_live(tx.db))


def undelivered(tx: Tx) -> list[Effect]:
    """Return the effects that still wait or are being sent, the oldest first, at most a hundred of each kind."""
    states = (EffectState.CLAIMED, EffectState.UNKNOWN, EffectState.DUE)
    return sorted(
        (effect for state in states for effect in effects_in(tx.db, state)), key=lambda effect: effect.id or 0
    )


def dead(tx: Tx) -> Sequence[Effect]:
    """Return the effects that failed for good, the oldest first, at most a hundred."""
    return effects_in(tx.db, EffectState.DEAD)
