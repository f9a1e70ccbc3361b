"""A draft: a postmortem ready for a template. Every text in it is Markdown that is safe to print as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.core.gallery import as_file
from bot.core.marks import Duration
from bot.core.rows import Row


@dataclass(frozen=True, slots=True)
class Section:
    """One section: what people wrote for it, what is computed, and what is still to be answered. All is Markdown."""

    title: str
    notes: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()  # by a language model


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action item as the postmortem lists it."""

    number: int
    title: str
    owner: str
    priority: str
    type: str
    due_on: str
    state: str
    ticket: str = ""
    done_when: str = ""


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One mark of the incident: when it was reached and which entry says so."""

    name: str
    when: str
    entry: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole postmortem. ``sections`` hold all thirteen, in reading order.

    ``rows`` hold every entry; those in ``shown`` are what a reader needs, and the others are folded.
    """

    key: str
    title: str
    severity: str
    team: str
    front: tuple[tuple[str, str], ...]
    sections: Mapping[str, Section]
    marks: tuple[MarkLine, ...]
    durations: tuple[Duration, ...]
    rows: tuple[Row, ...]
    shown: frozenset[int]
    actions: tuple[ActionLine, ...]

    @property
    def templates(self) -> tuple[str, ...]:
        """Names of templates for drafts like this one, the closest first: of its team at its severity first."""
        team = as_file(self.team)
        return (f"team-{team}-{self.severity}", f"team-{team}", self.severity) if team else (self.severity,)

    @property
    def as_of(self) -> datetime:
        """The time of the latest that it tells of: the date that files of it carry."""
        return max(
            (*(row.at for row in self.rows), *(mark.at for mark in self.marks)),
            default=datetime(2000, 1, 1, tzinfo=UTC),
        )

    @property
    def curated(self) -> tuple[Row, ...]:
        """The rows to read; each says how many were folded right before it."""
        curated: list[Row] = []
        skipped = 0
        for row in self.rows:
            if row.seq in self.shown:
                curated.append(replace(row, skipped=skipped))
                skipped = 0
            else:
                skipped += 1
        return tuple(curated)

    @property
    def folded(self) -> tuple[Row, ...]:
        """The rows that are left, in full."""
        return tuple(row for row in self.rows if row.seq not in self.shown)

    @property
    def questions(self) -> int:
        """How many questions are open."""
        return sum(len(section.questions) for section in self.sections.values())
