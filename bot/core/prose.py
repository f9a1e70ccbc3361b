"""What people wrote, made fit to print: names become roles, Slack's marks become Markdown, and nothing else is markup.

The result is Markdown that shows the text and can do nothing: no heading, table, HTML, mention or link to anything but
http and https comes out of it unless it stood in Slack's own link syntax.
"""

import re
import unicodedata
from collections.abc import Iterator

from bot.core.cast import Cast

MASKED = "an e-mail address"

_PIECE = re.compile(
    r"```(?P<fence>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<slack>[@#!][^<>\n]*|mailto:[^<>\n]*)>"
    r"|<(?P<link>https?://[^<>\s|]+)(?:\|(?P<label>[^<>\n]*))?>"
    r"|(?P<url>https?://[^\s<>`|\\\[\]{}\"^]*[^\s<>`|\\\[\]{}\"^.,;:!?')*_~])",
    re.DOTALL,
)
_EMPHASIS = re.compile(r"(?<![\w*_~])(\*\*|[*_~])(?=[^\s*_~])([^*_~\n]*[^\s*_~])\1(?![\w*_~])")
_MARKDOWN = {"*": "**", "**": "**", "_": "*", "~": "~~"}
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_MARKUP = re.compile(r"[\\`*\[\]<>|~]|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w])")
_LINE_START = re.compile(r"^([ \t]*[0-9]*)([#+\-=.)])", re.MULTILINE)
_LINE_BREAK = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def block(text: str, cast: Cast) -> str:
    """Return *text* as Markdown paragraphs and code blocks. Line breaks stay."""
    blocks: list[str] = []
    line = ""
    for kind, piece in _pieces(text, cast):
        if kind == "fence":
            blocks += [*_paragraphs(line), _fenced(piece)]
            line = ""
        else:
            line += _piece(kind, piece, cast, starts_line=not line or line.endswith("\n"))
    return "\n\n".join([*blocks, *_paragraphs(line)])


def inline(text: str, cast: Cast) -> str:
    """Return *text* as one line of Markdown that may stand inside a sentence."""
    pieces = _pieces(" ".join(_clean(text).split()), cast)
    return "".join(
        _piece("code" if kind == "fence" else kind, piece, cast, starts_line=False) for kind, piece in pieces
    )


def addresses(text: str, cast: Cast) -> list[str]:
    """Return the web addresses in *text*, in order, names in them replaced."""
    found = (match["link"] or match["url"] for match in _PIECE.finditer(_clean(text)))
    return [_address(address, cast) for address in found if address]


def _pieces(text: str, cast: Cast) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) for each piece; code and addresses are redacted already, what is left plain is not."""
    text = _clean(text)
    end = 0
    for match in _PIECE.finditer(text):
        if match.start() > end:
            yield "plain", text[end : match.start()]
        end = match.end()
        if match["fence"] or match["code"]:
            code = _private(match["fence"] or match["code"], cast)
            yield ("fence" if match["fence"] and code.strip() else "code"), code
        elif match["slack"]:
            yield _meant(match["slack"], cast)
        elif match["label"]:
            yield "link", f"{_escaped(_private(match['label'], cast))}\n{_address(match['link'], cast)}"
        else:
            yield "url", _address(match["link"] or match["url"], cast)
    if end < len(text):
        yield "plain", text[end:]


def _piece(kind: str, piece: str, cast: Cast, *, starts_line: bool) -> str:
    if kind == "code":
        return _code(piece)
    if kind == "url":
        return f"<{piece}>"
    if kind == "link":
        label, _, address = piece.partition("\n")
        return f"[{label}](<{address}>)"
    if kind == "role":
        return _escaped(piece)
    return _emphasised(_private(piece, cast), starts_line)


def _clean(text: str) -> str:
    """Return *text* composed, with one kind of line break, and with what would reorder or hide it shown as "�"."""
    return _UNPRINTABLE.sub("\ufffd", _LINE_BREAK.sub("\n", unicodedata.normalize("NFC", text)))


def _private(text: str, cast: Cast) -> str:
    """Return *text* as it was typed, without Slack's three entities, names and e-mail addresses."""
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return cast.redacted(_EMAIL.sub(MASKED, text))


def _address(address: str, cast: Cast) -> str:
    masked = _EMAIL.sub(MASKED.replace(" ", "-"), address.replace("&amp;", "&").replace("\\", "%5C"))
    return cast.redacted(masked, joined_by="-")


def _meant(mark: str, cast: Cast) -> tuple[str, str]:
    """Return (kind, text) that Slack's `<@U1>`, `<#C1|name>`, `<!here>` or `<!date^…|fallback>` shows to a reader."""
    target, _, label = mark.partition("|")
    if target.startswith("@"):
        return "role", cast.mentioned(target[1:])
    if target.startswith("mailto:"):
        return "role", MASKED
    if target.startswith("#"):
        return "plain", f"#{label}" if label else "a channel"
    return "plain", label or f"@{target[1:].partition('^')[0]}"


def _emphasised(text: str, starts_line: bool) -> str:
    """Escape *text*, but turn Slack's bold, italics and strike-through into Markdown's."""
    parts: list[str] = []
    end = 0
    for match in _EMPHASIS.finditer(text):
        mark = _MARKDOWN[match[1]]
        parts += [_escaped(text[end : match.start()], starts_line and not parts), f"{mark}{_escaped(match[2])}{mark}"]
        end = match.end()
    return "".join([*parts, _escaped(text[end:], starts_line and not parts)])


def _escaped(text: str, starts_line: bool = False) -> str:
    """Escape what Markdown would read as markup, also at the start of each line."""

    def at_start(match: re.Match[str]) -> str:
        return match[0] if match.start() == 0 and not starts_line else f"{match[1]}\\{match[2]}"

    return _LINE_START.sub(at_start, _MARKUP.sub(r"\\\g<0>", text))


def _paragraphs(text: str) -> list[str]:
    lines = "\n".join(line.strip() for line in text.split("\n"))
    return [paragraph for part in re.split(r"\n{2,}", lines) if (paragraph := part.strip("\n"))]


def _fenced(code: str) -> str:
    fence = "`" * max(3, _longest_run(code) + 1)
    lines = "\n".join(line.rstrip() for line in code.strip("\n").split("\n"))
    return f"{fence}\n{lines}\n{fence}"


def _code(code: str) -> str:
    fence = "`" * (_longest_run(code) + 1)
    pad = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def _longest_run(code: str) -> int:
    return max((len(run) for run in re.findall(r"`+", code)), default=0)
