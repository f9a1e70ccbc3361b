"""Checks that the impact is told in figures, that "outage" means all of it, and that durations fit their times."""

import re
from collections.abc import Iterator
from datetime import date

from bot.core.manuscript import Manuscript, Sentence
from bot.core.rulebook import Finding, Level
from bot.core.structure.report import OPEN, Report

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|half|all|every|none|no) "
)
_UNKNOWN = re.compile(r"\b(?:unknown|not known|cannot be (?:measured|known)|no figure)\b", re.IGNORECASE)
_TIME = re.compile(r"\d{1,2}:\d{2}|\d{4}-\d{2}-\d{2}|\b\d+ ?(?:min|h\b|hours?|minutes?|seconds?|days?)", re.IGNORECASE)
_OUTAGE = re.compile(r"(?<![\w-])outages?(?!\w)", re.IGNORECASE)
_PART = re.compile(
    r"\b(?:partial\w*|some|subset|few|degraded?|degradation|intermittent\w*|slow\w*|sporadic\w*|limited|several|one of"
    r"|(?:[1-9]|[1-9]\d)(?:\.\d+)? ?(?:%|per ?cent|percent)(?! of the time))(?!\w)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?:(?P<date>\d{4}-\d{2}-\d{2})[T ]{1,3})?(?<![\d:.])(?P<hour>[01]?\d|2[0-3]):"
    r"(?P<minute>[0-5]\d)(?::\d{2})?(?![\d:])"
    r"(?:\s?(?P<half>[ap])\.?m\b)?",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"(?P<about>about|around|approximately|approx\.?|roughly|nearly|almost|over|more than|less than|some|~|±)?\s*"
    r"(?<![\d:.-])(?:(?P<hours>\d+(?:\.\d+)?)[ -]?(?:h|hrs?|hours?)\b(?:[ ,]+(?:and )?)?)?"
    r"(?:(?P<minutes>\d+)[ -]?(?:m|mins?|minutes?)\b)?",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"\s*(?:UTC|CET|CEST|PST|PDT|Z)?\s*(?:-|–|—|→|to|until|till|and|through)\s*(?:about |around )?$", re.IGNORECASE
)


def check(report: Report) -> Iterator[Finding]:
    """Yield what the impact leaves out, and every figure that does not fit the times beside it."""
    yield from _stated(report)
    yield from _outage(report)
    for sentence in report.manuscript.sentences:
        yield from _durations(report, sentence)


def _stated(report: Report) -> Iterator[Finding]:
    if "impact" not in report.sections:
        return
    said = report.said("impact")
    if not said.strip() or OPEN.search(said):
        return
    if not _NUMBER.search(said.lower()) and not _UNKNOWN.search(said):
        why = "The impact is told without a number."
        fix = "Give users, requests, money or a share, and how it was measured; or write “unknown, because …”."
        yield report.about("impact", "impact-number", Level.MEDIUM, why, fix)
    elif _UNKNOWN.search(said) and "because" not in said.lower():
        why = "The impact is not known, and it is not said why."
        yield report.about("impact", "impact-number", Level.LOW, why, "Say why: “unknown, because the logs were lost”.")
    if not _TIME.search(said):
        why = "The impact has neither a start nor a duration. It may have begun before it was detected."
        fix = "Give when it began and ended for those affected, and when it was detected."
        yield report.about("impact", "impact-start", Level.LOW, why, fix)


def _outage(report: Report) -> Iterator[Finding]:
    manuscript = report.manuscript
    partly = _PART.search(report.said("impact"))
    for match in _OUTAGE.finditer(manuscript.plain):
        sentence = manuscript.sentence_at(*match.span())
        if sentence is None:
            continue
        said = manuscript.plain[sentence.start : sentence.end]
        if partly or _PART.search(said):
            why = "“Outage” says that nothing worked, and the impact was a part of it."
            fix = "Say what share failed: “8 % of logins failed”; keep “outage” for when all of it is down."
            yield report.found("outage-is-total", Level.LOW, why, fix, match.start(), match.end())
            return


def _durations(report: Report, sentence: Sentence) -> Iterator[Finding]:
    manuscript = report.manuscript
    said = manuscript.plain[sentence.start : sentence.end]
    clocks = list(_CLOCK.finditer(said))
    if len(clocks) != 2:
        return
    lengths = [match for match in _LENGTH.finditer(said) if match["hours"] or match["minutes"]]
    if len(lengths) != 1 or not _RANGE.fullmatch(said[clocks[0].end() : clocks[1].start()]):
        return
    real, told = _between(*clocks), _told(lengths[0])
    loose = 0.15 * real if lengths[0]["about"] or "~" in said else 0
    least = 30 if lengths[0]["hours"] and not lengths[0]["minutes"] and "." not in lengths[0]["hours"] else 1
    if abs(real - told) > max(least, loose):
        start, end = sentence.start + lengths[0].start(), sentence.start + lengths[0].end()
        why = f"{clocks[0][0]} to {clocks[1][0]} is {_spelled(real)}, and the text says {lengths[0][0].strip()}."
        fix = f"Compute it from the times: {_spelled(real)}."
        yield report.found("wrong-duration", Level.HIGH, why, fix, *_trimmed(manuscript, start, end))


def _between(first: re.Match[str], second: re.Match[str]) -> int:
    minutes = _minute(second) - _minute(first)
    if first["date"] and second["date"]:
        days = _day(second["date"]) - _day(first["date"])
        return minutes + days * 1440
    return minutes % 1440


def _minute(match: re.Match[str]) -> int:
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return hour * 60 + int(match["minute"])


def _day(text: str) -> int:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return 0


def _told(match: re.Match[str]) -> int:
    return round(float(match["hours"] or 0) * 60) + int(match["minutes"] or 0)


def _spelled(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{rest} min"


def _trimmed(manuscript: Manuscript, start: int, end: int) -> tuple[int, int]:
    text = manuscript.text[start:end]
    return start + len(text) - len(text.lstrip()), start + len(text.rstrip())
