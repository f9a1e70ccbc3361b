"""Formats: each says what the Markdown says, can be read back, names nobody, and gives the same for the same draft."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pypdf import PdfReader

from bot.assets import Assets
from bot.core.draft import Draft
from bot.core.page import Paragraph
from bot.core.picture import Label, Line, picture
from bot.core.postmortem import draft
from bot.core.sections import SECTIONS
from bot.formats.confluence import as_confluence
from bot.formats.reading import blocks
from bot.formats.table import FORMATS, File
from bot.formats.table import rendered as rendered_as
from bot.render import Renderer
from store.types import EntryKind
from tests.core.cases import START, Record, lived
from tests.shared import REPOSITORY

ASSETS = Assets(None)
RENDERER = Renderer(ASSETS.template_folders())
DRAFT = draft(lived())
TITLES = list(SECTIONS.values())


def rendered(form: str, of: Draft = DRAFT, version: str | None = None) -> File:
    return rendered_as(form, RENDERER, of, ASSETS.fonts(), version)


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def docx_text(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def confluence(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(f'<page xmlns:ac="urn:ac">{text}</page>')


SAYS = {
    "md": lambda content: content.decode(),
    "html": lambda content: content.decode(),
    "pdf": pdf_text,
    "docx": docx_text,
    "confluence": lambda content: " ".join(confluence(content.decode()).itertext()),
    "json": lambda content: content.decode(),
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_every_section_every_entry_and_no_name(form: str) -> None:
    file = rendered(form)
    assert file.problem is None
    said = SAYS[form](file.content)
    assert [title for title in TITLES if title not in said] == []
    assert [row.seq for row in DRAFT.rows if not re.search(rf"(?:#|\"seq\": |#entry-){row.seq}\b", said)] == []
    assert "1 h 20 min" in said
    assert not re.search(r"\b(?:Ana|Lima|Bo Berg|Cleo|Dahl|U0ANA0001)\b", said)


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"docx"}))
def test_the_same_draft_gives_the_same_bytes(form: str) -> None:
    assert rendered(form).content == rendered(form, draft(lived())).content


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"json"}))
def test_a_version_that_people_wrote_is_printed_as_it_stands(form: str) -> None:
    said = SAYS[form](rendered(form, version="# Postmortem INC-7\n\n## Timeline\n\nSettled in the review.\n").content)
    assert "Settled in the review." in said
    assert "Contributing factors" not in said


def test_the_pdf_has_bookmarks_links_between_entries_and_the_picture_in_its_place() -> None:
    reader = PdfReader(BytesIO(rendered("pdf").content))
    outline = [entry.title for entry in reader.outline[1]]  # type: ignore[union-attr]
    assert outline == TITLES
    links = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert sum("/Dest" in link for link in links) > 20
    assert any("archives/C1AB" in str(link.get("/A", {}).get("/URI")) for link in links)
    text = pdf_text(rendered("pdf").content)
    assert text.index("Timeline") < text.index("impact start 23:31") < text.index("All times are UTC.")


def test_a_character_without_a_glyph_is_shown_as_lost_and_told() -> None:
    record = Record()
    record.add(0, EntryKind.NOTE, "結帳 is down → ✓ Ωж")
    file = rendered("pdf", draft(record.case(people={})))
    assert "�� is down → ✓ Ωж" in pdf_text(file.content)
    assert "2 characters are not in the font" in str(file.problem)
    assert "U+5E33" in str(file.problem)


def test_the_docx_has_headings_links_bookmarks_and_a_picture_that_says_what_it_shows() -> None:
    document = Document(BytesIO(rendered("docx").content))
    assert [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"] == TITLES
    xml = document.element.xml
    anchors = set(re.findall(r'w:anchor="(\w+)"', xml))
    assert anchors
    assert anchors <= set(re.findall(r'w:bookmarkStart w:id="\d+" w:name="(\w+)"', xml))
    assert [row.cells[1].text for row in document.tables[0].rows][2] == "SEV1"
    assert re.search(r'descr="6 marks and \d+ entries to scale, times in UTC\."', xml)


def test_confluence_gets_anchors_for_every_link_and_code_as_a_macro() -> None:
    page = confluence(rendered("confluence").content.decode())
    linked = {link.get("{urn:ac}anchor") for link in page.iter("{urn:ac}link")}
    macros = [macro for macro in page.iter("{urn:ac}structured-macro") if macro.get("{urn:ac}name") == "anchor"]
    assert linked
    assert linked <= {macro[0].text for macro in macros}
    assert page.find("h1") is None
    (code,) = confluence(as_confluence("```\na ]]> b\n```\n")).iter("{urn:ac}plain-text-body")
    assert code.text == "a ]]> b"


@settings(max_examples=60)
@given(st.text(st.sampled_from("*_`#->|[]()\n1. <&\x00\x0b\ufffeab🙂")))
def test_no_text_breaks_a_format(text: str) -> None:
    confluence(as_confluence(text))
    assert all(isinstance(block.name, str) for block in blocks(text) if isinstance(block, Paragraph))


@settings(max_examples=4, deadline=None)
@given(st.text(st.sampled_from("*_`#->|[]\n1. <&\x01\x0bab🙂"), max_size=200))
def test_what_people_write_breaks_no_file(text: str) -> None:
    record = Record()
    record.add(0, EntryKind.NOTE, text)
    sketch = draft(record.case(people={}, title=text or "x"))
    assert PdfReader(BytesIO(rendered("pdf", sketch).content)).pages
    assert Document(BytesIO(rendered("docx", sketch).content)).paragraphs


def test_the_json_keeps_to_its_schema_and_holds_every_entry() -> None:
    schema = json.loads((REPOSITORY / "docs" / "reference" / "postmortem.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    told = json.loads(rendered("json").content)
    Draft202012Validator(schema).validate(told)
    assert [row["seq"] for row in told["timeline"]] == [row.seq for row in DRAFT.rows]
    assert {
        "name": "Time to mitigate",
        "from": "impact start",
        "to": "mitigated",
        "seconds": 4805.0,
        "exact": True,
    } in (told["durations"])


def test_the_picture_is_to_scale() -> None:
    drawn = picture(DRAFT)
    assert drawn
    hurt = next(shape for shape in drawn.shapes if isinstance(shape, Line) and shape.tone == "hurt")
    at = {mark.name: mark.at for mark in DRAFT.marks}
    marks = {shape.text.rpartition(" ")[0]: shape.x for shape in drawn.shapes if isinstance(shape, Label)}
    share = (at["mitigated"] - at["impact start"]) / (at["first public update"] - at["impact start"])
    assert (hurt.x2 - hurt.x1) / (marks["first public update"] - marks["impact start"]) == pytest.approx(share)


def test_the_page_shows_the_picture_under_its_timeline_without_style() -> None:
    page = rendered("html").content.decode()
    svg = ElementTree.fromstring(re.findall(r"<svg.*?</svg>", page, re.DOTALL)[0])
    assert [text.text for text in svg.iter("text")][-1].startswith("resolved")  # type: ignore[union-attr]
    assert page.index('id="timeline"') < page.index("<svg") < page.index("All times are UTC.")
    assert "style=" not in page


@given(st.lists(st.floats(0, 300), min_size=6, max_size=6))
def test_no_label_of_a_picture_covers_another_or_leaves_it(minutes: list[float]) -> None:
    marks = [replace(mark, at=START + timedelta(minutes=m)) for mark, m in zip(DRAFT.marks, minutes, strict=True)]
    drawn = picture(replace(DRAFT, marks=tuple(marks)))
    labels = [s for s in drawn.shapes if isinstance(s, Label) and s.align != "middle" and s.size == 16] if drawn else []
    boxes = []
    for label in labels:
        width = 8.2 * len(label.text)
        left = label.x - width if label.align == "end" else label.x
        assert left >= 0
        assert left + width <= 1000
        boxes.append((label.y, left, left + width))
    for place, (y, left, right) in enumerate(boxes):
        assert not any(y == v and left < end and start < right for v, start, end in boxes[place + 1 :])


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = "import sys, bot.cli.table, bot.formats.table; print(sorted({'fpdf', 'docx', 'PIL'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
