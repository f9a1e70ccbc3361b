"""A report: a manuscript with its sections known by what they are for, whatever their authors call them."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.core.manuscript import Block, Kind, Manuscript, Section
from bot.core.rulebook import Category, Finding, Level
from bot.core.sections import SECTIONS

_CALLED = {
    "summary": r"(?:executive )?summary|overview|tl;?dr|abstract|what happened|description|background",
    "impact": r"(?:(?:customer|user|business) )?(?:impact|effects?)(?: .*)?|who was affected",
    "detection": r"detection|discovery|how (?:we|it was) (?:found|detected|noticed).*",
    "timeline": r"(?:.* )?timeline(?: .*)?|chronology|sequence of events|events",
    "root_cause": r"(?:triggers?|(?:root )?causes?|root[- ]cause analysis|trigger and root cause|cause and .*)(?: .*)?",
    "contributing_factors": r"contributing (?:factors?|causes?|conditions?)|factors",
    "response": r"(?:the )?(?:incident )?response|resolution(?: .*)?|mitigation(?: .*)?|recovery|remediation",
    "went_well": r"(?:what|things that) (?:went|worked|helped).{0,6}(?:well|good|right)?|went well|positives",
    "went_wrong": r"(?:what|things that) (?:went|could have|did).* (?:wrong|poorly|badly|better|well|work)"
    r"|went (?:wrong|poorly)|what made it harder|negatives",
    "lucky": r"(?:where|how) we (?:got|were) lucky|luck|got lucky",
    "action_items": r"(?:(?:corrective|follow[- ]?up|preventive|preventative) )?action(?:s| items?| points?| plan)?"
    r"|follow[- ]?ups?(?: .*)?|next steps|to[- ]?dos?|corrective measures",
    "lessons": r"(?:lessons?|learnings?)(?: learn(?:ed|t))?|what we learn(?:ed|t)|takeaways|lessons learn(?:ed|t) .*",
    "links": r"(?:links?|references?|resources?|appendix|supporting (?:information|material)|related).*",
}
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _CALLED.items()}
_NUMBERING = re.compile(r"^(?:\d+[.)]\s*)+|[:.]+$|^\W+")
_FIELD = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)?\**([A-Z][A-Za-z /-]{2,30}?)\**:\**[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
_FRONT = re.compile(r"^([A-Za-z][\w -]{1,30}):[ \t]*(\S.*?)[ \t]*$", re.MULTILINE)
OPEN = re.compile(r"\bopen question\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A list item or a table's row: its texts by column where there are columns, and where it stands."""

    start: int
    end: int
    text: str
    cells: tuple[tuple[str, str], ...] = ()  # (the column's head, folded; the text)

    def cell(self, *heads: str) -> str | None:
        """Return the text under the first column whose head holds one of *heads*, or None when there is no such."""
        return next((text for head, text in self.cells if any(word in head for word in heads)), None)


class Report:
    """A postmortem as its checks see it. *verbs* are those that an action item may begin with."""

    def __init__(self, manuscript: Manuscript, verbs: Collection[str]) -> None:
        self.manuscript = manuscript
        self.verbs = verbs
        self.sections: dict[str, Section] = {}
        for section in manuscript.sections:
            name = section_called(section.title)
            if name and (name not in self.sections):
                self.sections[name] = section

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """What stands at the top by name, folded: from front matter, a table of two columns, or `Name: value` lines."""
        manuscript = self.manuscript
        top = next((section.start for section in self.sections.values()), len(manuscript.text))
        found = dict(_FRONT.findall(manuscript.front))
        for table in manuscript.tables:
            if len(table.head) == 2 and table.start < top:
                rows = [table.head, *(tuple(self.text(cell.start, cell.end) for cell in row) for row in table.rows)]
                found |= {row[0]: row[1] for row in rows if len(row) == 2}
        found |= dict(_FIELD.findall(manuscript.text[:top].replace("*", "")))
        return {name.strip().casefold(): value for name, value in found.items()}

    @property
    def is_draft(self) -> bool:
        """Whether it says that it is one; what does not say what it is counts as one."""
        state = next((value for name, value in self.fields.items() if name in ("state", "status")), "draft")
        return state.casefold().startswith("draft")

    def text(self, start: int, end: int) -> str:
        """Return a stretch as prose, on one line."""
        return " ".join(self.manuscript.plain[start:end].split())

    def said(self, *names: str) -> str:
        """Return the prose of sections that are there, one after the other."""
        return " ".join(self.text(self.sections[n].body, self.sections[n].end) for n in names if n in self.sections)

    def lines(self, name: str) -> list[Line]:
        """Return the list items and table rows of a section, in reading order."""
        section = self.sections.get(name)
        if section is None:
            return []
        items = [self._item(block) for block in self._blocks(section) if block.kind is Kind.ITEM]
        rows = [line for line in self._rows(section)]
        return sorted([*items, *rows], key=lambda line: line.start)

    def found(self, rule: str, level: Level, why: str, fix: str, start: int = 0, end: int | None = None) -> Finding:
        """Return a finding about a stretch, or about the file as a whole when none is given."""
        manuscript = self.manuscript
        last = start if end is None else end
        line, column = manuscript.place(start)
        shown = manuscript.shown(start, last)[:300]
        return Finding(rule, Category.STRUCTURE, level, line, column, start, last, shown, why, fix)

    def about(self, name: str, rule: str, level: Level, why: str, fix: str) -> Finding:
        """Return a finding about a section, told at its heading."""
        section = self.sections[name]
        start = self.manuscript.text.find(section.title, section.start) if section.title else section.start
        start = section.start if start < 0 else start
        return self.found(rule, level, why, fix, start, start + len(section.title))

    def _blocks(self, section: Section) -> Iterator[Block]:
        return (block for block in self.manuscript.blocks if section.body <= block.start < section.end)

    def _item(self, block: Block) -> Line:
        return Line(block.start, block.end, self.text(block.start, block.end))

    def _rows(self, section: Section) -> Iterator[Line]:
        for table in self.manuscript.tables:
            if section.body <= table.start < section.end:
                for row in table.rows:
                    if row:
                        texts = [self.text(cell.start, cell.end) for cell in row]
                        cells = tuple(zip((head.casefold() for head in table.head), texts, strict=False))
                        yield Line(row[0].start, row[-1].end, " | ".join(texts), cells)


def section_called(title: str) -> str | None:
    """Return the section that a heading begins, by any of the names that people give it."""
    plain = _NUMBERING.sub("", " ".join(title.split())).strip(" :*_")
    named = next((name for name, called in SECTIONS.items() if called.casefold() == plain.casefold()), None)
    return named or next((name for name, pattern in _PATTERNS.items() if pattern.fullmatch(plain)), None)
