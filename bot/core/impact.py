"""Impact: when those affected were affected, for how long, and the figures that entries state."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.core.case import Case
from bot.core.factors import listed
from bot.core.marks import Duration, Mark, Points, stamp
from bot.core.spans import span
from bot.core.telling import entry, severity_word
from bot.core.timeline import Moment
from store.types import EntryKind

_FIGURE = re.compile(
    r"(?<![\w.,:-])(?:[$€£] ?\d[\d,.]*\d|\d(?:[\d,.]*\d)?(?: ?%| ?[kM]| (?:thousand|million))?"
    r" (?:of (?:all )?)?(?:(?:user|customer|support|card|failed|open) )?(?:users?|customers?|clients?|tenants?"
    r"|accounts?|records?|rows|requests?|orders?|tickets?|payments?|logins?|sessions?|messages?|jobs?|errors?|calls?"
    r"|EUR|USD|GBP))(?!\w)"
)
_TOLD = (EntryKind.IMPACT, EntryKind.NOTE, EntryKind.MESSAGE, EntryKind.UPDATE, EntryKind.STATUS)
_BOUNDS = (
    (Mark.IMPACT, "It began", "When did it begin for those affected? No entry says; it may be before it was noticed."),
    (Mark.DETECTED, "It was detected", None),  # asked for under Detection
    (Mark.MITIGATED, "It was mitigated", "When did it end for those affected? No entry says when it was mitigated."),
)


def severities(case: Case) -> Iterator[str]:
    """Yield each change of severity."""
    for moment in case.moments:
        if moment.kind is EntryKind.SEVERITY:
            was, to = (severity_word(moment.facts.get(end)) for end in ("from", "to"))
            yield f"Severity {was} → {to} on {stamp(moment.occurred_at)} ({entry(moment.seq)})."


def bounds(marks: Points) -> Iterator[tuple[bool, str]]:
    """Yield (known, sentence) for when it began, was detected and was mitigated; what is not known is a question."""
    for mark, what, ask in _BOUNDS:
        point = marks.get(mark)
        if point:
            place = f" ({entry(point.seq)})" if point.seq is not None else ""
            yield True, f"{what}: {'' if point.sure else 'about '}{stamp(point.at, point.precision)}{place}."
        elif ask:
            yield False, ask


def lasted(lengths: Sequence[Duration]) -> Iterator[str]:
    """Yield how long those affected had to bear it: from the start of the impact to its end, if both are known."""
    from_impact = {length.end: length for length in lengths if length.start is Mark.IMPACT}
    length = from_impact.get(Mark.MITIGATED) or from_impact.get(Mark.RESOLVED)
    if length:
        whole = _rounded(length.length)
        yield f"Service was affected for {length}{whole and f', {whole} to the nearest hour'}."


def figures(case: Case) -> Iterator[str]:
    """Yield each figure about those affected with the entries that state it. Chat is no source."""
    stated: dict[str, list[Moment]] = {}
    for moment in case.moments:
        authored = moment.kind in _TOLD or moment.facts.get("kind") in ("curated", "paraphrase")
        if authored and moment.text and not moment.withdrawn:
            for figure in _FIGURE.findall(moment.text):
                stated.setdefault(" ".join(figure.split()), []).append(moment)
    for figure, moments in stated.items():
        yield f"“{figure}” ({listed(moments)})"


def _rounded(length: timedelta) -> str:
    """Return a length of more than an hour and a half to the nearest hour, or "" when that says nothing new."""
    whole = timedelta(hours=round(length / timedelta(hours=1)))
    return span(whole) if length > timedelta(minutes=90) and whole != length else ""
