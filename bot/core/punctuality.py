"""Punctuality: how what was promised after incidents was kept, postmortems and action items."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.core.panels import Frame, Panel, Subject, Taken, counts_panel, latest, lengths_panel
from bot.core.plots import NO_DRAWING, Series, ranked_plot
from bot.core.spread import LEAST

STANDINGS = ("in time", "late", "overdue", "not due yet", "closed without one")


class Promise(NamedTuple):
    """One action item: when it was added, and when it was done or declined, if it was."""

    added_at: datetime
    settled_at: datetime | None
    done: bool


@dataclass(frozen=True, slots=True)
class Written:
    """The postmortem of an incident, which counts when that was over. *closed*: nobody will write it any more."""

    subject: Subject
    due_at: datetime | None
    published_at: datetime | None
    closed: bool

    def stands(self, now: datetime) -> str:
        """Return how it stands to its date."""
        if self.published_at:
            return "in time" if self.due_at is None or self.published_at <= self.due_at else "late"
        if self.closed:
            return "closed without one"
        return "overdue" if self.due_at and self.due_at < now else "not due yet"


def actions_panel(promises: Sequence[Promise], since: datetime, frame: Frame) -> Panel:
    """Return how many action items were added, done and declined when, and how many were left open each time.

    *promises* are those that were open when the first period began, at *since*, and all that were added later.
    """
    of = frame.periods.of
    added = Counter(of(each.added_at) for each in promises)
    done = Counter(of(each.settled_at) for each in promises if each.settled_at and each.done)
    declined = Counter(of(each.settled_at) for each in promises if each.settled_at and not each.done)
    standing, left = sum(each.added_at < since for each in promises), list[int]()
    for name in frame.periods.names:
        standing += added[name] - done[name] - declined[name]
        left.append(standing)
    rows: list[Series] = []
    for word, counted in (("Added", added), ("Done", done), ("Declined", declined)):
        counts = [counted[name] for name in frame.periods.names]
        rows.append((word, f"n = {sum(counts)}", counts))
    rows.append(("Left open at its end", f"{standing} now", left))
    return counts_panel("actions", "Action items", "added, settled and left open", rows, frame)


def postmortems_panel(written: Sequence[Written], now: datetime) -> Panel:
    """Return how postmortems stand to their dates."""
    standing = {name: list[Written]() for name in STANDINGS}
    for each in written:
        standing[each.stands(now)].append(each)
    in_time, due = len(standing["in time"]), sum(len(standing[name]) for name in STANDINGS[:3])
    share = f" ({in_time / due:.0%})." if due >= LEAST else f"; n = {due}, too few for a share."
    title = "Postmortem punctuality"
    return Panel(
        name="postmortems",
        title=title,
        about="published by their date, or not",
        plot=ranked_plot("postmortems", title, [(n, len(each)) for n, each in standing.items()])
        if written
        else NO_DRAWING,
        said=[f"{in_time} of {due} that fell due were published in time{share}"] if written else ["None was begun."],
        head=("Stands", "Postmortems", "The latest"),
        rows=[(name, len(found), latest([each.subject.key for each in found])) for name, found in standing.items()],
        sheet_head=("incident", "severity", "team", "service", "due", "published", "stands"),
        sheet=lambda: (
            (*_about(each.subject), _zulu(each.due_at), _zulu(each.published_at), each.stands(now)) for each in written
        ),
    )


def age_panel(written: Sequence[Written], frame: Frame) -> Panel:
    """Return how long after the end of an incident its postmortem was published."""
    taken = [Taken(each.subject, _age(each, each.published_at)) for each in written if each.published_at]
    about = "from the end of the incident to the first publication"
    return lengths_panel("age", "Age of postmortems when published", about, taken, frame)


def _age(each: Written, published_at: datetime) -> int:
    return max(0, round((published_at - each.subject.at).total_seconds()))


def _about(subject: Subject) -> tuple[str, str, str, str]:
    return (subject.key, subject.severity, subject.team.name, subject.service)


def _zulu(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
