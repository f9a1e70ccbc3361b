"""Versions of a postmortem in Markdown: what one says in short, and how two differ."""

import difflib
import re
from collections.abc import Iterable

from bot.core.edits import between, pieces

_HEADING = re.compile(r"^#+\s+(.*?)\s*#*$", re.MULTILINE)


def summary(text: str) -> str:
    """Return what stands under the heading Summary, on one line; nothing when there is no such heading."""
    return passage(text, "Summary")


def passage(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one, on one line."""
    headings = list(_HEADING.finditer(text))
    for found, after in zip(headings, [*headings[1:], None], strict=True):
        if found[1].casefold() == heading.casefold():
            return " ".join(text[found.end() : after.start() if after else len(text)].split())
    return ""


def diff(before: str, after: str, names: tuple[str, str]) -> str:
    """Return a unified diff of two versions."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
    return "\n".join(lines)


AROUND = 3  # lines that are kept around what changed


def changes(before: str, after: str) -> list[list[tuple[str, str]]]:
    """Return what changed word by word, as stretches of (kept, added or removed, text) with the lines around them.

    What is far from any change is left out between two stretches; texts that are the same have none.
    """
    stretches: list[list[tuple[str, str]]] = []
    found = _removed_first(pieces(before, between(before, after)))
    for at, (word, text) in enumerate(found):
        if word != "kept":
            stretches = stretches or [[]]
            stretches[-1].append((word, text))
            continue
        lines = text.splitlines(keepends=True)
        head, tail = lines[: AROUND + 1] if at else [], lines[-AROUND - 1 :] if at + 1 < len(found) else []
        if len(lines) <= len(head) + len(tail) and at and at + 1 < len(found):
            stretches[-1].append(("kept", text))
            continue
        if head:
            stretches[-1].append(("kept", "".join(head)))
        if tail:
            stretches.append([("kept", "".join(tail))])
    return stretches if any(word != "kept" for stretch in stretches for word, _ in stretch) else []


def _removed_first(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return pieces as people read a change: what was there, then what stands there now."""
    ordered: list[tuple[str, str]] = []
    for piece in found:
        swaps = piece[0] == "removed" and ordered and ordered[-1][0] == "added"
        ordered.insert(len(ordered) - 1 if swaps else len(ordered), piece)
    return ordered
