"""A page: what a Markdown text shows, as a flat list of blocks that any format can print one after the other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. *link* is an address, "#name" for a place in the page, or ""."""

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    code: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; 1 is the title."""

    level: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; *depth* lists deep, and with a *mark* ("•" or "3.") the first of its item."""

    runs: tuple[Run, ...]
    depth: int = 0
    mark: str = ""
    name: str = ""  # what links to it call it, such as "entry-4"


@dataclass(frozen=True, slots=True)
class Code:
    """Lines in which every space counts."""

    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first row is the head. *right* holds the columns set to the right."""

    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    right: frozenset[int] = frozenset()

    def shares(self) -> tuple[int, ...]:
        """Return the share of the width that each column needs, by its longest text; none is starved."""
        longest = (max(len(plain(row[column])) for row in self.rows) for column in range(len(self.rows[0])))
        return tuple(min(length + 5, 45) for length in longest)  # 5 for the room at both sides


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


Block = Heading | Paragraph | Code | Table | Rule


def plain(runs: tuple[Run, ...]) -> str:
    """Return what runs say, without style."""
    return "".join(run.text for run in runs)
