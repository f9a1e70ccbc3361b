"""Rows: the timeline as the postmortem prints it, one row for each entry, whatever its kind."""

from dataclasses import dataclass

from bot.core import prose
from bot.core.case import Case
from bot.core.cast import Cast
from bot.core.marks import gaps, out_of_order, stamp
from bot.core.spans import span
from bot.core.telling import entry, told
from bot.core.timeline import Moment
from store.types import EntryKind, Precision

_ROUTINE = (EntryKind.CHECKLIST, EntryKind.CHANNEL, EntryKind.PRIVATE, EntryKind.DELIVERY_RETRIED)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry. Every text here is Markdown that is safe to print as it stands.

    ``silence`` is how long nothing had been recorded before it, if that was long. ``routine`` rows may be set small.
    """

    seq: int
    when: str
    precision: str
    who: str
    what: str
    earlier: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    source: str = ""
    silence: str = ""
    routine: bool = False


def rows(case: Case, cast: Cast) -> tuple[Row, ...]:
    """Return a row for every entry of the case, in the order in which things happened."""
    astray = out_of_order(case.moments)
    silences = {gap.after.seq: span(gap.length) for gap in gaps(case)}
    return tuple(_row(moment, case, cast, astray, silences) for moment in case.moments)


def _row(moment: Moment, case: Case, cast: Cast, astray: dict[int, int], silences: dict[int, str]) -> Row:
    about, known = _known_to(moment)
    remarks = [f"out of order: recorded after {entry(astray[moment.seq])}"] if moment.seq in astray else []
    if note := moment.facts.get("note"):
        remarks.append(prose.inline(str(note), cast))
    if moment.kind is EntryKind.REPLAYED and moment.facts.get("line"):
        remarks.append(f"line {prose.inline(str(moment.facts['line']), cast)} of the recording")
    shown = [] if moment.withdrawn else [text for text in moment.history if text]
    return Row(
        seq=moment.seq,
        when=f"{about}{stamp(moment.occurred_at, moment.precision)}",
        precision=known,
        who=prose.inline(cast.actor(moment), cast) if moment.kind is EntryKind.REPLAYED else cast.actor(moment),
        what="*Withdrawn by its author.*" if moment.withdrawn else told(moment, cast),
        earlier=tuple(prose.inline(text, cast) for text in shown),
        remarks=tuple(remarks),
        source=_source(moment.source, case.slack_url),
        silence=silences.get(moment.seq, ""),
        routine=moment.kind in _ROUTINE,
    )


def _known_to(moment: Moment) -> tuple[str, str]:
    """Return how the time is introduced, and how well it is known."""
    if moment.margin_s:
        minutes = moment.margin_s / 60
        return "about ", f"±{minutes:g} min" if minutes >= 1 else f"±{moment.margin_s} s"
    match moment.precision:
        case Precision.MINUTE:
            return "", "to the minute"
        case Precision.APPROXIMATE:
            return "about ", "approximate"
        case Precision.INTERPOLATED:
            return "about ", "order known, minute not"
    return "", ""


def _source(source: str | None, slack_url: str | None) -> str:
    """Return a link to the message an entry was made from, or "" when there is none to link to."""
    place, _, address = (source or "").partition(":")
    channel, _, ts = address.partition("/")
    if place != "slack" or not slack_url or not channel.isalnum() or not ts.replace(".", "", 1).isdigit():
        return ""
    return f"[source]({slack_url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')})"
