"""The front of a postmortem: what its first table says of its state, once it is published."""

import re
from datetime import datetime

from bot.core.marks import stamp
from bot.core.spans import span
from store.types import Precision

_STATE = re.compile(r"^\| State \|[^\n]*\|$", re.MULTILINE)
_PUBLISHED = re.compile(r"^\| Published \|[^\n]*\|\n", re.MULTILINE)
_SECTION = re.compile(r"^## ", re.MULTILINE)


def as_published(text: str, at: datetime, resolved_at: datetime | None) -> str:
    """Return a postmortem whose table says that it is published, when, and how old its incident was then.

    A text without such a row is somebody's own, and stays as it is. Saying it twice changes nothing.
    """
    first = _SECTION.search(text)
    end = first.start() if first else len(text)
    front = _PUBLISHED.sub("", text[:end])
    age = f", {span(at - resolved_at)} after it was resolved" if resolved_at and at >= resolved_at else ""
    rows = f"| State | published |\n| Published | {stamp(at, Precision.MINUTE)}{age} |"
    return (_STATE.sub(rows, front, count=1) if _STATE.search(front) else text[:end]) + text[end:]
