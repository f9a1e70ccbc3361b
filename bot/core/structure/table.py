"""Every check of a postmortem's structure, in the order in which a reader meets what it is about."""

from collections.abc import Callable, Iterator

from bot.core.rulebook import Finding
from bot.core.structure import actions, chronology, impact, sections
from bot.core.structure.report import Report

CHECKS: tuple[Callable[[Report], Iterator[Finding]], ...] = (
    sections.check,
    impact.check,
    chronology.check,
    actions.check,
)
