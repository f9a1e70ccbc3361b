"""Figures about the bot itself."""

from dataclasses import dataclass

from bot.flows.tx import Tx
from store.effects import count_effects
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
