"""Checks of the action items: who, until when, how urgent, of which kind, and how anyone can tell that one is done."""

import re
from collections.abc import Iterator, Sequence

from bot.core.rulebook import Finding, Level
from bot.core.structure.report import OPEN, Line, Report

_FIELDS = {
    "an owner": (("owner", "assignee", "who", "responsible"), r"(?<!\w)@\w|\bowner\b|\bassigned to\b"),
    "a priority": (("prio", "urgency"), r"(?<!\w)P[0-4](?!\w)|\bpriority\b"),
    "a due date": (
        ("due", "deadline", "until", "target", "eta", "by when"),
        r"\b20\d\d-\d\d-\d\d\b|\bdue\b|\bQ[1-4]\b",
    ),
    "a ticket": (
        ("ticket", "issue", "jira", "link", "#", "key", "id"),
        r"https?://|\]\(|(?<!\w)(?:[A-Z]{2,10}-\d+|#\d+)(?!\w)|\bissue (?:has been )?created\b",
    ),
    "a type": (("type", "kind"), r"\b(?:prevent|mitigate|detect|repair|investigate)\b"),
}
_WORK = ("action", "title", "item", "what", "task", "description")
_VAGUE = re.compile(
    r"(?:investigate|look (?:into|at)|explore|consider|think about|discuss|evaluate|reflect|research|figure out|see if"
    r"|talk|understand|improve|enhance|better|strengthen|optimi[sz]e|tune|ensure|make sure|review|revisit|try|work on"
    r"|keep)\b",
    re.IGNORECASE,
)
_VERIFIABLE = re.compile(
    r"\d|¤|\b(?:alerts?|alarms?|tests?|probe|dashboard|refuses?|rejects?|fails?|blocks?|pages?|warns?|panel"
    r"|metric|checks?|template|runbook|limit|quota|timeout|so that|until|decide|decision|written down)\b",
    re.IGNORECASE,
)
_DECLINED = re.compile(r"\b(?:declined|won['’]?t (?:do|fix)|wontfix|rejected|not planned)\b", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:because|since|as|reason|instead|superseded|duplicate)\b|(?:declined|fix|do|rejected|planned)\s*[:–—(]",
    re.IGNORECASE,
)
_USERS = re.compile(
    r"\b(?:users?|customers?|clients?|visitors?|shoppers?|guests?|tenants?|everyone|public)\b", re.IGNORECASE
)
_BLANK = frozenset(["", "-", "–", "—", "nobody yet", "none", "tbd", "n/a", "?"])


def check(report: Report) -> Iterator[Finding]:
    """Yield what keeps action items from being finished."""
    if "action_items" not in report.sections:
        return
    asked = [line for line in report.lines("action_items") if OPEN.search(line.text)]
    items = [line for line in report.lines("action_items") if line.text and line not in asked]
    if not items:
        if not asked and not report.said("action_items").strip().startswith("None"):
            why, fix = "There is no action item.", "List what will change, or write “None, because …”."
            yield report.about("action_items", "no-action", Level.MEDIUM, why, fix)
        return
    yield from _fields(report, items)
    for item in items:
        yield from _one(report, item)
    if not asked:
        yield from _together(report, items)


def _fields(report: Report, items: Sequence[Line]) -> Iterator[Finding]:
    missing = [
        what
        for what, (heads, pattern) in _FIELDS.items()
        if not any(item.cell(*heads) is not None or re.search(pattern, _raw(report, item)) for item in items)
    ]
    if missing:
        why = f"No action item gives {', '.join(missing)}."
        fix = "List them as a table: | Action | Owner | Priority | Type | Due | Ticket |"
        yield report.about("action_items", "action-fields", Level.MEDIUM, why, fix)
    for item in items:
        blank = [what for what, (heads, _) in _FIELDS.items() if _is_blank(item.cell(*heads))]
        if blank:
            why = f"This action item lacks {', '.join(blank)}."
            yield report.found(
                "action-blank", Level.LOW, why, "Fill it in, or decline it and say why.", item.start, item.end
            )


def _one(report: Report, item: Line) -> Iterator[Finding]:
    work = (item.cell(*_WORK) or (item.text if not item.cells else item.cells[0][1])).strip(" *_.")
    words = re.findall(r"[\w'-]+", work)
    if not words:
        return
    if words[0].casefold() not in report.verbs and not (words[0].endswith("ly") and words[1:2]):
        why = f"It begins with “{words[0]}” and no verb: it does not say what will be done."
        fix = "Begin with what will be done, and end with how anyone can tell that it is: “Add an alert when …”."
        yield report.found("action-verb", Level.LOW, why, fix, item.start, item.end)
    elif (vague := _VAGUE.match(work)) and not _VERIFIABLE.search(work):
        why = f"“{vague[0]}” has no end: nobody can tell when it is done."
        fix = "Give the end: a number, the name of an alert, a test that fails today, or a date for a decision."
        yield report.found("action-vague", Level.LOW, why, fix, item.start, item.end)
    if _DECLINED.search(item.text) and not _REASON.search(item.text):
        why, fix = (
            "It is declined, and no reason is given.",
            "Keep it, with the reason: “declined: the store is replaced in May”.",
        )
        yield report.found("action-declined", Level.LOW, why, fix, item.start, item.end)


def _together(report: Report, items: Sequence[Line]) -> Iterator[Finding]:
    priorities = {
        found[0].upper() for item in items if (found := re.search(r"(?<!\w)P[0-4](?!\w)", item.text, re.IGNORECASE))
    }
    if len(items) > 1 and len(priorities) == 1:
        why, fix = f"All action items are {min(priorities)}. Then none comes first.", "Say which comes first."
        yield report.about("action_items", "one-priority", Level.LOW, why, fix)
    types = {text.casefold() for item in items if (text := item.cell("type", "kind"))}
    if types and not types & {"prevent", "detect", "prevention", "detection"}:
        why = "No action item prevents this or shows it sooner."
        yield report.about("action_items", "no-prevention", Level.MEDIUM, why, "Add one of type prevent or detect.")
    front = " ".join(report.fields.values())
    if priorities and not priorities & {"P0", "P1"} and (_USERS.search(report.said("impact")) or "SEV1" in front):
        why = "Users were affected, and no action item is P0 or P1."
        fix = "Give what keeps it from happening again to them that priority, or say why it can wait."
        yield report.about("action_items", "nothing-urgent", Level.LOW, why, fix)


def _is_blank(cell: str | None) -> bool:
    return cell is not None and cell.casefold() in _BLANK


def _raw(report: Report, item: Line) -> str:
    return report.manuscript.text[item.start : item.end]
