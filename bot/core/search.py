"""Searching: what the words of a search stand for, and where they stand in a text.

A word is found wherever one begins with it, whatever its case; what inflects it is left off first, so that "failing"
finds "failed". Both databases and our own reading of sealed texts follow this one rule.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_WORDS = 8
LONGEST_WORD = 40  # letters
AROUND = 110  # characters that a snippet shows on either side of what was found

_WORD = re.compile(r"[^\W_]+")
_KEY = re.compile(r"\s*(?:inc-?)?([0-9]{1,9})\s*", re.IGNORECASE)
# What inflects a word, unless so little would be left that it stood for too much.
_ENDING = re.compile(r"(?<=\w{4})(?:ings?|ions?|ies|ed|es|s|(?<=[^aeiou])y)$")
# What says nothing about what somebody looks for, unless it is all that they typed.
_LITTLE = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on", "or", "the", "to"}
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: each of *beginnings* is to begin a word; *number* is an incident's, if they typed it."""

    beginnings: tuple[str, ...]
    number: int | None = None

    def __bool__(self) -> bool:
        return bool(self.beginnings)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and whether it is what was looked for."""

    text: str
    found: bool = False


def wanted(words: str) -> Wanted:
    """Return what was typed as what is looked for. Nothing that is typed is an error: signs only part words."""
    typed = list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(words.casefold())))
    telling = [word for word in typed if word not in _LITTLE] or typed
    key = _KEY.fullmatch(words)
    beginnings = tuple(dict.fromkeys(stem(word) for word in telling[:MOST_WORDS]))
    return Wanted(beginnings, int(key[1]) if key else None)


def stem(word: str) -> str:
    """Return a word without what inflects it; a short one as it is."""
    return _ENDING.sub("", word)


def is_in(text: str, looked_for: Wanted) -> bool:
    """Tell whether each of the words begins some word of a text."""
    there = set(_WORD.findall(text.casefold()))
    return all(any(_begins(word, beginning) for word in there) for beginning in looked_for.beginnings)


def pieces(text: str, looked_for: Wanted) -> tuple[Piece, ...]:
    """Return a text whole, in pieces of which some are what was looked for."""
    return tuple(_pieces(text, looked_for.beginnings))


def snippet(text: str, looked_for: Wanted) -> tuple[Piece, ...]:
    """Return the part of a text around the first of the words, in pieces; none when no word is in it."""
    text = " ".join(text.split())
    first = next(_hits(text, looked_for.beginnings), None)
    if first is None:
        return ()
    start, end = max(0, first.start() - AROUND), first.end() + AROUND
    start = text.find(" ", start, first.start()) + 1 or start if start else 0
    end = (text.rfind(" ", first.end(), end) if end < len(text) else len(text)) or len(text)
    end = end if end > first.end() else min(len(text), first.end() + AROUND)
    before, after = Piece("… ") if start else None, Piece(" …") if end < len(text) else None
    return tuple(filter(None, (before, *_pieces(text[start:end], looked_for.beginnings), after)))


def _pieces(text: str, beginnings: Sequence[str]) -> Iterator[Piece]:
    end = 0
    for hit in _hits(text, beginnings):
        if hit.start() > end:
            yield Piece(text[end : hit.start()])
        yield Piece(hit[0], found=True)
        end = hit.end()
    if end < len(text):
        yield Piece(text[end:])


def _hits(text: str, beginnings: Sequence[str]) -> Iterator[re.Match[str]]:
    return (
        word for word in _WORD.finditer(text) if any(_begins(word[0].casefold(), beginning) for beginning in beginnings)
    )


def _begins(word: str, beginning: str) -> bool:
    """Tell whether a word begins so; one letter is only itself, or it would stand for everything."""
    return word == beginning if len(beginning) == 1 else word.startswith(beginning)
