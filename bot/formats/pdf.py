"""PDF: the page on A4 with the picture of its timeline, links and bookmarks. The only user of fpdf2.

One family of fonts for all, and no fallback fonts: fpdf2 loses text around them (docs/decisions/0061). A character that
the fonts do not have is printed as "�" and counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.page import Block, Code, Heading, Paragraph, Rule, Run, Table, plain
from bot.core.picture import WIDTH, Dot, Line, Picture, Shape

if TYPE_CHECKING:
    from fpdf import FPDF

_MARGIN, _INDENT, _LEADING = 18.0, 6.0, 1.42  # mm, mm for each list, lines for each line of text
_SIZES = {1: 19, 2: 14, 3: 11.5}  # points of headings; deeper ones are as large as the text, 9.5
_TEXT, _SMALL = 9.5, 8.5
_INK, _LINK, _PALE = (28, 32, 40), (29, 78, 156), (244, 245, 247)
_TONES = {"ink": _INK, "faint": (150, 156, 168), "hurt": (214, 84, 60)}
_MOST_MISSING = 20  # characters told by name


@dataclass(slots=True)
class _Sheet:
    """A document in the making."""

    pdf: "FPDF"
    links: dict[str, int] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def style(self, run: Run, size: float, *, bold: bool = False) -> None:
        family = "mono" if run.code else "text"
        heavy = "B" if (run.bold or bold) and not run.code else ""
        slant = "I" if run.italic and not heavy and not run.code else ""
        self.pdf.set_font(family, heavy + slant + ("S" if run.struck else ""), size * (0.95 if run.code else 1))
        self.pdf.set_text_color(*(_LINK if run.link else _INK))

    def known(self, text: str) -> str:
        """Return *text* with what the font in use cannot show as "�"."""
        font = self.pdf.current_font
        lost = {letter for letter in text if letter not in "\n\t" and ord(letter) not in font.cmap}  # type: ignore[union-attr]
        self.missing |= lost
        return text.translate(dict.fromkeys(map(ord, lost), "\ufffd")).replace("\t", "    ")

    def target(self, link: str) -> int | str:
        return self.links.get(link[1:], "") if link.startswith("#") else link


def as_pdf(
    blocks: Sequence[Block], picture: Picture | None, title: str, at: datetime, fonts: Mapping[str, Path]
) -> tuple[bytes, str | None]:
    """Return the file, and what is wrong with it or None. *at* is the date in it: the same page gives the same bytes.

    *fonts* holds the files for regular, bold, italic and mono.
    """
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    for family, style, name in (
        ("text", "", "regular"),
        ("text", "B", "bold"),
        ("text", "I", "italic"),
        ("mono", "", "mono"),
    ):
        pdf.add_font(family, style, fonts[name])
    pdf.set_margins(_MARGIN, _MARGIN)
    pdf.set_auto_page_break(True, margin=_MARGIN)
    pdf.set_title(title)
    pdf.set_creation_date(at)
    pdf.set_lang("en")
    pdf.add_page()
    sheet = _Sheet(pdf)
    sheet.links = {b.name: pdf.add_link() for b in blocks if isinstance(b, Paragraph) and b.name}
    for block in blocks:
        _print(sheet, block)
        if picture and isinstance(block, Heading) and plain(block.runs) == "Timeline":
            _draw(sheet, picture)
    return bytes(pdf.output()), _told(sheet.missing)


def _print(sheet: _Sheet, block: Block) -> None:
    match block:
        case Heading():
            _heading(sheet, block)
        case Paragraph():
            _paragraph(sheet, block)
        case Code():
            _code(sheet, block)
        case Table():
            _table(sheet, block)
        case Rule():
            sheet.pdf.ln(2)
            sheet.pdf.line(_MARGIN, sheet.pdf.y, sheet.pdf.w - _MARGIN, sheet.pdf.y)
            sheet.pdf.ln(2)


def _heading(sheet: _Sheet, heading: Heading) -> None:
    pdf, size = sheet.pdf, _SIZES.get(heading.level, _TEXT)
    if pdf.will_page_break(32):
        pdf.add_page()
    pdf.ln(2 if heading.level == 1 else 4)
    sheet.style(Run("", bold=True), size)
    text = sheet.known(plain(heading.runs))
    pdf.start_section(text, level=heading.level - 1, strict=False)
    pdf.multi_cell(0, _height(size), text, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(1.5)


def _paragraph(sheet: _Sheet, paragraph: Paragraph) -> None:
    pdf = sheet.pdf
    if paragraph.name and pdf.will_page_break(14):
        pdf.add_page()
    left = _MARGIN + _INDENT * paragraph.depth
    if paragraph.mark:
        sheet.style(Run(""), _TEXT)
        pdf.set_x(left - _INDENT + 1.5)
        pdf.cell(_INDENT, _height(_TEXT), sheet.known(paragraph.mark))
    if paragraph.name:
        pdf.set_link(sheet.links[paragraph.name], y=pdf.y, page=pdf.page_no())
    pdf.set_left_margin(left)
    pdf.set_x(left)
    for run in paragraph.runs:
        sheet.style(run, _TEXT)
        pdf.write(_height(_TEXT), sheet.known(run.text), sheet.target(run.link))
    pdf.set_left_margin(_MARGIN)
    pdf.ln(_height(_TEXT) + (1.2 if paragraph.depth else 2))


def _code(sheet: _Sheet, code: Code) -> None:
    from fpdf.enums import WrapMode

    pdf, left = sheet.pdf, _INDENT * code.depth
    sheet.style(Run("", code=True), _SMALL)
    pdf.set_fill_color(*_PALE)
    pdf.set_x(_MARGIN + left)
    pdf.multi_cell(
        pdf.epw - left,
        _height(_SMALL),
        sheet.known(code.text),
        fill=True,
        align="L",
        padding=1,
        wrapmode=WrapMode.CHAR,
        new_x="LMARGIN",
        new_y="NEXT",
    )
    pdf.ln(2)


def _table(sheet: _Sheet, table: Table) -> None:
    from fpdf.fonts import FontFace

    pdf = sheet.pdf
    sheet.style(Run(""), _SMALL)
    pdf.set_draw_color(*_TONES["faint"])
    pdf.set_fill_color(255, 255, 255)
    pdf.ln(1)
    count = len(table.rows[0])
    with pdf.table(
        borders_layout="HORIZONTAL_LINES",
        col_widths=table.shares(),
        headings_style=FontFace(emphasis="BOLD", fill_color=_PALE),
        line_height=_height(_SMALL),
        padding=0.8,
        text_align=tuple("RIGHT" if column in table.right else "LEFT" for column in range(count)),
    ) as printed:
        for cells in table.rows:
            row = printed.row()
            for runs in cells:
                link = next((sheet.target(run.link) for run in runs if run.link), "")
                row.cell(sheet.known(plain(runs)), link=link or None)
    pdf.ln(3)


def _draw(sheet: _Sheet, picture: Picture) -> None:
    """Draw the picture as lines and text, so that it is sharp at any size."""
    pdf, scale = sheet.pdf, sheet.pdf.epw / WIDTH
    if pdf.will_page_break(picture.height * scale):
        pdf.add_page()
    top = pdf.y
    with pdf.local_context():
        for shape in picture.shapes:
            _shape(sheet, shape, top, scale)
    pdf.set_xy(_MARGIN, top + picture.height * scale + 2)


def _shape(sheet: _Sheet, shape: Shape, top: float, scale: float) -> None:
    pdf, tone = sheet.pdf, _TONES[shape.tone]
    if isinstance(shape, Line):
        pdf.set_draw_color(*tone)
        pdf.set_line_width(shape.thickness * scale)
        pdf.line(_MARGIN + shape.x1 * scale, top + shape.y1 * scale, _MARGIN + shape.x2 * scale, top + shape.y2 * scale)
    elif isinstance(shape, Dot):
        pdf.set_fill_color(*tone)
        pdf.circle(_MARGIN + shape.x * scale, top + shape.y * scale, shape.radius * scale, style="F")
    else:
        pdf.set_font("text", "", shape.size * scale * 72 / 25.4)
        pdf.set_text_color(*tone)
        back = {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.align] * pdf.get_string_width(shape.text)
        pdf.text(_MARGIN + shape.x * scale - back, top + shape.y * scale, shape.text)


def _height(size: float) -> float:
    return size * 25.4 / 72 * _LEADING


def _told(missing: set[str]) -> str | None:
    if not missing:
        return None
    shown = ", ".join(f"U+{ord(letter):04X}" for letter in sorted(missing)[:_MOST_MISSING])
    return (
        f"{len(missing)} characters are not in the font and stand as “�”: {shown}. "
        "Put fonts that have them into fonts/ of FIRSTFIVE_OVERRIDES: regular.ttf, bold.ttf, italic.ttf, mono.ttf."
    )
