"""A draft: a postmortem ready for a template. Every text in it is Markdown that is safe to print as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass

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
    """The whole postmortem. ``sections`` hold all thirteen, in reading order."""

    key: str
    title: str
    front: tuple[tuple[str, str], ...]
    sections: Mapping[str, Section]
    marks: tuple[MarkLine, ...]
    durations: tuple[Duration, ...]
    rows: tuple[Row, ...]
    actions: tuple[ActionLine, ...]

    @property
    def questions(self) -> int:
        """How many questions are open."""
        return sum(len(section.questions) for section in self.sections.values())
