"""Reads Markdown into the blocks of a page, as our own page in the browser shows it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.page import Block, Code, Heading, Paragraph, Rule, Run, Table

_ENTRY = "#entry-"
_STYLES = {"strong": "bold", "em": "italic", "s": "struck"}


def blocks(text: str) -> list[Block]:
    """Return the blocks of a Markdown text. HTML in it is text."""
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    return list(_Reading(markdown.parse(text)).blocks())


class _Reading:
    """Walks the tokens once, and knows how deep in lists it is."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = iter(tokens)
        self._lists: list[int | None] = []  # the next number of each open list, None for bullets
        self._mark = ""

    def blocks(self) -> Iterator[Block]:
        for token in self._tokens:
            match token.type:
                case "heading_open":
                    yield Heading(int(token.tag[1]), self._inline())
                case "paragraph_open":
                    yield self._paragraph()
                case "fence" | "code_block":
                    yield Code(token.content.rstrip("\n"), len(self._lists))
                case "hr":
                    yield Rule()
                case "table_open":
                    yield self._table()
                case "bullet_list_open":
                    self._lists.append(None)
                case "ordered_list_open":
                    self._lists.append(int(token.attrGet("start") or 1))
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                case "list_item_open":
                    self._mark = self._next_mark()

    def _next_mark(self) -> str:
        number = self._lists[-1]
        if number is None:
            return "•"
        self._lists[-1] = number + 1
        return f"{number}."

    def _paragraph(self) -> Paragraph:
        runs, mark = self._inline(), self._mark
        self._mark = ""
        first = runs[0].link if runs else ""
        name = first[1:] if mark and first.startswith(_ENTRY) else ""
        return Paragraph(runs, len(self._lists), mark, name)

    def _inline(self) -> tuple[Run, ...]:
        return tuple(_runs(next(self._tokens)))

    def _table(self) -> Table:
        rows: list[list[tuple[Run, ...]]] = []
        right: set[int] = set()
        for token in self._tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                if "right" in str(token.attrGet("style")):
                    right.add(len(rows[-1]))
                rows[-1].append(self._inline())
        return Table(tuple(map(tuple, rows)), frozenset(right))


def _runs(inline: Token) -> Iterator[Run]:
    style = Run("")
    for token in inline.children or []:
        name = _STYLES.get(token.tag)
        if name:
            changed: dict[str, Any] = {name: token.nesting > 0}
            style = replace(style, **changed)
        elif token.type == "link_open":
            style = replace(style, link=str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            style = replace(style, link="")
        elif token.type in ("softbreak", "hardbreak"):
            yield replace(style, text="\n")
        elif token.content:
            yield replace(style, text=token.content, code=token.type == "code_inline")
