"""Confluence: the page in its storage format, which is XHTML with macros of its own."""

import re
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold
_ENTRY = "#entry-"


def as_confluence(text: str) -> str:
    """Return a Markdown text as the body of a page, without its title, which Confluence keeps beside the body.

    Code becomes the code macro, entries of the timeline get anchors, and links to them point there.
    """
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "xhtmlOut": True})
    markdown.enable(["table", "strikethrough"])
    for name, rule in (("fence", _code), ("code_block", _code), ("link_open", _link), ("link_close", _link)):
        markdown.add_render_rule(name, rule)
    tokens = markdown.parse(_ILLEGAL.sub("\ufffd", text))
    if tokens and tokens[0].tag == "h1":
        del tokens[:3]
    _mark(tokens)
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def with_mark(body: str, mark: str) -> str:
    """Return a body with an anchor that nobody sees, by which the page is known as ours."""
    return _macro("anchor", f'<ac:parameter ac:name="">{escape(mark)}', "</ac:parameter>") + body


def _mark(tokens: list[Token]) -> None:
    """Put an anchor before each entry of the timeline, and take out styles, which Confluence drops."""
    for token, following in zip(tokens, [*tokens[2:], None, None], strict=False):
        token.attrs.pop("style", None)
        first = following.children[0] if following and following.children else None
        if token.type == "list_item_open" and following and first and str(first.attrGet("href")).startswith(_ENTRY):
            anchor = Token(
                "html_inline",
                "",
                0,
                content=_macro("anchor", f'<ac:parameter ac:name="">{_name(first)}', "</ac:parameter>"),
            )
            following.children = [anchor, *(following.children or [])]


def _name(link: Token) -> str:
    return escape(str(link.attrGet("href"))[1:])


def _macro(name: str, *inside: str) -> str:
    return f'<ac:structured-macro ac:name="{name}">{"".join(inside)}</ac:structured-macro>'


def _code(_renderer: Any, tokens: list[Token], at: int, _options: Any, _env: Any) -> str:
    text = tokens[at].content.rstrip("\n").replace("]]>", "]]]]><![CDATA[>")
    return _macro("code", f"<ac:plain-text-body><![CDATA[{text}]]></ac:plain-text-body>") + "\n"


def _link(renderer: Any, tokens: list[Token], at: int, options: Any, _env: Any) -> str:
    token = tokens[at]
    opened = token if token.nesting > 0 else _opening(tokens, at)
    if not str(opened.attrGet("href")).startswith("#"):
        return str(renderer.renderToken(tokens, at, options, {}))
    return f'<ac:link ac:anchor="{_name(opened)}"><ac:link-body>' if token.nesting > 0 else "</ac:link-body></ac:link>"


def _opening(tokens: list[Token], at: int) -> Token:
    return next(token for token in reversed(tokens[:at]) if token.type == "link_open")
