"""Factors: what the record gives reason to propose as contributing, each with the entries it rests on.

A proposal states what is recorded and never that it was the cause. Which of them hold is for people to say.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from bot.core import prose
from bot.core.case import Case
from bot.core.cast import Cast
from bot.core.marks import Duration, Mark, Point, Points
from bot.core.spans import span
from bot.core.telling import entry
from bot.core.timeline import Moment
from store.types import EntryKind

MOST = 5  # of one sort; a longer list of suspects is read by nobody
LONGEST_QUOTE = 200  # characters; of a longer text only its entry is named

_SLOW = {Mark.DETECTED: 5, Mark.ACKNOWLEDGED: 15, Mark.UPDATED: 30}  # minutes after which the wait is worth a question
_BEGINNINGS = (Mark.IMPACT, Mark.DETECTED, Mark.DECLARED)
_CHAT = ("chat", "")

_CHANGE = re.compile(
    r"\b(?:deploy|rollout|rollover|roll(?:s|ed|ing)? out|releas|merg|upgrad|migrat|updat|bump|config|feature flag)\w*",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"\b(?:fail(?:s|ed|ure)?|tim(?:es|ed) out|timeout|hangs|refuses|rejected|unreachable)\b", re.IGNORECASE
)
_CONDITION = re.compile(
    r"\b(?:no|without(?: an?| any)?|lack(?:s|ed|ing)?(?: an?)?|missing) (?:[\w-]+ ){0,2}?"
    r"(?:runbooks?|confirmations?|reviews?|alerts?|tests?|limits?|backups?|rollback|safeguards?|canary|owner|monitoring"
    r"|dashboards?|timeouts?|quota|capacity|documentation|where clause)\b"
    r"|\bshared (?:[\w-]+ ){0,2}?(?:accounts?|credentials?|passwords?)\b|\b(?:full|unrestricted) (?:write )?access\b"
    r"|\bby hand\b|\bexpired (?:certificate|token|credentials?)\b|\bsingle (?:node|replica|point of failure)\b",
    re.IGNORECASE,
)

_THEMES = tuple(
    (theme, re.compile(rf"\b(?:{words})", re.IGNORECASE))
    for theme, words in (
        ("no runbook or documentation", "runbook|documentation"),
        ("no confirmation, review or safeguard", "confirmation|review|safeguard|where clause"),
        ("no alert or dashboard", "alert|monitoring|dashboard"),
        ("no test or canary", "test|canary"),
        ("no limit, timeout or capacity", "limit|timeout|quota|capacity"),
        ("no backup or rollback", "backup|rollback"),
        ("no owner", "owner"),
        ("shared accounts or too much access", "shared|full|unrestricted"),
        ("work by hand", "by hand"),
        ("something expired", "expired"),
        ("a single point of failure", "single"),
    )
)


def factors(case: Case, cast: Cast, marks: Points, lengths: Sequence[Duration]) -> Iterator[str]:
    """Yield what may have contributed, as Markdown, each with its entries."""
    said = [moment for moment in case.moments if moment.text and not moment.withdrawn]
    changes = list(_changes(said, marks))
    yield from (_change(moment, marks, cast) for moment in changes)
    yield from _conditions(said, cast)
    failed = [moment for moment in said if moment not in changes and _fails(moment)][:MOST]
    if failed:
        yield f"Attempts or checks failed: {listed(failed)}."
    skipped = [m for m in case.moments if m.kind is EntryKind.STEP and m.facts.get("outcome") == "skipped"]
    if skipped:
        yield f"Steps of a checklist were skipped: {listed(skipped)}."
    yield from _slow(marks, lengths)
    yield from _longest_stretch(case, marks)


def themes(case: Case, marks: Points, lengths: Sequence[Duration]) -> tuple[str, ...]:
    """Return what may have contributed in words that are the same in every incident, so that repeats can be counted.

    They are of a short list: nothing that somebody wrote is in them.
    """
    said = [moment for moment in case.moments if moment.text and not moment.withdrawn]
    changes = list(_changes(said, marks))
    found = ["a change shortly before"] if changes else []
    named = " ".join(
        words for moment in said if not _is_chat(moment) for words in _CONDITION.findall(moment.text or "")
    )
    found += [theme for theme, pattern in _THEMES if pattern.search(named)]
    if any(_fails(moment) for moment in said if moment not in changes):
        found.append("attempts or checks that failed")
    if any(m.kind is EntryKind.STEP and m.facts.get("outcome") == "skipped" for m in case.moments):
        found.append("skipped steps of a checklist")
    return (*found, *(f"a long {length.name.lower()}" for length in lengths if _is_slow(length)))


def trigger(case: Case, cast: Cast, marks: Points) -> str | None:
    """Return the last thing recorded before the impact began, or None when the record begins with the impact."""
    began = marks.get(Mark.IMPACT)
    if began is None:
        return None
    told = [moment for moment in case.moments if moment.text and not moment.withdrawn and not _is_frame(moment)]
    before = [m for m in told if (m.occurred_at, m.seq) < (began.at, began.seq or 0) and m.seq != began.seq]
    if not before:
        return None
    return f"The last entry before the impact began is {entry(before[-1].seq)}{_quoted(before[-1], cast)}."


def listed(moments: Iterable[Moment]) -> str:
    """Return references to entries, in order."""
    return ", ".join(entry(moment.seq) for moment in moments)


def _changes(said: Sequence[Moment], marks: Points) -> list[Moment]:
    known = [marks[mark].at for mark in _BEGINNINGS if mark in marks]
    before = [moment for moment in said if known and moment.occurred_at <= min(known) and not _is_frame(moment)]
    return [m for m in before if m.kind is EntryKind.CHANGE or _CHANGE.search(m.text or "")][-MOST:]


def _change(moment: Moment, marks: Points, cast: Cast) -> str:
    began = min(marks[mark].at for mark in _BEGINNINGS if mark in marks)
    earlier = f"{span(began - moment.occurred_at)} before the incident began"
    return f"A change is recorded {earlier} ({entry(moment.seq)}){_quoted(moment, cast)}."


def _conditions(said: Sequence[Moment], cast: Cast) -> Iterator[str]:
    """Yield each condition that the record names, in its own words, with every entry that names it so."""
    named: dict[str, list[Moment]] = {}
    for moment in said:
        if _is_chat(moment):
            continue
        for words in _CONDITION.findall(moment.text or ""):
            named.setdefault(" ".join(words.split()), []).append(moment)
    for words, moments in named.items():
        yield f"The record names a condition: “{prose.inline(words, cast)}” ({listed(moments)})."


def _is_chat(moment: Moment) -> bool:
    """Whether an entry is a line of chat in a recording: those talk of conditions, they state none."""
    return moment.kind is EntryKind.REPLAYED and str(moment.facts.get("kind") or "") in _CHAT


def _fails(moment: Moment) -> bool:
    told = moment.facts.get("kind") in ("curated", "paraphrase") or moment.kind is EntryKind.STEP
    return told and bool(_FAILED.search(moment.text or ""))


def _slow(marks: Points, lengths: Sequence[Duration]) -> Iterator[str]:
    for length in lengths:
        if _is_slow(length):
            places = _between(marks[length.start], marks[length.end])
            yield f"{length.name} was {length}{places}."


def _is_slow(length: Duration) -> bool:
    return length.length > timedelta(minutes=_SLOW.get(length.end, 10**6))


def _longest_stretch(case: Case, marks: Points) -> Iterator[str]:
    """Yield the longest time between two entries while it hurt, if it is over a quarter of the whole."""
    start = next((marks[mark] for mark in _BEGINNINGS if mark in marks), None)
    end = marks.get(Mark.MITIGATED) or marks.get(Mark.RESOLVED)
    if start is None or end is None:
        return
    within = [moment for moment in case.moments if start.at <= moment.occurred_at <= end.at]
    pairs = sorted(pairwise(within), key=lambda pair: pair[1].occurred_at - pair[0].occurred_at)
    if pairs:
        before, after = pairs[-1]
        length, whole = after.occurred_at - before.occurred_at, end.at - start.at
        if length > whole / 4:
            yield f"{span(length)} of the {span(whole)} passed between {entry(before.seq)} and {entry(after.seq)}."


def _between(start: Point, end: Point) -> str:
    places = list(dict.fromkeys(entry(point.seq) for point in (start, end) if point.seq is not None))
    return f" ({', '.join(places)})" if places else ""


def _quoted(moment: Moment, cast: Cast) -> str:
    text = prose.inline(moment.text or "", cast)
    return f": “{text.rstrip('.')}”" if len(text) <= LONGEST_QUOTE and "`" not in text else ""


def _is_frame(moment: Moment) -> bool:
    """Whether an entry opens or moves the incident, and tells nothing of the world."""
    return moment.kind in (EntryKind.OPENED, EntryKind.STATUS, EntryKind.IMPACT, EntryKind.POSTMORTEM)
