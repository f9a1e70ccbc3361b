"""Versions of a postmortem in Markdown: what one says in short, and how two differ."""

import difflib
import re

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
