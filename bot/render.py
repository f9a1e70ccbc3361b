"""Renders templates: Jinja in a sandbox, the user's files first, and Markdown into our own page.

A user's template is run with a budget and without access to anything but its values. If it fails, the file, the line
and the fix are told, and our own template of the same name is used.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from traceback import extract_tb
from typing import Any, Literal

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
    select_autoescape,
)
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from bot.core.draft import Draft
from bot.core.gallery import ENDING, FOLDER, OURS, PARTS, Template
from bot.core.picture import Picture, picture
from bot.core.svg import as_svg

MOST_STEPS = 500_000  # turns of all loops in one rendering; a timeline of 10,000 entries takes about 30,000
LONGEST = 20_000_000  # characters of output
POSTMORTEM = f"{FOLDER}{OURS}{ENDING}"
SAMPLE = f"{FOLDER}sample.jsonl"
LARGEST_PRODUCT = 100_000  # characters or items that `*` may make, and the largest power

Leads = Sequence[tuple[str, str]]
"""Names and addresses of the pages that a page leads to."""

_FAULTS = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError, OSError)
_CELL_BREAK = re.compile(r"(?<!\\)\|")

_steps: ContextVar[Iterator[int]] = ContextVar("steps")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What came out, and what to tell the author of a template that failed, or None."""

    text: str
    problem: str | None = None


class Renderer:
    """Renders by template name. *folders* are (prefix, folder) pairs in the order to search, as Assets gives them."""

    def __init__(self, folders: Sequence[tuple[str, Path]]) -> None:
        self._our_folders = ours = {folder for prefix, folder in folders if prefix}
        self._markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
        self._first = _environment(folders, self._as_html)
        self._ours = _environment([(prefix, folder) for prefix, folder in folders if folder in ours], self._as_html)

    def _as_html(self, text: str) -> Markup:
        return Markup(self._markdown.render(text))  # noqa: S704 - html is off

    def render(self, name: str, **values: Any) -> Rendered:
        """Return the template *name* filled in; when the user's own fails, ours of that name, and the problem."""
        try:
            return Rendered(_fill(self._first, name, values))
        except _FAULTS as fault:
            return Rendered(_fill(self._ours, name, values), _told(fault, name))

    def render_postmortem(
        self, draft: Draft, form: Literal["md", "html"], *, standalone: bool = True, leads: Leads = ()
    ) -> Rendered:
        """Return a postmortem as Markdown, or that Markdown in a page.

        A *standalone* page carries its style sheet; one for the web door links to `/static/postmortem.css`, and *leads*
        to other pages.
        """
        written = self._written(draft)
        if form == "md":
            return written
        page = self.render_page(draft.key, written.text, picture(draft), standalone=standalone, leads=leads)
        return Rendered(page.text, "\n".join(filter(None, (written.problem, page.problem))) or None)

    def render_page(
        self, key: str, text: str, drawn: Picture | None = None, *, standalone: bool = True, leads: Leads = ()
    ) -> Rendered:
        """Return a postmortem in Markdown as a page, as ``render_postmortem`` does, *drawn* under its Timeline."""
        tokens = self._markdown.parse(text)
        contents = list(_anchored(tokens))
        place = next((at for at, token in enumerate(tokens) if token.attrGet("id") == "timeline"), None)
        if drawn and place is not None:
            tokens.insert(place + 3, Token("html_block", "", 0, content=as_svg(drawn)))  # after text and end of heading
        body = Markup(self._markdown.renderer.render(tokens, self._markdown.options, {}))  # noqa: S704 - html is off
        css = Markup(_fill(self._ours, "postmortem/postmortem.css", {})) if standalone else ""  # noqa: S704 - ours
        values = {"title": key, "body": body, "contents": contents, "css": css, "leads": leads}
        return self.render("postmortem/page.html.j2", **values)

    def render_passage(self, text: str, entries_at: str) -> Markup:
        """Return Markdown to stand inside a page. Entries that it does not hold itself are linked at *entries_at*."""
        tokens = self._markdown.parse(text)
        list(_anchored(tokens))
        here = {token.attrGet("id") for token in tokens}
        for link in (child for token in tokens for child in token.children or () if child.type == "link_open"):
            to = str(link.attrGet("href"))
            if to.startswith("#entry-") and to[1:] not in here:
                link.attrSet("href", entries_at + to)
        return Markup(self._markdown.renderer.render(tokens, self._markdown.options, {}))  # noqa: S704 - html is off

    def postmortem_templates(self) -> list[Template]:
        """Return every template of a postmortem: the user's own, then ours, which `builtin/` always leads to."""
        yours = [self._template(name, name) for name in self._first.list_templates() if _is_postmortem(name)]
        ours = self._template(POSTMORTEM, f"builtin/{POSTMORTEM}")
        return [*(each for each in yours if each.file != ours.file), ours]

    def sample(self) -> str:
        """Return the file of the sample incident, which is ours."""
        return _source(self._ours, SAMPLE)[0]

    def render_with(self, template: Template, draft: Draft) -> Rendered:
        """Return a draft as Markdown by one template, whichever would be the closest, and what is wrong with it."""
        folder = FOLDER if template.whose == "yours" else f"builtin/{FOLDER}"
        return self._filled(f"{folder}{template.name}{ENDING}", draft)

    def _template(self, name: str, found_as: str) -> Template:
        try:
            source, file = _source(self._first, found_as)
        except (OSError, ValueError, TemplateNotFound):  # It is there and cannot be read; filling it in tells why.
            source, file = "", name
        is_ours = any(Path(file).is_relative_to(folder) for folder in self._our_folders)
        shown = name if is_ours else file
        return Template(name.removeprefix(FOLDER).removesuffix(ENDING), "ours" if is_ours else "yours", shown, source)

    def _written(self, draft: Draft) -> Rendered:
        """Fill in the closest template there is for a draft; when it fails, our own, and the problem."""
        names = [*(f"{FOLDER}{name}{ENDING}" for name in draft.templates), POSTMORTEM]
        return self._filled(next(name for name in names if self._is_there(name)), draft)

    def _filled(self, name: str, draft: Draft) -> Rendered:
        try:
            return Rendered(_fill(self._first, name, {"draft": draft}))
        except _FAULTS as fault:
            return Rendered(_fill(self._ours, POSTMORTEM, {"draft": draft}), _told(fault, name))

    def _is_there(self, name: str) -> bool:
        try:
            _source(self._first, name)
        except TemplateNotFound:
            return False
        except (OSError, ValueError):  # It is there and cannot be read; filling it in tells why.
            return True
        return True


class _Sandbox(SandboxedEnvironment):
    """Jinja without side doors: no private attributes, no endless loops, no giant products."""

    intercepted_binops = frozenset(["*", "**"])

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        """Compile, each loop wrapped so that its turns are taken from the budget. Jinja documents this as a hook."""
        for loop in source.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "counted", [], [], None, None, lineno=loop.lineno)
        return super()._generate(source, name, filename, defer_init)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Multiply, unless the result would be huge."""
        sizes = [len(value) if isinstance(value, str | list | tuple) else abs(value) for value in (left, right)]
        if operator == "**" and (sizes[0] > LARGEST_PRODUCT or sizes[1] > 64):
            raise SecurityError("this power is too large for a template")
        if operator == "*" and sizes[0] * sizes[1] > LARGEST_PRODUCT and not isinstance(left, int | float):
            raise SecurityError("this product is too large for a template")
        return super().call_binop(context, operator, left, right)


def _environment(folders: Sequence[tuple[str, Path]], markdown: Callable[[str], Markup]) -> _Sandbox:
    # What stands under a prefix is searched first: nothing in a user's folder can pose as `builtin/…`.
    loaders: list[BaseLoader] = [PrefixLoader({p: FileSystemLoader(folder)}) for p, folder in folders if p]
    loaders += [FileSystemLoader(folder) for prefix, folder in folders if not prefix]
    environment = _Sandbox(
        loader=ChoiceLoader(loaders),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html", "html.j2"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"counted": _counted, "cell": _cell, "markdown": markdown}
    return environment


def _is_postmortem(name: str) -> bool:
    """Whether a template is one of a postmortem, by its name."""
    stem = name.removeprefix(FOLDER).removesuffix(ENDING)
    return name == f"{FOLDER}{stem}{ENDING}" and "/" not in stem and stem != PARTS


def _source(environment: _Sandbox, name: str) -> tuple[str, str]:
    """Return what a file says, and where it is."""
    assert environment.loader is not None
    source, file, _ = environment.loader.get_source(environment, name)
    return source, file or name


def _fill(environment: _Sandbox, name: str, values: dict[str, Any]) -> str:
    token = _steps.set(iter(range(MOST_STEPS)))
    try:
        written: list[str] = []
        length = 0
        for piece in environment.get_template(name).generate(values):
            length += len(piece)
            if length > LONGEST:
                raise SecurityError(f"the output is longer than {LONGEST:,} characters")
            written.append(piece)
        return "".join(written)
    finally:
        _steps.reset(token)


def _counted(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        if next(_steps.get(), None) is None:
            raise SecurityError(f"the loops of this template take more than {MOST_STEPS:,} turns")
        yield item


def _cell(text: str) -> str:
    """Return Markdown fit for a table's cell: a bar, also one in code, would end it."""
    return _CELL_BREAK.sub(r"\\|", text)


def _anchored(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """Give ids to headings, timeline entries and questions, and yield (id, text) of each heading."""
    lists: list[Token] = []
    for token, following in zip(tokens, [*tokens[2:], None, None], strict=False):
        first = following.children[0] if following and following.type == "inline" and following.children else None
        if token.type == "bullet_list_open":
            lists.append(token)
        elif token.type == "bullet_list_close":
            lists.pop()
        elif token.type == "list_item_open" and first and str(first.attrGet("href")).startswith("#entry-"):
            token.attrSet("id", str(first.attrGet("href"))[1:])
            token.attrSet("class", "entry")
            lists[-1].attrSet("class", "timeline")
        elif token.type == "list_item_open" and following and following.content.startswith("**Open question:**"):
            token.attrSet("class", "question")
        elif token.attrGet("style"):  # of a column set to the right; a strict content policy allows no inline style
            token.attrs = {"class": "number"}
    for token, following in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            name = re.sub(r"\W+", "-", following.content.lower()).strip("-")
            token.attrSet("id", name)
            yield name, following.content


def _told(fault: Exception, name: str) -> str:
    """Say what is wrong with a template, where, and what to do; the last line of ours that ran is where it is."""
    place, line, said = name, 1, str(fault) or type(fault).__name__
    frames = [frame for frame in extract_tb(fault.__traceback__) if not frame.filename.endswith(".py")]
    if isinstance(fault, TemplateSyntaxError):
        place, line, said = fault.filename or fault.name or name, fault.lineno, fault.message or said
    elif frames:
        place, line = frames[-1].filename, frames[-1].lineno or 1
    if isinstance(fault, RecursionError):
        said = "it calls itself without end; to extend ours, extend `builtin/…`"
    elif isinstance(fault, TemplateNotFound):
        said = f"there is no template `{fault.message}`"
    return f"{place}:{line}: {said.rstrip('.')}. Mend this line; until then our own template is used."
