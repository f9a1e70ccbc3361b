"""Findings: what the record shows to have gone well or wrong."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.core import prose
from bot.core.case import Case
from bot.core.cast import Cast
from bot.core.factors import listed
from bot.core.marks import Duration, Mark, Points
from bot.core.spans import span
from bot.core.telling import entry
from bot.core.timeline import Moment
from store.types import EntryKind, Status

QUICK = timedelta(minutes=5)  # an incident detected or acknowledged within it is worth saying


def went_well(case: Case, marks: Points, lengths: Sequence[Duration]) -> Iterator[str]:
    """Yield what evidently went well: what was quick, steps done by their minute, updates that kept every promise."""
    for length in lengths:
        if length.end in (Mark.DETECTED, Mark.ACKNOWLEDGED) and length.sure and length.length <= QUICK:
            yield f"{length.name} was {length} ({entry(marks[length.end].seq)})."
    on_time = [moment for moment, late in _timed_steps(case) if late <= timedelta(0)]
    if on_time:
        yield f"{_counted(len(on_time), 'checklist step')} done by the minute asked: {listed(on_time)}."
    updates = _of(case, EntryKind.UPDATE)
    if updates and not _of(case, EntryKind.UPDATE_MISSED):
        yield f"Every promised public update went out: {listed(updates)}."


def went_wrong(case: Case, cast: Cast) -> Iterator[str]:
    """Yield what evidently went wrong: missed promises, late or skipped steps, failed deliveries, reopening."""
    if missed := _of(case, EntryKind.UPDATE_MISSED):
        yield f"{_counted(len(missed), 'promised public update')} missed: {listed(missed)}."
    for moment, late in _timed_steps(case):
        if late > timedelta(0):
            yield f"The step “{_step(moment, cast)}” was done {span(late)} late ({entry(moment.seq)})."
    for moment in _of(case, EntryKind.STEP):
        if moment.facts.get("outcome") == "skipped":
            reason = f"because {prose.inline(moment.text, cast)}" if moment.text else "and no reason is given"
            yield f"The step “{_step(moment, cast)}” was skipped {reason} ({entry(moment.seq)})."
    for moment in _of(case, EntryKind.DELIVERY_FAILED):
        what = prose.inline(str(moment.facts.get("kind", "a delivery")).replace("_", " "), cast)
        reason = prose.inline(str(moment.facts.get("reason") or "no reason given"), cast)
        yield f"“{what}” failed for good: {reason} ({entry(moment.seq)})."
    for moment in _of(case, EntryKind.STATUS):
        was, to = moment.facts.get("from"), moment.facts.get("to")
        if was in (Status.RESOLVED, Status.CLOSED) and to in (Status.INVESTIGATING, Status.IDENTIFIED):
            yield f"The incident was opened again after it had been resolved ({entry(moment.seq)})."


def _timed_steps(case: Case) -> Iterator[tuple[Moment, timedelta]]:
    """Yield (entry, how late) for each step that was done and had a minute to be done by; early is negative."""
    started: dict[object, datetime] = {}
    for moment in case.moments:
        checklist = moment.facts.get("checklist")
        if moment.kind is EntryKind.CHECKLIST and moment.facts.get("event") == "started":
            started.setdefault(checklist, moment.occurred_at)
        if moment.kind is EntryKind.STEP and moment.facts.get("outcome") == "done" and checklist in started:
            minutes = case.step_minutes.get(str(checklist), {}).get(str(moment.facts.get("step")))
            if minutes is not None:
                yield moment, moment.occurred_at - started[checklist] - timedelta(minutes=minutes)


def _said(case: Case) -> list[Moment]:
    return [moment for moment in case.moments if moment.text and not moment.withdrawn]


def _of(case: Case, kind: EntryKind) -> list[Moment]:
    return [moment for moment in case.moments if moment.kind is kind and not moment.withdrawn]


def _step(moment: Moment, cast: Cast) -> str:
    return prose.inline(str(moment.facts.get("title") or moment.facts.get("step") or "unknown"), cast)


def _counted(count: int, what: str) -> str:
    return f"1 {what} was" if count == 1 else f"{count} {what}s were"
