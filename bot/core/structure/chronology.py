"""Checks of the timeline: zone, dates, order, marks, sources, and that its rows only state what happened."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.core.manuscript import Kind
from bot.core.rulebook import Finding, Level
from bot.core.spans import LONG_GAP, span
from bot.core.structure.report import OPEN, Line, Report

_UTC = re.compile(r"(?<!\w)(?:UTC|GMT|Zulu|[+-]00:?00)(?!\w)|\d\d?:\d\dZ", re.IGNORECASE)
_ZONE = re.compile(r"(?<!\w)(?:CET|CEST|BST|IST|JST|AEST|AEDT|NZ[SD]T|[PMCE][SD]?T|WEST|EEST|SGT|local time)(?!\w)")
_OTHER_DATE = re.compile(
    r"(?<![\d/.-])\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})(?![\d/.])|\b\d{1,2}(?:st|nd|rd|th)?\.? (?:of )?"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?,? \d{4}"
)
_AT = re.compile(
    r"^\W*(?:#\d+\W+)?(?:about |around |approx\.? |circa )?[~≈\[(]*"
    r"(?:(?P<date>\d{4}-\d{2}-\d{2})|(?P<day>\d{1,2}-\d{1,2}))?[T ,]*"
    r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::\d{2})?"
    r"\s?(?P<half>[ap]\.?m\b)?",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"^\W*\[?\?{2,}|\b(?:HH:mm|XX:XX|unknown time)\b")
_JUDGES = re.compile(
    r"(?<!\w)(?:should(?:n['’]t)?|obviously|unfortunately|luckily|finally|surprisingly|because of|due to|caused by"
    r"|root cause|careless\w*|wrongly|by mistake)(?!\w)",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"(?<![\w-])(?:responders?|on-?call|commander|engineers?|developers?|operators?|teams?|lead|scribe|support|users?|customers?"
    r"|we|i|vendor|staff|monitoring|alert(?:s|ed|ing)?|system|automation|pipeline|bot|firstfive|manager|member|colleagues?|sres?"
    r"|personnel|admin\w*|someone|provider|[a-z]+ops)(?![\w-])|(?<!\w)@\w|\*\*[^*\n]+\*\*",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"\]\(|https?://|\]\[|(?<!\w)(?:line \d+|#\d+|[A-Z]{2,10}-\d+)(?!\w)")
_MARKS = {
    "impact start": r"impact start|start(?:s|ed)?\b|began|begins|first (?:error|failure|occurr?ence)|from \d\d?:\d\d",
    "detected": r"detect|discover|notic|alert|report",
    "paged or acknowledged": r"page[ds]?\b|acknowledg|role of|joined|investigat",
    "declared": r"declare|opened|incident (?:raised|started)|sev ?-?\d",
    "first public update": r"update|status ?page|announce|informed|notified|communicat|posted",
    "mitigated": r"mitigat|roll(?:ed|ing)? ?back|revert|workaround|restored|recover|applied",
    "resolved": r"resol|recover|fixed|closed|over\b|back to normal|operational|confirmed|healthy",
}
_ORDER = (
    *("impact start", "detected", "paged", "declared", "first role taken"),
    *("first public update", "mitigated", "resolved"),
)
_NAMED_MARK = re.compile(
    r"\*\*(detection|discovery|detected|recovery|recovered|resolved|mitigated)\W*\*\*", re.IGNORECASE
)
_STATED = re.compile(
    r"time to (?P<what>detect|recover|resol|mitigat)\w*\W+(?:about )?"
    r"(?P<number>\d+) ?(?P<unit>minutes?|mins?|hours?|h)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the timeline: the day and minute that stand in it, as far as they do, and what it says."""

    line: Line
    at: datetime | None  # without a zone; the day is the last one seen, or the first of all days
    dated: bool
    said: str
    part: int = 0  # rows under another heading of the section are a list of their own


def check(report: Report) -> Iterator[Finding]:
    """Yield what makes a timeline hard to trust."""
    if "timeline" not in report.sections:
        return
    rows = list(_rows(report))
    if rows:
        yield from _zone(report)
        yield from _order(report, rows)
        yield from _rows_alone(report, rows)
        yield from _rows_together(report, rows)
        yield from _gaps(report, rows)
        yield from _stated(report, rows)
    elif not OPEN.search(report.said("timeline")):
        why, fix = "The timeline has no row that begins with a time.", "Begin each row with a date and a time in UTC."
        yield report.about("timeline", "timeline-rows", Level.MEDIUM, why, fix)
    yield from _marks(report)
    yield from _marks_in_order(report)


def _rows(report: Report) -> Iterator[Row]:
    """Yield the rows: of tables, of lists, and headings that are times. A day holds until another is named."""
    section = report.sections["timeline"]
    headings = [
        Line(block.start, block.end, report.text(block.start, block.end))
        for block in report.manuscript.blocks
        if block.kind is Kind.HEADING and section.body <= block.start < section.end
    ]
    day, part = "", 0
    for line in sorted([*report.lines("timeline"), *headings], key=lambda line: line.start):
        raw = report.manuscript.plain[line.start : line.end]
        found = _AT.match(_OTHER_DATE.sub(" ", raw, count=1).lstrip("| "))
        if found is None:
            if _VAGUE.search(raw):
                yield Row(line, None, False, line.text, part)
            part += line in headings
            continue
        dated = bool(found["date"] or found["day"])
        day = found["date"] or day
        at = _moment(day or "2000-01-01", found)
        said = line.cells[1][1] if len(line.cells) > 1 else line.text
        yield Row(line, at, dated, said, part)


def _moment(day: str, found: re.Match[str]) -> datetime | None:
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower().startswith("p") else 0)
    try:
        return datetime.fromisoformat(f"{day}T{hour:02}:{found['minute']}:00")
    except ValueError:
        return None


def _zone(report: Report) -> Iterator[Finding]:
    section = report.sections["timeline"]
    raw = report.manuscript.text[section.start : section.end]
    if _UTC.search(raw):
        return
    if zone := _ZONE.search(raw):
        why = f"The times are in {zone[0]}, and readers are elsewhere."
        start = section.start + zone.start()
        fix = "Write them in UTC, and say so above the first row."
        yield report.found("timeline-utc", Level.LOW, why, fix, start, start + len(zone[0]))
    else:
        fix = "Say it above the first row: “All times are UTC.”"
        yield report.about("timeline", "timeline-zone", Level.MEDIUM, "No time zone is stated.", fix)


def _order(report: Report, rows: Sequence[Row]) -> Iterator[Finding]:
    for before, row in pairwise(row for row in rows if row.at):
        if before.at is None or row.at is None or row.at >= before.at or row.part != before.part:
            continue
        if not row.dated and before.at - row.at > timedelta(hours=8):
            why, fix = "This row is past midnight and has no date.", "Write the date in every row: 2026-11-24 00:10."
            yield _about(report, row, "past-midnight", Level.MEDIUM, why, fix)
            return
        why = f"This row is {span(before.at - row.at)} earlier than the one above it."
        fix = "Check both times. If both are right, sort the rows or say when each was recorded."
        yield _about(report, row, "out-of-order", Level.LOW, why, fix)


def _rows_alone(report: Report, rows: Sequence[Row]) -> Iterator[Finding]:
    """Yield what is wrong with single rows."""
    for row in rows:
        raw = report.manuscript.text[row.line.start : row.line.end]
        if date := _OTHER_DATE.search(raw):
            fix = "Write the year first, so that all read the same: 2026-11-24."
            yield _about(report, row, "iso-date", Level.LOW, f"“{date[0]}” is no ISO date.", fix)
        if _VAGUE.search(raw):
            why, fix = "The time of this row is not given.", "Give the nearest time and how far it may be off: ±20 min."
            yield _about(report, row, "vague-time", Level.LOW, why, fix)
        if judging := _JUDGES.search(row.said):
            why = f"“{judging[0]}” explains or judges. A row states what happened."
            fix = "State what was seen or done; put causes under the contributing factors."
            yield _about(report, row, "row-judges", Level.LOW, why, fix)


def _rows_together(report: Report, rows: Sequence[Row]) -> Iterator[Finding]:
    """Yield what most rows lack, once for all of them."""
    bodies = [row.line.start for row in rows[1:]] + [report.sections["timeline"].end]
    texts = [report.manuscript.text[row.line.start : end] for row, end in zip(rows, bodies, strict=True)]
    nameless = [row for row, text in zip(rows, texts, strict=True) if not _WHO.search(text)]
    if len(nameless) * 2 > len(rows):
        why = f"{len(nameless)} of {len(rows)} rows do not say who saw or did it."
        fix = "Name the role in each row: “the on-call”, “monitoring”, “responder 2”."
        yield report.about("timeline", "rows-without-role", Level.LOW, why, fix)
    unsourced = [text for text in texts if not _SOURCE.search(text)]
    if len(unsourced) * 2 > len(rows):
        why = f"{len(unsourced)} of {len(rows)} rows have no link to what they rest on."
        fix = "Link each row to its message, alert or change."
        yield report.about("timeline", "rows-without-source", Level.LOW, why, fix)


def _gaps(report: Report, rows: Sequence[Row]) -> Iterator[Finding]:
    timed = [row.at for row in rows if row.at]
    gaps = [(after - before, before, after) for before, after in pairwise(timed) if after - before > LONG_GAP]
    whole = max(timed) - min(timed) if timed else timedelta()
    long = sorted((gap for gap in gaps if gap[0] > whole / 4), reverse=True)[:2]
    if long and not OPEN.search(report.said("timeline")):
        told = ", ".join(f"{span(length)} from {before:%H:%M} to {after:%H:%M}" for length, before, after in long)
        fix = "Ask those who were there what happened, and add it; or say that nothing did."
        yield report.about("timeline", "long-gap", Level.LOW, f"Nothing is recorded for {told}.", fix)


def _stated(report: Report, rows: Sequence[Row]) -> Iterator[Finding]:
    """Compare "Time to recovery: 13 minutes" with the rows that are marked as detection and recovery."""
    text = report.manuscript.text
    at: dict[str, datetime] = {}
    for row in rows:
        named = _NAMED_MARK.search(text[row.line.start : row.line.end])
        if named and row.at:
            at.setdefault("detect" if named[1].lower()[0] == "d" else "recover", row.at)
    first = next((row.at for row in rows if row.at), None)
    for stated in _STATED.finditer(report.manuscript.plain):
        end = at.get("detect" if stated["what"].lower() == "detect" else "recover")
        if end is None or first is None:
            continue
        unit = timedelta(hours=1) if stated["unit"][0].lower() == "h" else timedelta(minutes=1)
        told = int(stated["number"]) * unit
        counted = [end - start for start in (first, at.get("detect", first))]
        if all(abs(told - real) > unit for real in counted):
            why = f"The text says {span(told)}; by the timeline it is {span(counted[0])}, counted from its first row."
            fix = "Compute it from the rows, and say from which it is counted."
            yield report.found("wrong-duration", Level.HIGH, why, fix, stated.start(), stated.end())


def _marks(report: Report) -> Iterator[Finding]:
    told = report.said("timeline", "response", "detection", "impact").lower()
    missing = [mark for mark, pattern in _MARKS.items() if not re.search(pattern, told)]
    if missing and not (report.is_draft and OPEN.search(told)):
        why = f"Nothing shows when the incident was: {', '.join(missing)}."
        fix = "Add a row for each, or ask for it as an open question."
        yield report.about("timeline", "missing-marks", Level.LOW, why, fix)


def _marks_in_order(report: Report) -> Iterator[Finding]:
    """Compare the times of a table that lists the marks. Out of order is a warning: it does happen."""
    for table in report.manuscript.tables:
        if not table.head or table.head[0].casefold() != "mark":
            continue
        when: dict[str, tuple[datetime, Line]] = {}
        for row in table.rows:
            texts = [report.text(cell.start, cell.end) for cell in row]
            found = re.search(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})", " ".join(texts[1:]))
            if texts and found and texts[0].casefold() in _ORDER:
                at = datetime.fromisoformat(f"{found[1]}T{found[2]}")
                when[texts[0].casefold()] = (at, Line(row[0].start, row[-1].end, " ".join(texts)))
        ordered = [(mark, *when[mark]) for mark in _ORDER if mark in when]
        for (early, first, _), (late, second, line) in pairwise(ordered):
            if second < first and not OPEN.search(report.said("timeline")):
                why = f"“{late}” is earlier than “{early}”. It happens, and it deserves a sentence."
                fix = "Check both entries, and say why if both are right."
                yield report.found("marks-order", Level.LOW, why, fix, line.start, line.end)


def _about(report: Report, row: Row, rule: str, level: Level, why: str, fix: str) -> Finding:
    found = report.found(rule, level, why, fix, row.line.start, row.line.end)
    return replace(found, sentence=found.sentence.replace("  ", " "))
