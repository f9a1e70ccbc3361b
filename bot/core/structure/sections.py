"""Checks that every section is there and written, and that the report says whose it is and how old."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from bot.core.manuscript import Kind
from bot.core.rulebook import Finding, Level
from bot.core.sections import SECTIONS
from bot.core.structure.report import OPEN, Report, section_called

NEEDED = ("summary", "impact", "timeline", "action_items")
PUBLISHED = "the date of publication"
LATE = 2  # days from the incident to its publication

_TEMPLATE = re.compile(
    r"(?<!\w)(?:TBD|TBA|TODO|FIXME|XX:XX|HH:MM|HH:mm|20xx-MM-DD|XXX+|YYY|ZZZ|YYYY(?:-MM-DD)?|yyyy-mm-dd|lorem ipsum)"
    r"(?!\w)|(?<![\w?])\?{3,}"
    r"|[\[<{](?:insert|your|fill in|describe|add|enter|name of|service name|link to|e\.g\.)[^\]>}\n]{0,80}[\]>}]"
    r"|(?i:(?:these|this) (?:are|is) (?:only |just )?(?:a )?(?:sample|template|placeholder|example)s?\b"
    r"|ideally,? (?:these|this|each|every)\b|(?:in|of) this section\b|delete this (?:line|section)"
    r"|things that (?:could have gone better|went well)[.:]|every action item should\b)",
)
_ORDER = re.compile(
    r"(?:briefly |shortly )?(?:describe|explain|summari[sz]e|provide|fill in|insert|outline|give)"
    r" (?:a |an |the |any |all |what|how|why|who|when|here|briefly|your)",
    re.IGNORECASE,
)
_ASKED = {
    "an owner": ("owner", "author", "created by", "written by", "lead", "responsible"),
    "reviewers": ("reviewer", "reviewed", "approver"),
    "a state": ("state", "status"),
    "the date of the incident": ("date", "incident", "opened", "started", "start", "when"),
    PUBLISHED: ("published", "publication", "last modified", "due", "written", "updated", "created on"),
}
_SEVERAL = re.compile(r",| and | & |/|;")
_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


def check(report: Report) -> Iterator[Finding]:
    """Yield what is missing, empty, or still says what the template said."""
    yield from _missing(report)
    yield from _empty(report)
    yield from _template(report)
    yield from _front(report)
    yield from _factors(report)
    yield from _open_questions(report)


def _missing(report: Report) -> Iterator[Finding]:
    for name, title in SECTIONS.items():
        if name in report.sections or (name == "contributing_factors" and "root_cause" in report.sections):
            continue
        if name == "root_cause" and "contributing_factors" in report.sections:
            continue
        level = Level.MEDIUM if name in NEEDED else Level.LOW
        yield report.found(
            "missing-section", level, f"There is no section “{title}”.", f"Add a heading “## {title}” and write it."
        )


def _empty(report: Report) -> Iterator[Finding]:
    manuscript = report.manuscript
    for section, following in zip_longest(manuscript.sections, manuscript.sections[1:]):
        below = following is not None and following.start < section.end
        written = re.search(r"[\w¤]", manuscript.plain[section.body : section.end])
        shown = re.search(r"```|~~~|!\[", manuscript.text[section.body : section.end])
        if section.level > 1 and not below and not written and not shown:
            why = f"The section “{section.title}” is empty."
            fix = "Write it, or say that nothing is known and why."
            yield report.found("empty-section", Level.MEDIUM, why, fix, section.start, section.body)


def _template(report: Report) -> Iterator[Finding]:
    manuscript = report.manuscript
    for sentence in manuscript.sentences:
        if sentence.block.kind is Kind.QUOTE:
            continue
        text = manuscript.text[sentence.start : sentence.end]
        match = _TEMPLATE.search(text) if not text.startswith("`") else None
        if match and "`" in text and text[: match.start()].count("`") % 2:
            match = None  # it is code
        tasks = any(section_called(title) == "action_items" for title in sentence.block.path)
        if match is None and not tasks:
            match = _ORDER.match(manuscript.plain[sentence.start : sentence.end])
        if match:
            why = f"“{match[0].strip()}” is the template's text."
            fix = "Write what happened here, or say that it is not known and why."
            yield report.found("template-text", Level.MEDIUM, why, fix, sentence.start, sentence.end)


def _front(report: Report) -> Iterator[Finding]:
    names = list(report.fields)
    asked = {what: words for what, words in _ASKED.items() if not (what == PUBLISHED and report.is_draft)}
    missing = [what for what, words in asked.items() if not any(word in name for name in names for word in words)]
    if missing:
        why = f"Nothing at the top gives {', '.join(missing)}."
        fix = "Add it to the table at the top: | Owner | the on-call lead |"
        yield report.found("missing-front", Level.LOW, why, fix)
    owner = next((value for name, value in report.fields.items() if name in ("owner", "owners")), "")
    if len(_SEVERAL.split(owner)) > 1:
        why = f"There are several owners: {owner}. What several own, nobody finishes."
        yield report.found("one-owner", Level.LOW, why, "Name one owner, and the others as reviewers.")
    yield from _age(report)


def _age(report: Report) -> Iterator[Finding]:
    def dated(*words: str) -> date | None:
        for name, value in report.fields.items():
            match = _DATE.search(value) if any(word in name for word in words) else None
            if match:
                try:
                    return date(int(match[1]), int(match[2]), int(match[3]))
                except ValueError:
                    return None
        return None

    ended = dated("resolved", "incident", "opened", "date")
    published = dated("published", "publication")
    if ended and published and (published - ended).days > LATE:
        why = f"It was published {(published - ended).days} days after the incident. Memory fades within {LATE}."
        yield report.found("late", Level.LOW, why, "Publish a short version early, and add to it.")


def _factors(report: Report) -> Iterator[Finding]:
    name = "contributing_factors" if "contributing_factors" in report.sections else "root_cause"
    if name not in report.sections or OPEN.search(report.said(name)):
        return
    section = report.sections[name]
    items = [line for line in report.lines(name) if line.text]
    paragraphs = re.split(r"\n\s*\n", report.manuscript.plain[section.body : section.end].strip())
    if len(items) < 2 and (len(items) == 1 or len([text for text in paragraphs if text.strip()]) < 2):
        why = "Fewer than two contributing factors are given. One cause alone never explains an incident."
        fix = "List the trigger, and two or more conditions that let it have this effect, each with its timeline entry."
        yield report.about(name, "two-factors", Level.MEDIUM, why, fix)


def _open_questions(report: Report) -> Iterator[Finding]:
    count = len(OPEN.findall(report.manuscript.plain))
    if count and not report.is_draft:
        counted = "1 open question is" if count == 1 else f"{count} open questions are"
        fix = "Answer each, or say that it cannot be answered and why."
        yield report.found("open-questions", Level.MEDIUM, f"{counted} left, and this is no draft.", fix)
