"""Text as Jira takes it: a document of Atlassian's format on a Cloud, wiki text on a Data Center."""

import re
from collections.abc import Sequence
from typing import Any

Piece = str | tuple[str, str]  # words, or words and where they lead
Paragraph = Sequence[Piece]

_WIKI = re.compile(r"([\\{}\[\]*_+^~|!?@#-])")


def rich(paragraphs: Sequence[Paragraph], *, cloud: bool) -> Any:
    """Return paragraphs as this kind of Jira takes them."""
    return _document(paragraphs) if cloud else "\n\n".join(map(_wiki, paragraphs))


def _document(paragraphs: Sequence[Paragraph]) -> dict[str, Any]:
    content = [{"type": "paragraph", "content": [_node(piece) for piece in paragraph]} for paragraph in paragraphs]
    return {"type": "doc", "version": 1, "content": content}


def _node(piece: Piece) -> dict[str, Any]:
    if isinstance(piece, str):
        return {"type": "text", "text": piece}
    words, address = piece
    return {"type": "text", "text": words, "marks": [{"type": "link", "attrs": {"href": address}}]}


def _wiki(paragraph: Paragraph) -> str:
    pieces = (
        _escaped(piece) if isinstance(piece, str) else f"[{_escaped(piece[0])}|{piece[1]}]" for piece in paragraph
    )
    return "".join(pieces)


def _escaped(words: str) -> str:
    return _WIKI.sub(r"\\\1", words)
