"""A draft: a postmortem ready for a template. Every text in it is Markdown that is safe to print as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.marks import Duration
from bot.core.rows import Row


@dataclass(frozen=True, slots=True)
class Section:
    """One section: what people wrote for it, what is computed, and what is still to be answered. All is Markdown."""

    title: str
    notes: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One mark of the incident: when it was reached and which entry says so."""

    name: str
    when: str
    entry: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole postmortem. ``sections`` hold all thirteen, in reading order.

    ``rows`` hold every entry; those in ``shown`` are what a reader needs, and the others are folded.
    """

    key: str
    title: str
    front: tuple[tuple[str, str], ...]
    sections: Mapping[str, Section]
    marks: tuple[MarkLine, ...]
    durations: tuple[Duration, ...]
    rows: tuple[Row, ...]
    shown: frozenset[int]
    actions: tuple[ActionLine, ...]

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
