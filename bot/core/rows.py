"""Rows: the timeline as the postmortem prints it, one row for each entry, whatever its kind."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.core import prose
from bot.core.case import Case
from bot.core.cast import Cast
from bot.core.marks import Points, gaps, loose, out_of_order, stamp
from bot.core.spans import span
from bot.core.telling import entry, told
from bot.core.timeline import Moment
from store.types import EntryKind, Precision

_SLACK_PLACE = re.compile(r"[A-Z0-9]{2,20}/[0-9]{1,12}\.[0-9]{6}")
_PRECISIONS = {
    Precision.MINUTE: "to the minute",
    Precision.APPROXIMATE: "approximate",
    Precision.INTERPOLATED: "order known, minute not",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry. Every text here is Markdown that is safe to print as it stands.

    ``mark`` names what the entry is the first to show, such as "detected", or several.
    ``silence`` is how long nothing had been recorded before it, if that was long; ``skipped`` how many were folded.
    """

    seq: int
    at: datetime
    when: str
    precision: str
    who: str
    what: str
    earlier: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    source: str = ""
    mark: str = ""
    silence: str = ""
    skipped: int = 0


def rows(case: Case, cast: Cast, marks: Points, only: Collection[int] | None = None) -> tuple[Row, ...]:
    """Return a row for every entry of the case, or for those numbered *only*, in the order in which things happened."""
    astray = out_of_order(case.moments)
    silences = {gap.after.seq: span(gap.length) for gap in gaps(case.moments)}
    reached: dict[tuple[int | None, datetime], list[str]] = {}
    for mark, point in marks.items():
        reached.setdefault((point.seq, point.at), []).append(mark)
    return tuple(
        Row(
            seq=moment.seq,
            at=moment.occurred_at.astimezone(UTC),
            when=f"{'about ' if loose(moment) else ''}{stamp(moment.occurred_at, moment.precision)}",
            precision=_known_to(moment),
            who=cast.actor(moment),
            what="*Withdrawn by its author.*" if moment.withdrawn else told(moment, cast),
            earlier=tuple(prose.inline(text, cast) for text in moment.history if text and not moment.withdrawn),
            remarks=tuple(_remarks(moment, cast, astray.get(moment.seq))),
            source=_source(moment, case.slack_url),
            mark=", ".join(reached.get((moment.seq, moment.occurred_at), ())),
            silence=silences.get(moment.seq, ""),
        )
        for moment in case.moments
        if only is None or moment.seq in only
    )


def _remarks(moment: Moment, cast: Cast, recorded_after: int | None) -> Iterator[str]:
    if recorded_after is not None:
        yield f"*Out of order:* recorded after {entry(recorded_after)}, which happened later."
    if note := moment.facts.get("note"):
        yield f"*Note:* {prose.inline(str(note), cast)}"


def _known_to(moment: Moment) -> str:
    """Say how well the time of an entry is known; nothing needs to be said of one that is known to the second."""
    if moment.margin_s:
        minutes = moment.margin_s / 60
        return f"±{minutes:g} min" if minutes >= 1 else f"±{moment.margin_s} s"
    return _PRECISIONS.get(moment.precision, "")


def _source(moment: Moment, slack_url: str | None) -> str:
    """Return a link to what an entry was made from, or "" when there is none to link to."""
    line = moment.facts.get("line")
    if moment.kind is EntryKind.REPLAYED and isinstance(line, int):
        return f"line {line}"
    place, _, address = (moment.source or "").partition(":")
    channel, _, ts = address.partition("/")
    if place != "slack" or not slack_url or not _SLACK_PLACE.fullmatch(f"{channel}/{ts}"):
        return ""
    return f"[source](<{slack_url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}>)"
