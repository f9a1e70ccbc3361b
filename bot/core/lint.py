"""Checks a postmortem for blame, names and structure. A finding may be overruled in the text, with a reason.

`<!-- firstfive: allow should-have because the sentence quotes the report of 2019 -->` holds for the block that it
stands in or right before, and for findings about the file as a whole wherever it stands.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.core.blameless import Checker
from bot.core.manuscript import Manuscript
from bot.core.rewrites import is_example
from bot.core.rulebook import Category, Finding, Level
from bot.core.structure.report import Report
from bot.core.structure.table import CHECKS

EVERYTHING = frozenset(Category)

_ALLOW = re.compile(
    r"<!--\s*firstfive:\s*allow\b(?P<rules>.*?)(?:\bbecause\b(?P<reason>.*?))?-->", re.DOTALL | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an author overrules, why, and the stretch of text that it holds for."""

    rules: frozenset[str]
    reason: str
    start: int
    end: int
    reach: tuple[int, int]

    def covers(self, finding: Finding) -> bool:
        """Whether it overrules a finding."""
        about_file = finding.end == 0
        within = self.reach[0] <= finding.start < self.reach[1]
        return finding.rule in self.rules and bool(self.reason) and (about_file or within)


def check(text: str, checker: Checker, only: Iterable[Category] = EVERYTHING) -> list[Finding]:
    """Return every finding in reading order, overruled ones too. A text without headings has no structure."""
    wanted = frozenset(only)
    manuscript = Manuscript(text)
    found = [finding for finding in checker.findings(manuscript) if finding.category in wanted]
    if Category.STRUCTURE in wanted and manuscript.sections:
        report = Report(manuscript, checker.verbs)
        found += [finding for each in CHECKS for finding in each(report)]
    allowances = list(_allowances(manuscript))
    if Category.STRUCTURE in wanted:
        found += _unfilled(manuscript, checker)
    found = [_overruled(finding, allowances) for finding in found] + list(_idle(manuscript, allowances, found))
    return sorted(found, key=lambda finding: (finding.line, finding.column, finding.rule))


def finding_object(finding: Finding) -> dict[str, Any]:
    """Return a finding as programs see it."""
    return {
        "line": finding.line,
        "column": finding.column,
        "rule": finding.rule,
        "category": finding.category,
        "severity": finding.level,
        "sentence": finding.sentence,
        "why": finding.why,
        "rewrite": finding.rewrite,
        "overruled": finding.overruled,
    }


def standing(findings: Iterable[Finding], least: Level) -> list[Finding]:
    """Return the findings at or above a level that nobody overruled."""
    return [each for each in findings if each.overruled is None and each.level.rank >= least.rank]


def _unfilled(manuscript: Manuscript, checker: Checker) -> Iterator[Finding]:
    """Yield a finding for each of our own examples that was put in the place of a sentence and not filled in."""
    for sentence in manuscript.sentences:
        shown = manuscript.shown(sentence.start, sentence.end)
        if is_example(shown, checker.examples):
            line, column = manuscript.place(sentence.start)
            why, fix = (
                "This is an example of the checker and tells of no incident.",
                "Write what happened here instead.",
            )
            where = (line, column, sentence.start, sentence.end)
            yield Finding("example", Category.STRUCTURE, Level.HIGH, *where, shown, why, fix)


def _allowances(manuscript: Manuscript) -> Iterator[Allowance]:
    for start, end in manuscript.comments:
        match = _ALLOW.fullmatch(manuscript.text[start:end])
        if match:
            rules = frozenset(re.findall(r"[a-z][a-z0-9-]*", match["rules"]))
            reason = " ".join((match["reason"] or "").split())
            yield Allowance(rules, reason, start, end, _reach(manuscript, start, end))


def _reach(manuscript: Manuscript, start: int, end: int) -> tuple[int, int]:
    """Return the stretch of the block around a comment, or of the first one after it."""
    line_start = manuscript.text.rfind("\n", 0, start) + 1
    line_end = manuscript.text.find("\n", end) if "\n" in manuscript.text[end:] else len(manuscript.text)
    around = [block for block in manuscript.blocks if block.start < line_end and line_start < block.end]
    after = [block for block in manuscript.blocks if block.start >= end][:1]
    blocks = around or after
    return (min(b.start for b in blocks), max(b.end for b in blocks)) if blocks else (0, 0)


def _overruled(finding: Finding, allowances: Iterable[Allowance]) -> Finding:
    reason = next((allowance.reason for allowance in allowances if allowance.covers(finding)), None)
    return replace(finding, overruled=reason)


def _idle(manuscript: Manuscript, allowances: Iterable[Allowance], found: list[Finding]) -> Iterator[Finding]:
    """Yield a finding for each comment that gives no reason, or that overrules nothing."""
    for allowance in allowances:
        if not allowance.reason:
            why = "This overrules a finding and does not say why."
            fix = "Add the reason: <!-- firstfive: allow should-have because … -->"
        elif not any(allowance.covers(finding) for finding in found):
            why, fix = "This overrules nothing.", "Remove it, or put it right before what it is about."
        else:
            continue
        line, column = manuscript.place(allowance.start)
        shown = manuscript.shown(allowance.start, allowance.end)
        yield Finding(
            "overruling", Category.STRUCTURE, Level.LOW, line, column, allowance.start, allowance.end, shown, why, fix
        )
