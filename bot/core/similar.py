"""Similar incidents: which words of a title tell what it is about, and when another is about the same."""

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W\d_]\w{2,}")
STEM = 5  # letters by which two forms of a word are the same

# What stands in titles whatever they are about.
COMMON = frozenset(
    {
        *(
            "and",
            "are",
            "but",
            "cannot",
            "for",
            "from",
            "had",
            "has",
            "have",
            "into",
            "its",
            "not",
            "off",
            "our",
            "out",
        ),
        *("over", "some", "than", "that", "the", "their", "they", "this", "too", "very", "was", "were"),
        *(
            "down",
            "error",
            "errors",
            "fail",
            "failed",
            "failing",
            "fails",
            "failure",
            "high",
            "incident",
            "issue",
            "low",
        ),
        *("new", "outage", "problem", "slow", "slower", "users", "without"),
    }
)


def telling_words(title: str) -> list[str]:
    """Return the words of a title that tell what it is about, each once, in order."""
    return list(dict.fromkeys(word for word in _WORD.findall(title.casefold()) if word not in COMMON))


def is_alike(words: Sequence[str], text: str) -> bool:
    """Tell whether at least half of the words, in whatever form, stand in a text."""
    there = {word[:STEM] for word in _WORD.findall(text.casefold())}
    return 2 * sum(word[:STEM] in there for word in words) >= len(words) > 0
