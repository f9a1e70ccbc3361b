"""Every format a postmortem can be had in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.draft import Draft
from bot.core.picture import picture
from bot.formats.as_json import as_json
from bot.formats.confluence import as_confluence
from bot.formats.pdf import as_pdf
from bot.formats.raster import as_png
from bot.formats.reading import blocks
from bot.formats.word import as_docx
from bot.render import Rendered, Renderer

Fonts = Mapping[str, Path]
Content = tuple[bytes, str | None]  # and what is wrong with it


@dataclass(frozen=True, slots=True)
class File:
    """A rendered postmortem, the Markdown it was made from, and what to tell whoever asked for it, or None."""

    content: bytes
    text: str
    problem: str | None = None


def rendered(form: str, renderer: Renderer, draft: Draft, fonts: Fonts, version: str | None = None) -> File:
    """Return a postmortem in a format: what its *version* says, or its draft; its picture and JSON are of the draft."""
    written = Rendered(version) if version is not None else renderer.render_postmortem(draft, "md")
    content, problem = FORMATS[form](renderer, draft, written.text, fonts)
    return File(content, written.text, "\n".join(filter(None, (written.problem, problem))) or None)


def _md(_renderer: Renderer, _draft: Draft, text: str, _fonts: Fonts) -> Content:
    return text.encode(), None


def _html(renderer: Renderer, draft: Draft, text: str, _fonts: Fonts) -> Content:
    page = renderer.render_page(draft.key, text, picture(draft))
    return page.text.encode(), page.problem


def _pdf(_renderer: Renderer, draft: Draft, text: str, fonts: Fonts) -> Content:
    return as_pdf(blocks(text), picture(draft), f"Postmortem {draft.key}", draft.as_of, fonts)


def _docx(_renderer: Renderer, draft: Draft, text: str, fonts: Fonts) -> Content:
    drawn = picture(draft)
    png = as_png(drawn, fonts["regular"]) if drawn else None
    told = drawn.told if drawn else ""
    return as_docx(blocks(text), png, told, f"Postmortem {draft.key}", draft.as_of), None


def _confluence(_renderer: Renderer, _draft: Draft, text: str, _fonts: Fonts) -> Content:
    return as_confluence(text).encode(), None


def _json(_renderer: Renderer, draft: Draft, _text: str, _fonts: Fonts) -> Content:
    return as_json(draft).encode(), None


FORMATS: Mapping[str, Callable[[Renderer, Draft, str, Fonts], Content]] = {
    "md": _md,
    "html": _html,
    "pdf": _pdf,
    "docx": _docx,
    "confluence": _confluence,
    "json": _json,
}
