"""DOCX: the page for Word and its relatives, with headings, links and the picture of its timeline.

The only user of python-docx. The file holds the date it is given, but the ZIP around it holds the time of writing.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.core.page import Block, Code, Heading, Paragraph, Rule, Run, Table, plain

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as Written

TOGETHER = 15  # rows of a table that stays on one page; a longer one breaks
_MONO = "DejaVu Sans Mono"
_INDENT, _WIDTH = 0.6, 17.0  # cm: for each list, and between the margins
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold


def as_docx(blocks: Sequence[Block], png: bytes | None, told: str, title: str, at: datetime) -> bytes:
    """Return the file. *png* is the picture of the timeline, and *told* says what it shows to who cannot see it."""
    from docx import Document
    from docx.shared import Cm, Pt

    document = Document()
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    normal = document.styles["Normal"].font
    normal.name, normal.size = "Arial", Pt(10)
    about = document.core_properties
    about.title, about.author, about.comments = title, "firstfive", ""
    about.created = about.modified = at
    for block in blocks:
        _write(document, block)
        if png and isinstance(block, Heading) and plain(block.runs) == "Timeline":
            shape = document.add_picture(BytesIO(png), width=Cm(_WIDTH))
            shape._inline.docPr.set("descr", told)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _write(document: "Document", block: Block) -> None:
    match block:
        case Heading():
            paragraph = document.add_heading(level=min(block.level - 1, 9))
            _runs(paragraph, block.runs)
        case Paragraph():
            _paragraph(document, block)
        case Code():
            paragraph = document.add_paragraph()
            _indent(paragraph, block.depth)
            _runs(paragraph, (Run(block.text, code=True),))
        case Table():
            _table(document, block)
        case Rule():
            document.add_paragraph("—")


def _paragraph(document: "Document", block: Paragraph) -> None:
    from docx.shared import Cm, Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(3 if block.depth else 6)
    paragraph.paragraph_format.keep_with_next = bool(block.name)
    _indent(paragraph, block.depth)
    if block.mark:
        paragraph.paragraph_format.first_line_indent = Cm(-_INDENT)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(_INDENT * block.depth))
        paragraph.add_run(f"{block.mark}\t")
    if block.name:
        _bookmark(paragraph, block.name)
    _runs(paragraph, block.runs)


def _indent(paragraph: "Written", depth: int) -> None:
    from docx.shared import Cm

    if depth:
        paragraph.paragraph_format.left_indent = Cm(_INDENT * depth)


def _runs(paragraph: "Written", runs: Sequence[Run]) -> None:
    from docx.shared import Pt, RGBColor

    for run in runs:
        written = paragraph.add_run(_ILLEGAL.sub("\ufffd", run.text))
        if run.bold:
            written.bold = True
        written.italic, written.font.strike = run.italic or None, run.struck or None
        if run.code:
            written.font.name, written.font.size = _MONO, Pt(9)
        if run.link:
            written.font.color.rgb = RGBColor(0x1D, 0x4E, 0x9C)
            _link(paragraph, written._r, run.link)


def _link(paragraph: "Written", element: Any, link: str) -> None:
    """Wrap a run in a hyperlink, which python-docx reads and does not write."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    wrapper = OxmlElement("w:hyperlink")
    if link.startswith("#"):
        wrapper.set(qn("w:anchor"), _bookmarked(link[1:]))
    else:
        wrapper.set(qn("r:id"), paragraph.part.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    element.addprevious(wrapper)
    wrapper.append(element)


def _bookmark(paragraph: "Written", name: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    number = re.sub(r"\D", "", name) or "0"
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(tag)
        mark.set(qn("w:id"), number)
        if tag == "w:bookmarkStart":
            mark.set(qn("w:name"), _bookmarked(name))
        paragraph._p.append(mark)


def _bookmarked(name: str) -> str:
    return name.replace("-", "_")[:40]  # Word allows no hyphen and 40 characters


def _table(document: "Document", block: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    table = document.add_table(len(block.rows), len(block.rows[0]), style="Light List Accent 1")
    table.autofit = False
    widths = _widths(block)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)  # LibreOffice goes by the columns, Word by the cells
    together = len(block.rows) <= TOGETHER
    for number, (row, cells) in enumerate(zip(table.rows, block.rows, strict=True), 1):
        for place, (cell, runs) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = Cm(widths[place])
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            paragraph.paragraph_format.keep_with_next = together and number < len(block.rows)
            _runs(paragraph, runs)
            if place in block.right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()


def _widths(block: Table) -> list[float]:
    """Share the width of the page, in cm, by the longest text of each column, none of them starved."""
    shares = block.shares()
    return [_WIDTH * share / sum(shares) for share in shares]
