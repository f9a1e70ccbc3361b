"""Planned: the action items that a postmortem lists, in its table or its list, and what each says of itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.core.manuscript import Manuscript
from bot.core.structure.report import OPEN, Line, Report
from store.types import ActionType, Priority

WORK = ("action", "title", "item", "what", "task", "description")
_OVER = re.compile(r"\b(?:done|declined|won['’]?t (?:do|fix)|wontfix|rejected|not planned)\b", re.IGNORECASE)
_TICKET = re.compile(r"(?<!\w)[A-Z][A-Z0-9_]{1,9}-\d+(?!\w)|https?://")
_PRIORITY = re.compile(r"(?<!\w)[Pp]([0-3])(?!\w)")
_DAY = re.compile(r"(?<!\d)(20\d\d-\d\d-\d\d)(?!\d)")
_OWNER = re.compile(r"(?<![\w@])@([\w.-]+)")
_LOUD = re.compile(r"\*\*|__|`|\\(?=[\\`*_|#+.!-])")
_TICKED = re.compile(r"\[[xX]\]")
_BETWEEN = re.compile(r"[\s,;:(\[–—-]+$")
_BLANK = frozenset(["", "-", "–", "—", "nobody", "nobody yet", "none", "tbd", "n/a", "?"])


@dataclass(frozen=True, slots=True)
class Planned:
    """One item as it was written. ``owner`` is a name or an account; what is not said is None, or ""."""

    title: str
    owner: str = ""
    priority: Priority | None = None
    type: ActionType | None = None
    due_on: date | None = None
    done_when: str | None = None

    @property
    def sameness(self) -> str:
        """What tells whether another item says the same."""
        return sameness(self.title)


def sameness(title: str) -> str:
    """Return a title without what makes no difference."""
    return " ".join(title.split()).rstrip(".").casefold()


def planned(text: str) -> list[Planned]:
    """Return what a postmortem in Markdown plans and nobody has filed: no number of ours, no ticket, not over yet."""
    report = _Written(Manuscript(text), frozenset())
    found: dict[str, Planned] = {}
    for line in report.lines("action_items"):
        if _TICKED.search(report.manuscript.text, max(0, line.start - 5), line.start):
            continue
        for item in _item(line):
            found.setdefault(item.sameness, item)
    return list(found.values())


class _Written(Report):
    """A report whose texts are as they were written, names of code too, without the marks of Markdown."""

    def text(self, start: int, end: int) -> str:
        return " ".join(_LOUD.sub("", self.manuscript.text[start:end]).split())


def _item(line: Line) -> Iterator[Planned]:
    number = (line.cell("#", "number") or "").strip()
    filed = number.isdigit() or _TICKET.search(line.cell("ticket", "issue", "jira", "key") or "")
    if filed or not line.text or OPEN.search(line.text) or _OVER.search(line.cell("state", "status") or ""):
        return
    said = line.text if not line.cells else ""
    if _TICKET.search(said):
        return
    title = _title(line)
    if title.casefold() in _BLANK:
        return
    priority = _PRIORITY.search(line.cell("prio", "urgency") or said)
    kind = (line.cell("type", "kind") or "").strip().casefold()
    named = _OWNER.search(said)
    owner = (line.cell("owner", "assignee", "who", "responsible") or (named[1] if named else "")).strip()
    yield Planned(
        title=title,
        owner="" if owner.casefold() in _BLANK else owner.removeprefix("@"),
        priority=Priority(f"p{priority[1]}") if priority else None,
        type=ActionType(kind) if kind in set(ActionType) else None,
        due_on=_day(line.cell("due", "deadline", "until", "target", "eta", "by when") or said),
        done_when=(line.cell("done when", "verif", "end state") or "").strip() or None,
    )


def _title(line: Line) -> str:
    """Return what is to be done: its cell, or of a list's item what stands before owner, priority and date."""
    if line.cells:
        return (line.cell(*WORK) or line.cells[0][1]).strip(" *_.")
    said = line.text
    ends = [found.start() for each in (_PRIORITY, _DAY, _OWNER) if (found := each.search(said)) and found.start() > 3]
    said = said[: min(ends)] if ends else said
    said = re.sub(r"\b(?:owner|due|by|priority|assigned to):?\s*$", "", said.rstrip(" ,;:(–—-"), flags=re.IGNORECASE)
    return _BETWEEN.sub("", said).strip(" *_.")


def _day(said: str) -> date | None:
    found = _DAY.search(said)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
