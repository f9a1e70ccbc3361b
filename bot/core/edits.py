"""Edits of a text, so that people who write in it at once lose nothing of each other's.

An edit walks through a text from its start to its end: a positive number keeps so many characters, a negative one
deletes so many, a text is inserted. ``(6, "big ", 5)`` makes "hello big world" of "hello world". `static/edits.js` is
the same in the browser; characters are code points in both.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from bot.errors import Unfit

Edit = tuple[int | str, ...]

MOST_LINES = (
    4_000  # changed lines, or words of a changed stretch, that are compared one by one; more are replaced whole
)

_WORDS = re.compile(r"\w+|\s|[^\w\s]")


def edit_of(value: object) -> Edit:
    """Return what came from outside as an edit; raise Unfit when it is none. So do all here for what does not fit."""
    if not isinstance(value, list) or any(isinstance(part, bool) or not isinstance(part, int | str) for part in value):
        raise Unfit("An edit is a list of numbers and texts.")
    if any("\ud800" <= character <= "\udfff" for part in value if isinstance(part, str) for character in part):
        raise Unfit("A text in it is cut within a character.")
    return _joined(value)


def length_before(edit: Edit) -> int:
    """Return how long a text is that an edit is one of, in characters."""
    return sum(abs(part) for part in edit if isinstance(part, int))


def changed(text: str, edit: Edit) -> str:
    """Return a text as an edit makes it; raise Unfit when it is an edit of another text."""
    if length_before(edit) != len(text):
        raise Unfit(f"It is an edit of {length_before(edit)} characters, and there are {len(text)}.")
    made, at = [], 0
    for part in edit:
        if isinstance(part, str):
            made.append(part)
        else:
            made.append(text[at : at + part] if part > 0 else "")
            at += abs(part)
    return "".join(made)


def transformed(edit: Edit, other: Edit, *, first: bool = False, alike: bool = False) -> Edit:
    """Return *edit* as it reads once *other*, made at the same time on the same text, has changed it.

    Where both insert, both are kept: the other's stands first, or this one's with *first*. Every inserted character
    stays; what both delete is deleted once. In whichever order two edits arrive, the text that comes of it is the same.
    With *alike*, what both insert alike at one place is one insertion.
    """
    if length_before(edit) != length_before(other):
        raise Unfit("They are edits of different texts.")
    made: list[int | str] = []
    mine, theirs = _Walk(edit), _Walk(other)
    while mine.part is not None or theirs.part is not None:
        if alike and isinstance(mine.part, str) and isinstance(theirs.part, str):
            made += [len(theirs.part), _without_beginning(mine.part, theirs.part)]
            mine.pass_(0)
            theirs.pass_(0)
        elif isinstance(mine.part, str) and (first or not isinstance(theirs.part, str)):
            made.append(mine.part)
            mine.pass_(0)
        elif isinstance(theirs.part, str):
            made.append(len(theirs.part))
            theirs.pass_(0)
        else:
            assert isinstance(mine.part, int)
            assert isinstance(theirs.part, int)
            count = min(abs(mine.part), abs(theirs.part))
            if theirs.part > 0:  # What the other deleted is gone already.
                made.append(count if mine.part > 0 else -count)
            mine.pass_(count)
            theirs.pass_(count)
    return _joined(made)


def moved(start: int, end: int, edit: Edit) -> tuple[int, int]:
    """Return where a passage is after an edit. What is inserted at its ends is not part of it.

    A passage that was deleted is empty, at the place where it stood.
    """
    new_start, new_end, at = start, end, 0
    for part in edit:
        if isinstance(part, str):
            new_start += len(part) if at <= start else 0
            new_end += len(part) if at < end else 0
        elif part < 0:
            new_start -= max(0, min(at - part, start) - at)
            new_end -= max(0, min(at - part, end) - at)
            at -= part
        else:
            at += part
    return min(new_start, new_end), new_end


def replacing(text: str, start: int, end: int, by: str) -> Edit:
    """Return the edit that puts *by* where a passage stands."""
    return _joined([start, by, start - end, len(text) - end])


def between(before: str, after: str) -> Edit:
    """Return an edit that makes *after* of *before*, as small as comparing lines, then words, makes it."""
    return _joined(_by_lines(before, after))


def merged(base: str, mine: str, now: str) -> Edit:
    """Return the edit of *now* that brings in what *mine* changed since *base*. Doing it again changes nothing."""
    return transformed(between(base, mine), between(base, now), alike=True)


def pieces(before: str, edit: Edit) -> Iterator[tuple[str, str]]:
    """Yield (word, text) of what an edit does, in reading order; the word is kept, added or removed."""
    at = 0
    for part in edit:
        if isinstance(part, str):
            yield "added", part
        else:
            yield ("kept" if part > 0 else "removed"), before[at : at + abs(part)]
            at += abs(part)


def _without_beginning(text: str, other: str) -> str:
    """Return a text without that with which both begin, when that is all of the shorter one."""
    if text.startswith(other):
        return text[len(other) :]
    return "" if other.startswith(text) else text


class _Walk:
    """Stands at one part of an edit."""

    def __init__(self, edit: Edit) -> None:
        self._rest = iter(edit)
        self.part = next(self._rest, None)

    def pass_(self, count: int) -> None:
        """Go on by *count* characters of the text; from an inserted text to what follows."""
        left = abs(self.part) - count if isinstance(self.part, int) else 0
        self.part = (
            (left if isinstance(self.part, int) and self.part > 0 else -left) if left else next(self._rest, None)
        )


def _joined(parts: Iterable[int | str]) -> Edit:
    """Return parts with neighbours joined; what is inserted and deleted at one place is inserted first."""
    made: list[int | str] = []
    for part in parts:
        if part in (0, ""):
            continue
        at = len(made)
        if isinstance(part, str) and made and isinstance(made[-1], int) and made[-1] < 0:
            at -= 1
        before = made[at - 1] if at else None
        if isinstance(part, str):
            if isinstance(before, str):
                made[at - 1] = before + part
            else:
                made.insert(at, part)
        elif isinstance(before, int) and (before > 0) == (part > 0):
            made[at - 1] = before + part
        else:
            made.append(part)
    return tuple(made)


def _by_lines(before: str, after: str) -> Iterator[int | str]:
    mine, theirs = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for old, new, is_same in _compared(mine, theirs):
        if is_same:
            yield len(old)
        else:
            for was, is_now, same in _compared(_WORDS.findall(old), _WORDS.findall(new)):
                yield from (len(was),) if same else (is_now, -len(was))


def _compared(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """Yield (stretch before, stretch after, whether they are the same)."""
    start, least = 0, min(len(before), len(after))
    while start < least and before[start] == after[start]:
        start += 1
    end = 0
    while end < least - start and before[-1 - end] == after[-1 - end]:
        end += 1
    yield "".join(before[:start]), "", True
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if max(len(old), len(new)) > MOST_LINES or not old or not new:
        yield "".join(old), "".join(new), False
    else:
        for word, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
            yield "".join(old[a:b]), "".join(new[c:d]), word == "equal"
    yield "".join(before[len(before) - end :]), "", True
