"""A published postmortem as it is searched: what it says in short, what contributed, and the rest in plain text.

Its timeline is left out. What stands there was said by many people, each of whom may be forgotten.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.core.page import Block, Code, Heading, Paragraph, Table, plain
from bot.core.sections import SECTIONS

_SECTIONS = {title.casefold(): name for name, title in SECTIONS.items()}
_LEVEL = 2  # of the headings that name sections


@dataclass(frozen=True, slots=True)
class Published:
    """The texts of a published postmortem, plain."""

    summary: str = ""
    factors: str = ""
    rest: str = ""


def published(page: Iterable[Block]) -> Published:
    """Return what is searched of a postmortem's page."""
    texts: dict[str, list[str]] = {"summary": [], "contributing_factors": []}
    rest: list[str] = []
    for section, text in _told(page):
        if section != "timeline":
            texts.get(section, rest).append(text)
    return Published(" ".join(texts["summary"]), " ".join(texts["contributing_factors"]), " ".join(rest))


def _told(page: Iterable[Block]) -> Iterator[tuple[str, str]]:
    """Yield (section, text) for each block that has text; what no section of ours holds is in one without a name."""
    section = ""
    for block in page:
        if isinstance(block, Heading) and block.level <= _LEVEL:
            section = _SECTIONS.get(plain(block.runs).casefold(), "")
        text = " ".join(_text(block).split())
        if text:
            yield section, text


def _text(block: Block) -> str:
    if isinstance(block, Heading):
        return plain(block.runs) if block.level > _LEVEL else ""
    if isinstance(block, Paragraph):
        return plain(block.runs)
    if isinstance(block, Table):
        return " ".join(plain(cell) for row in block.rows for cell in row)
    return block.text if isinstance(block, Code) else ""
