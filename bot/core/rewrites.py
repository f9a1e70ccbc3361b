"""Rewrites that a press takes: words that can be mended as they stand, or the example of a finding to begin from.

What a rewrite cannot know it does not make up. A text that is mended says nothing new; an example tells of another
incident, and is found by the checker as long as it stands there unchanged.
"""

import re
from dataclasses import dataclass

from bot.core.manuscript import Manuscript
from bot.core.rulebook import Category, Finding

_NAMES = ("handle", "e-mail", "name")
_ADVERB = re.compile(
    r"\b(?:accidentally|inadvertently|unintentionally|mistakenly|erroneously|wrongly|unknowingly|unwittingly|errantly"
    r"|by accident|by mistake|in error|accidental|inadvertent|unintended|mistaken|erroneous|careless)\b\s?",
    re.IGNORECASE,
)
_THEY = {"he": "they", "she": "they", "him": "them", "hers": "theirs", "himself": "themselves", "herself": "themselves"}
_HEADING = re.compile(r"“(## [^”]+)”")
_EXAMPLE = re.compile(r"“([^”]+)”")


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What to put from *start* to *end* of the text. ``mended``: it stands as it is; otherwise it is filled in."""

    start: int
    end: int
    text: str
    mended: bool


def rewrite(finding: Finding, manuscript: Manuscript) -> Rewrite | None:
    """Return what a press can put in the place of a finding, or None when only its author knows."""
    if finding.rule == "missing-section" and (heading := _HEADING.search(finding.rewrite)):
        end = len(manuscript.text)
        return Rewrite(end, end, f"\n{heading[1]}\n\n", True)
    found = manuscript.text[finding.start : finding.end]
    if finding.category is Category.NAMES:
        instead = "a responder" if finding.rule in _NAMES else _THEY.get(found.casefold(), "their")
        sentence = manuscript.sentence_at(finding.start, finding.end)
        begins = sentence is not None and sentence.start == finding.start
        return Rewrite(finding.start, finding.end, instead.capitalize() if begins else instead, True)
    if finding.category is Category.BLAME and (adverb := _ADVERB.search(found)):
        kept = found[: adverb.start()] + found[adverb.end() :]
        return Rewrite(finding.start, finding.end, kept.rstrip(), True)
    if finding.category is Category.BLAME and (example := _EXAMPLE.search(finding.rewrite)):
        sentence = manuscript.sentence_at(finding.start, finding.end)
        if sentence is not None:
            return Rewrite(sentence.start, sentence.end, example[1], False)
    return None


def examples(rewrites: list[str]) -> frozenset[str]:
    """Return the examples that rewrites give, as sentences."""
    return frozenset(_as_sentence(example) for text in rewrites for example in _EXAMPLE.findall(text))


def is_example(sentence: str, known: frozenset[str]) -> bool:
    """Whether a sentence is an example that nobody filled in."""
    return _as_sentence(sentence) in known


def _as_sentence(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()
