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
from bot.render import Renderer

Fonts = Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class File:
    """A rendered postmortem, and what to tell whoever asked for it, or None."""

    content: bytes
    problem: str | None = None


def _md(renderer: Renderer, draft: Draft, _fonts: Fonts) -> File:
    written = renderer.render_postmortem(draft, "md")
    return File(written.text.encode(), written.problem)


def _html(renderer: Renderer, draft: Draft, _fonts: Fonts) -> File:
    written = renderer.render_postmortem(draft, "html")
    return File(written.text.encode(), written.problem)


def _pdf(renderer: Renderer, draft: Draft, fonts: Fonts) -> File:
    written = renderer.render_postmortem(draft, "md")
    content, problem = as_pdf(blocks(written.text), picture(draft), f"Postmortem {draft.key}", draft.as_of, fonts)
    return File(content, "\n".join(filter(None, (written.problem, problem))) or None)


def _docx(renderer: Renderer, draft: Draft, fonts: Fonts) -> File:
    written, drawn = renderer.render_postmortem(draft, "md"), picture(draft)
    png = as_png(drawn, fonts["regular"]) if drawn else None
    told = drawn.told if drawn else ""
    content = as_docx(blocks(written.text), png, told, f"Postmortem {draft.key}", draft.as_of)
    return File(content, written.problem)


def _confluence(renderer: Renderer, draft: Draft, _fonts: Fonts) -> File:
    written = renderer.render_postmortem(draft, "md")
    return File(as_confluence(written.text).encode(), written.problem)


def _json(_renderer: Renderer, draft: Draft, _fonts: Fonts) -> File:
    return File(as_json(draft).encode())


FORMATS: Mapping[str, Callable[[Renderer, Draft, Fonts], File]] = {
    "md": _md,
    "html": _html,
    "pdf": _pdf,
    "docx": _docx,
    "confluence": _confluence,
    "json": _json,
}
