"""A manuscript: Markdown that somebody wrote, read for its prose. Offsets are those of the file as it stands.

Code, addresses, comments, quotations in blocks and the marks of Markdown are blanked out by as many characters, so
that a match in what is left has its true line and column. It is read for checking and not for printing: what is unclear
in Markdown is taken the way that hides the least prose.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

CODE = "¤"  # stands for each character of code or of an address, so that a sentence keeps a noun there

_HIDDEN = re.compile(
    r"\A---[ \t]*\n(?P<front>.*?)\n(?:---|\.\.\.)[ \t]*$"
    r"|^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?P<fence>`{3,}|~{3,})[^\n]*(?:\n.*?^[ \t>]*(?P=fence)[`~]*[ \t\r]*$|.*\Z)"
    r"|<!--(?P<comment>.*?)(?:-->|\Z)",
    re.DOTALL | re.MULTILINE,
)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:[^`\n]|(?!\1)`)+\1(?!`)")
_LINK = re.compile(
    r"!?\[((?:[^\[\]\n]|\[[^\[\]\n]*\])*)\](\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)|\[[^\[\]\n]*\])"
)
_ADDRESS = re.compile(r"<?\b(?:https?|ftp|mailto|slack)://?[^\s<>|)\]]+>?")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]*>")
_EMPHASIS = re.compile(r"\*+|~~|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|\\(?=[!-/:-@\[-`{-~])")
_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)[^\]\n]+\]:[^\n]*$", re.MULTILINE)

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_DELIMITER = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+(?:\[[ xX]\][ \t]+)?|$)")
_QUOTE = re.compile(r"[ \t]*>")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:=[ \t]*){3,})$")
_INDENTED = re.compile(r"(?: {4}|\t)")
_SENTENCE_END = re.compile(
    r"(?<![ (]e\.g)(?<![ (]i\.e)(?<!etc)(?<! vs)(?<!approx)(?<!\bno)[.!?]+[\"”’')\]]*(?=\s+[\"“‘'(\[]?[A-Z0-9@¤])"
)


class Kind(StrEnum):
    """What a block of prose is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CELL = "cell"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, a list item or a table's cell. ``path`` names the headings above it, outermost first."""

    kind: Kind
    start: int
    end: int
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and the block that it stands in."""

    start: int
    end: int
    block: Block


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with everything below it, down to the next of its own level or above. ``start`` is the heading's."""

    title: str
    level: int
    start: int
    body: int
    end: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the texts of its head, and the cells of each row."""

    head: tuple[str, ...]
    rows: tuple[tuple[Block, ...], ...]
    start: int
    path: tuple[str, ...]


class Manuscript:
    """A Markdown text as blocks, sentences, sections and tables."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.comments: list[tuple[int, int]] = []
        self.front = ""
        self.plain = self._without_markup()
        reading = _Reading(self.plain)
        self.blocks: Sequence[Block] = reading.blocks
        self.sections: Sequence[Section] = tuple(reading.sections())
        self.tables: Sequence[Table] = tuple(reading.tables)

    @cached_property
    def sentences(self) -> Sequence[Sentence]:
        """Every sentence, in reading order."""
        return tuple(sentence for block in self.blocks for sentence in self._in_block(block))

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\n", self.text))]

    def sentence_at(self, start: int, end: int) -> Sentence | None:
        """Return the sentence that holds the whole of a stretch, or None."""
        index = bisect_right(self._sentence_starts, start) - 1
        sentence = self.sentences[index] if index >= 0 else None
        return sentence if sentence and end <= sentence.end else None

    def before(self, sentence: Sentence) -> str:
        """Return the sentence before another in the same block, or ""."""
        index = bisect_right(self._sentence_starts, sentence.start) - 2
        found = self.sentences[index] if index >= 0 else None
        return self.plain[found.start : found.end] if found and found.block == sentence.block else ""

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset; both count from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def shown(self, start: int, end: int) -> str:
        """Return a stretch as a reader sees it: with code and addresses, without markup, on one line."""
        pairs = zip(self.text[start:end], self.plain[start:end], strict=True)
        return " ".join("".join(raw for raw, plain in pairs if plain != " " or raw.isspace()).replace("|", " ").split())

    def _without_markup(self) -> str:
        text = re.sub(r"[\r\x00\u200b\ufeff]", " ", self.text)
        text = _HIDDEN.sub(self._hide, text)
        text = _CODE.sub(lambda match: CODE * len(match[0]), text)
        for _ in range(2):  # a picture may stand inside a link
            text = _LINK.sub(_label, text)
        text = _ADDRESS.sub(lambda match: CODE * len(match[0]), text)
        text = _TAG.sub(_blank, text)
        text = _DEFINITION.sub(_blank, text)
        return "".join(self._plain_lines(text))

    def _plain_lines(self, text: str) -> Iterator[str]:
        for line in text.splitlines(keepends=True):
            item = _ITEM.match(line)  # its star is a bullet and no emphasis
            kept = item.end() if item else 0
            if len(line) - kept > 1 and _RULE.match(line) is None:
                line = line[:kept] + _EMPHASIS.sub(_blank, line[kept:])
            yield line

    def _hide(self, match: re.Match[str]) -> str:
        if match["front"] is not None:
            self.front = match["front"]
        elif match["comment"] is not None:
            self.comments.append((match.start(), match.end()))
        elif match["fence"] is None:
            return match[0]
        return _blank(match)

    def _in_block(self, block: Block) -> Iterator[Sentence]:
        ends = [match.end() for match in _SENTENCE_END.finditer(self.plain, block.start, block.end)]
        for start, end in pairwise((block.start, *ends, block.end)):
            text = self.plain[start:end]
            if text.strip():
                yield Sentence(start + len(text) - len(text.lstrip()), end, block)


class _Reading:
    """Goes through the lines once and finds the blocks."""

    def __init__(self, plain: str) -> None:
        self.blocks: list[Block] = []
        self.tables: list[Table] = []
        self._headings: list[tuple[int, str, int, int, tuple[str, ...]]] = []
        self._plain = plain
        self._open: tuple[Kind, int, int] | None = None
        self._in_list = False
        self._above: list[tuple[int, str]] = []  # level and title of each heading that the next line stands under
        lines = plain.splitlines(keepends=True)
        offsets = [0]
        for line in lines:
            offsets.append(offsets[-1] + len(line))
        number = 0
        while number < len(lines):
            number = self._line(lines, offsets, number)
        self._close()

    def sections(self) -> Iterator[Section]:
        """Yield every section, in reading order; one holds the sections below it."""
        ends: dict[int, int] = {}  # where each section ends, by its start
        under: list[tuple[int, int]] = []  # level and start of the sections that are still open
        for level, _, start, *_ in self._headings:
            while under and under[-1][0] >= level:
                ends[under.pop()[1]] = start
            under.append((level, start))
        for level, title, start, body, path in self._headings:
            yield Section(title, level, start, body, ends.get(start, len(self._plain)), path)

    def _line(self, lines: list[str], offsets: list[int], number: int) -> int:
        line, start = lines[number].rstrip("\n"), offsets[number]
        end = start + len(line)
        below = lines[number + 1].rstrip("\n") if number + 1 < len(lines) else ""
        if not line.strip():
            self._close()
        elif heading := _HEADING.match(line):
            title = (heading[2] or "").strip()
            self._heading(len(heading[1]), start + len(line) - len(line.lstrip(" #")), end, offsets[number + 1], title)
        elif "|" in line and "|" in below and _DELIMITER.match(below):
            return self._table(lines, offsets, number)
        elif self._underlined(line, below):
            self._heading(1 if "=" in below else 2, start, end, offsets[number + 2], line.strip())
            return number + 2
        elif _RULE.match(line):
            self._close()
        elif item := _ITEM.match(line):
            self._close()
            self._in_list = True
            self._open = (Kind.ITEM, start + item.end(), end)
        elif self._open:
            self._open = (self._open[0], self._open[1], end)
        elif _QUOTE.match(line):
            self._in_list = False
            self._open = (Kind.QUOTE, start, end)
        elif self._in_list or not _INDENTED.match(line):
            self._in_list = self._in_list and bool(line[:1].isspace())
            self._open = (Kind.PARAGRAPH, start, end)
        return number + 1

    def _underlined(self, line: str, below: str) -> bool:
        return bool(
            not self._open
            and not _RULE.match(line)
            and _UNDERLINE.match(below)
            and "|" not in line
            and not _ITEM.match(line)
        )

    def _heading(self, level: int, start: int, end: int, body: int, title: str) -> None:
        self._close()
        self._in_list = False
        self._above = [pair for pair in self._above if pair[0] < level]
        path = (*(name for _, name in self._above), title)
        self._above.append((level, title))
        self._headings.append((level, title, start, body, path))
        self.blocks.append(Block(Kind.HEADING, start, end, path))

    def _table(self, lines: list[str], offsets: list[int], number: int) -> int:
        self._close()
        self._in_list = False
        head = tuple(text.strip() for _, _, text in _cells(lines[number], 0))
        first, path, rows = number, self._here(), []
        number += 2
        while number < len(lines) and "|" in lines[number]:
            cells = tuple(
                Block(Kind.CELL, start, end, path) for start, end, _ in _cells(lines[number], offsets[number])
            )
            rows.append(cells)
            self.blocks += [cell for cell in cells if cell.end > cell.start]
            number += 1
        self.tables.append(Table(head, tuple(rows), offsets[first], path))
        return number

    def _here(self) -> tuple[str, ...]:
        return self._headings[-1][4] if self._headings else ()

    def _close(self) -> None:
        if self._open:
            kind, start, end = self._open
            self.blocks.append(Block(kind, start, end, self._here()))
        self._open = None


def _cells(line: str, offset: int) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, text) of each cell, without the spaces around it."""
    inner = line.rstrip("\n")
    for match in re.finditer(r"(?:[^|\\]|\\.)+|(?<=\|)(?=\|)", inner):
        text = match[0]
        if not text.strip() and (match.start() == 0 or match.end() == len(inner)):
            continue
        start = offset + match.start() + len(text) - len(text.lstrip())
        yield start, start + len(text.strip()), text


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _label(match: re.Match[str]) -> str:
    lead = match[0].index("[") + 1
    return " " * lead + match[1] + _blank_text(match[0][lead + len(match[1]) :])


def _blank_text(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
