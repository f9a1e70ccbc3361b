"""YAML that a person writes, read so that every mistake can be told with its file, its line and its fix.

Values are read from nodes, never constructed: no tag, anchor or alias is followed, so a file cannot grow in memory or
make objects, and `yes`, `0x10` or `1:30` never turn into something their author did not mean.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import NoReturn, TypeVar, cast

import yaml

LONGEST = 64 * 1024  # characters in a file; ours have under 4,000
LONGEST_NAME = 60  # characters of an id, a role or a probe
DEEPEST = 8  # levels of nesting; a checklist needs five

_WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_KINDS = {"bool": "yes or no", "float": "a number", "int": "a number", "null": "nothing", "timestamp": "a date"}

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a file, said so that its author can mend it. Lines and columns count from 1."""

    source: str
    line: int
    column: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}: {self.sentence}"


class BrokenFileError(Exception):
    """A file that cannot be used; `problems` holds every mistake found in it, in reading order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class _Loader(yaml.SafeLoader):
    """SafeLoader that stops at what could make a small file large, deep or clever."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            self._refuse(event, "anchors (&) and aliases (*) are not read here. Write the value out in full.")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            self._refuse(event, f"the tag {event.tag} is not read here. Remove it, and put text in quotes.")
        if self.depth >= DEEPEST:
            self._refuse(
                event, f"this is nested more than {DEEPEST} levels deep. Check the brackets and the indentation."
            )
        self.depth += 1
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _refuse(self, event: yaml.Event, sentence: str) -> NoReturn:
        raise _RefusedError(problem=sentence, problem_mark=cast(yaml.Mark, event.start_mark))


class _RefusedError(yaml.MarkedYAMLError):
    """Our own refusal: its problem is already a sentence for a person."""


def compose(text: str, source: str) -> yaml.MappingNode:
    """Return the outermost mapping of *text*; raise BrokenFileError unless it is one document of `key: value` lines."""
    if len(text) > LONGEST:
        raise BrokenFileError([Problem(source, 1, 1, f"the file is longer than {LONGEST:,} characters. Split it.")])
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.reader.ReaderError as error:
        line, column = _place(text, error.position)
        sentence = f"the character U+{error.character:04X} cannot be in a YAML file. Remove it."
        raise BrokenFileError([Problem(source, line, column, sentence)]) from error
    except yaml.MarkedYAMLError as error:
        raise BrokenFileError([_syntax_problem(error, source)]) from error
    except (ValueError, OverflowError) as error:  # PyYAML passes an escape such as "\UFFFFFFFF" straight to chr()
        sentence = "a \\U escape in this file names no character. Write the character itself."
        raise BrokenFileError([Problem(source, *_place(text, text.find("\\U")), sentence)]) from error
    if node is None:
        raise BrokenFileError([Problem(source, 1, 1, "the file is empty. Write it, or remove it.")])
    if not isinstance(node, yaml.MappingNode):
        raise BrokenFileError(
            [_problem(source, node, "the file must hold `key: value` lines, and this is something else.")]
        )
    return node


def place_of(text: str, *keys: str) -> tuple[int, int]:
    """Return line and column of the value under *keys* in a file that `compose` accepts, or of the nearest above it."""
    node: yaml.Node = compose(text, "")
    for key in keys:
        children = {name.value: value for name, value in node.value} if isinstance(node, yaml.MappingNode) else {}
        node = children.get(key, node)
    return node.start_mark.line + 1, node.start_mark.column + 1


def nearest(written: str, known: Iterable[str]) -> str:
    """Say which of the *known* words was probably meant by *written*; name them all when none is near."""
    words = list(known)
    near = get_close_matches(_shown(written), words, n=1, cutoff=0.5)
    return f"Did you mean `{near[0]}`?" if near else f"Use one of {_listed(words)}."


class Reading:
    """Reads the values of one file and collects what is wrong with them; what is absent or wrong reads as None."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def wrong(self, node: yaml.Node, sentence: str) -> None:
        """Note a problem that starts where *node* starts."""
        self.problems.append(_problem(self.source, node, sentence))

    def mapping(self, node: yaml.Node, what: str, keys: Mapping[str, str | None]) -> dict[str, yaml.Node]:
        """Return the values under *keys*; a key that is unknown, or comes twice, is a problem.

        Each of *keys* has the sentence that asks for it when it is missing, or None when it may be left out.
        """
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what} must be `key: value` lines. Its keys are {_listed(keys)}.")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "…"
            if name in found:
                self.wrong(key, f"{what} has `{name}` twice. Keep one.")
            elif name in keys:
                found[name] = value
            else:
                self.wrong(key, f"{what} has an unknown key `{_shown(name)}`. {nearest(name, keys)}")
        for name, request in keys.items():
            if request and name not in found:
                self.wrong(node, f"{what} has no `{name}`. {request}")
        return found

    def entries(
        self, node: yaml.Node | None, what: str, most: int, longest: int
    ) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Return key and value by name from a mapping whose names are the author's own, up to *longest* characters."""
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode) or not node.value:
            self.wrong(node, f"{what} must be `name: value` lines. Write at least one, or remove the key.")
            return {}
        if len(node.value) > most:
            self.wrong(node, f"{what} has {len(node.value)} entries, and {most} is the most.")
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not name or len(name) > longest:
                self.wrong(key, f"{what} has a name that is empty or longer than {longest} characters.")
            elif name in found:
                self.wrong(key, f"{what} has `{_shown(name)}` twice. Keep one.")
            else:
                found[name] = (key, value)
        return found

    def items(self, node: yaml.Node | None, what: str, most: int) -> list[yaml.Node]:
        """Return the values of a list of one to *most*."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"{what} must be a list: one line each, starting with `- `.")
            return []
        if not node.value:
            self.wrong(node, f"{what} is an empty list. Add one, or remove the key.")
        if len(node.value) > most:
            self.wrong(node, f"{what} has {len(node.value)} entries, and {most} is the most. Split it.")
        return list(node.value)

    def text(self, node: yaml.Node | None, what: str, most: int) -> str | None:
        """Return one line of text of at most *most* characters; line breaks inside it become spaces."""
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(node, f"{what} must be text. Put it on one line, in quotes.")
            return None
        text = " ".join(node.value.split())
        if not text:
            self.wrong(node, f"{what} is empty. Write it, or remove the key.")
        elif not node.tag.endswith(":str"):
            kind = _KINDS.get(node.tag.rpartition(":")[2], "something else")
            self.wrong(node, f'{what} is {kind} to YAML, not text. Put it in quotes: "{_shown(text)}".')
        elif len(text) > most:
            self.wrong(node, f"{what} has {len(text)} characters, and {most} is the most. Shorten it.")
        elif any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            self.wrong(node, f"{what} holds a control character. Remove it.")
        else:
            return text
        return None

    def matching(self, node: yaml.Node | None, what: str, pattern: re.Pattern[str], rule: str) -> str | None:
        """Return a name that *pattern* matches as a whole; *rule* says in words what it asks for."""
        text = self.text(node, what, LONGEST_NAME)
        if node is not None and text is not None and not pattern.fullmatch(text):
            self.wrong(node, f"{what} is `{_shown(text)}`. {rule}")
            return None
        return text

    def word(self, node: yaml.Node | None, what: str, words: type[Word]) -> Word | None:
        """Return the one of *words* that is written here."""
        if node is None:
            return None
        known = [word.value for word in words]
        written = node.value if isinstance(node, yaml.ScalarNode) else "…"
        if written in known:
            return words(written)
        self.wrong(node, f"{what} is `{_shown(written)}`. {nearest(written, known)}")
        return None

    def whole_number(self, node: yaml.Node | None, what: str, most: int) -> int | None:
        """Return a number from 1 to *most*, written in digits."""
        if node is None:
            return None
        plain = isinstance(node, yaml.ScalarNode) and node.style is None and _WHOLE_NUMBER.fullmatch(node.value)
        if plain and int(node.value) <= most:
            return int(node.value)
        self.wrong(node, f"{what} must be a whole number from 1 to {most:,}, in digits and without quotes.")
        return None


def _problem(source: str, node: yaml.Node, sentence: str) -> Problem:
    return Problem(source, node.start_mark.line + 1, node.start_mark.column + 1, sentence)


def _syntax_problem(error: yaml.MarkedYAMLError, source: str) -> Problem:
    said = error.problem or "it ends too early"
    if isinstance(error, _RefusedError):
        sentence = said
    elif "'\\t'" in said:
        sentence = "YAML is indented with spaces, and this is a tab. Replace it with two spaces."
    elif "mapping values are not allowed" in said:
        sentence = "this colon starts a second value on the line. Put text that holds a colon in quotes."
    elif "single document" in (error.context or ""):
        sentence = "a second document starts here, after `---`. Keep one document to a file."
    else:
        sentence = f"this is not YAML: {said}. Check quotes, colons and indentation on this line and the one above."
    mark = error.problem_mark or error.context_mark
    return Problem(source, mark.line + 1, mark.column + 1, sentence) if mark else Problem(source, 1, 1, sentence)


def _place(text: str, position: int) -> tuple[int, int]:
    before = text[: max(position, 0)]
    lines = _LINE_BREAK.split(before)
    return len(lines), len(lines[-1]) + 1


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _shown(text: str) -> str:
    """The start of what was written, fit to stand inside a sentence."""
    start = text[:40]
    return start if start.isprintable() else ascii(start)[1:-1]
