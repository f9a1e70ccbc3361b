"""Text as Jira takes it: a document of Atlassian's format on a Cloud, wiki text on a Data Center."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Piece = str | tuple[str, str]  # words, or words and where they lead
Paragraph = Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words under a head; a row whose number is among *marked* stands out."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    marked: frozenset[int] = frozenset()


Part = Paragraph | Table

_WIKI = re.compile(r"([\\{}\[\]*_+^~|!?@#-])")


def rich(parts: Sequence[Part], *, cloud: bool) -> Any:
    """Return paragraphs and tables as this kind of Jira takes them."""
    return _document(parts) if cloud else "\n\n".join(map(_wiki, parts))


def _document(parts: Sequence[Part]) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": [_block(part) for part in parts]}


def _block(part: Part) -> dict[str, Any]:
    if isinstance(part, Table):
        head = [_cell("tableHeader", word, strong=False) for word in part.head]
        rows = [
            [_cell("tableCell", word, strong=number in part.marked) for word in row]
            for number, row in enumerate(part.rows)
        ]
        return {"type": "table", "content": [{"type": "tableRow", "content": row} for row in (head, *rows)]}
    return {"type": "paragraph", "content": [_node(piece) for piece in part]}


def _cell(kind: str, words: str, *, strong: bool) -> dict[str, Any]:
    marks: dict[str, Any] = {"marks": [{"type": "strong"}]} if strong else {}
    text = [{"type": "text", "text": words} | marks] if words else []
    return {"type": kind, "content": [{"type": "paragraph", "content": text}]}


def _node(piece: Piece) -> dict[str, Any]:
    if isinstance(piece, str):
        return {"type": "text", "text": piece}
    words, address = piece
    return {"type": "text", "text": words, "marks": [{"type": "link", "attrs": {"href": address}}]}


def _wiki(part: Part) -> str:
    if isinstance(part, Table):
        head = "".join(f"||{_escaped(word)}" for word in part.head) + "||"
        rows = (
            "".join(f"|{_strong(word, number in part.marked)}" for word in row) + "|"
            for number, row in enumerate(part.rows)
        )
        return "\n".join([head, *rows])
    pieces = (_escaped(piece) if isinstance(piece, str) else f"[{_escaped(piece[0])}|{piece[1]}]" for piece in part)
    return "".join(pieces)


def _strong(words: str, marked: bool) -> str:
    told = _escaped(" ".join(words.split())) or " "
    return f"*{told}*" if marked and told != " " else told


def _escaped(words: str) -> str:
    return _WIKI.sub(r"\\\1", words)
