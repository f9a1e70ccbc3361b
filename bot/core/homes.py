"""Homes: where a postmortem lives besides the bot, and what of it has been said there."""

import difflib
import hashlib
import re
from dataclasses import dataclass
from html import unescape

MOST_LINES = 12  # of what differs, that a message shows
LONGEST_LINE = 120  # characters

_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"</(?:p|h[1-6]|li|tr|td|th|pre|blockquote)>|<br\s*/?>|<hr\s*/?>|</ac:plain-text-body>")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_PARAMETER = re.compile(r"<ac:parameter[^>]*>.*?</ac:parameter>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Homes:
    """Which of them are set up here. ``private``: the model may see private incidents."""

    confluence: bool = False
    mail: bool = False
    model: bool = False
    private: bool = False


NOWHERE = Homes()


def mark_of(request_id: str, home: str) -> str:
    """Return the mark by which what we made for an incident is known at a home, wherever else firstfive runs."""
    return "firstfive-" + hashlib.sha256(f"{home}/{request_id}".encode()).hexdigest()[:20]


def plain_lines(storage: str) -> list[str]:
    """Return what a reader sees of a page in Confluence's storage format, a line for each paragraph, item and cell."""
    text = _CDATA.sub(lambda match: match[1].replace("<", "&lt;"), _PARAMETER.sub("", storage))
    text = unescape(_TAG.sub("", _BREAK.sub("\n", text.replace("\n", " "))))
    return [line for each in text.split("\n") if (line := " ".join(each.split()))]


def differing(ours: str, theirs: str) -> list[str]:
    """Return the lines in which *theirs* differs from what we wrote, each with + or −; both in the storage format."""
    found = difflib.unified_diff(plain_lines(ours), plain_lines(theirs), lineterm="", n=0)
    lines = [line for line in found if line[:1] in "+-" and not line.startswith(("+++", "---"))]
    return [("− " if line[0] == "-" else "+ ") + line[1:] for line in lines]
