"""Findings: what the record shows to have gone well or wrong, and what it gives reason to ask about."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.core import prose
from bot.core.case import Case
from bot.core.cast import Cast
from bot.core.marks import Mark, Points
from bot.core.spans import span
from bot.core.telling import entry
from bot.core.timeline import Moment
from store.types import EntryKind, Status

MOST_CHANGES = 5  # asked about; a longer list of suspects is read by nobody

_CHANGE = re.compile(
    r"\b(?:deploy|rollout|rollover|roll(?:s|ed|ing)? out|releas|merg|upgrad|migrat|updat|bump|config|feature flag)\w*",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"\b(?:fail(?:s|ed|ure)?|tim(?:es|ed) out|timeout|hangs|refuses|rejected|unreachable)\b", re.IGNORECASE
)


def went_well(case: Case) -> Iterator[str]:
    """Yield what evidently went well: checklist steps done by their minute, updates that kept every promise."""
    on_time = [moment for moment, late in _timed_steps(case) if late <= timedelta(0)]
    if on_time:
        yield f"{_counted(len(on_time), 'checklist step')} done by the minute asked: {_listed(on_time)}."
    updates = _of(case, EntryKind.UPDATE)
    if updates and not _of(case, EntryKind.UPDATE_MISSED):
        yield f"Every promised public update went out: {_listed(updates)}."


def went_wrong(case: Case, cast: Cast) -> Iterator[str]:
    """Yield what evidently went wrong: missed promises, late or skipped steps, failed deliveries, reopening."""
    if missed := _of(case, EntryKind.UPDATE_MISSED):
        yield f"{_counted(len(missed), 'promised public update')} missed: {_listed(missed)}."
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


def suspects(case: Case, marks: Points) -> Iterator[str]:
    """Yield questions about entries that may show a contributing factor. They name entries, never causes."""
    known = [marks[mark].at for mark in (Mark.IMPACT, Mark.DETECTED, Mark.DECLARED) if mark in marks]
    before = [moment for moment in _said(case) if known and moment.occurred_at <= min(known)]
    changes = [moment for moment in before if _CHANGE.search(moment.text or "")][-MOST_CHANGES:]
    for moment in changes:
        yield f"A change is recorded before the incident ({entry(moment.seq)}). What did it alter, and did that matter?"
    failed = [moment for moment in _said(case) if moment.seq not in {m.seq for m in changes} and _fails(moment)]
    if failed:
        yield f"What made these attempts or checks fail, and is it fixed? {_listed(failed[:MOST_CHANGES])}"
    skipped = [moment for moment in _of(case, EntryKind.STEP) if moment.facts.get("outcome") == "skipped"]
    if skipped:
        yield f"Would the skipped steps have changed the course? {_listed(skipped)}"


def _fails(moment: Moment) -> bool:
    told = moment.facts.get("kind") in ("curated", "paraphrase") or moment.kind is EntryKind.STEP
    return told and bool(_FAILED.search(moment.text or ""))


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


def _listed(moments: list[Moment]) -> str:
    return ", ".join(entry(moment.seq) for moment in moments)


def _counted(count: int, what: str) -> str:
    return f"1 {what} was" if count == 1 else f"{count} {what}s were"
