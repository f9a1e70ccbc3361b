"""The rulebook: what the checker of postmortems looks for in sentences, read from YAML that others can add to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

import yaml

from bot.core.marked_yaml import BrokenFileError, Reading, compose

MOST = 400  # rules, words of a list, patterns of a rule
PATTERN = 4_000  # characters
PROSE = 500  # characters of a reason or a rewrite

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ID_RULE = "Use lower-case letters, digits and single hyphens, such as `should-have`."
_LIST = re.compile(r"\{([a-z][a-z-]*)\}")


class Level(StrEnum):
    """How much a finding matters. A rule that is off finds nothing."""

    OFF = "off"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """A number that grows with what matters more."""
        return list(Level).index(self)


class Category(StrEnum):
    """What kind of thing is wrong: how people are spoken of, that they are named, or how the document is made."""

    BLAME = "blame"
    NAMES = "names"
    STRUCTURE = "structure"


class Subject(StrEnum):
    """Who must be the subject of what a rule finds."""

    ANYONE = "anyone"
    PERSON = "person"


class Scope(StrEnum):
    """Where an excuse is looked for."""

    BEFORE = "before"
    NEAR = "near"
    AFTER = "after"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to change: where it is, what is wrong with it and what to write instead.

    ``start`` and ``end`` are offsets into the text. ``overruled`` is the reason that an author gave for leaving it.
    """

    rule: str
    category: Category
    level: Level
    line: int
    column: int
    start: int
    end: int
    sentence: str
    why: str
    rewrite: str
    overruled: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for, whose doing it has to be, and what excuses it. ``{found}`` in *why* is the match."""

    id: str
    level: Level
    find: tuple[str, ...]
    why: str
    rewrite: str
    subject: Subject = Subject.ANYONE
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rulebook:
    """Lists of words, excuses, rules and names, as they are written. Patterns are compiled when they are first used."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excuses: Mapping[str, tuple[Scope, str]] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    def with_(self, other: "Rulebook") -> "Rulebook":
        """Return both: lists and names are added to, a rule or an excuse of the same name is replaced."""
        words = {
            name: (*self.words.get(name, ()), *other.words.get(name, ())) for name in {**self.words, **other.words}
        }
        return replace(
            self,
            words=words,
            excuses={**self.excuses, **other.excuses},
            rules={**self.rules, **other.rules},
            names=(*self.names, *other.names),
        )

    @cached_property
    def patterns(self) -> Mapping[str, re.Pattern[str]]:
        """Return the pattern of each rule that is not off, by id."""
        return {
            rule.id: self.compiled("|".join(f"(?:{find})" for find in rule.find))
            for rule in self.rules.values()
            if rule.level is not Level.OFF
        }

    @cached_property
    def excusing(self) -> Mapping[str, tuple[Scope, re.Pattern[str]]]:
        """Return where to look for each excuse, and for what."""
        return {name: (scope, self.compiled(pattern)) for name, (scope, pattern) in self.excuses.items()}

    def compiled(self, pattern: str) -> re.Pattern[str]:
        """Return *pattern* with its lists filled in, for whole words."""
        whole = self.expanded(pattern).replace(" ", r"\s+")
        return re.compile(rf"(?<![\w-])(?:{whole})(?!\w)", re.IGNORECASE)

    def expanded(self, pattern: str) -> str:
        """Return *pattern* with every ``{name}`` replaced by the words of that list. An unknown one is a KeyError."""
        lists = {"name": self.names or ("(?!)",)} | dict(self.words)
        while _LIST.search(pattern):
            pattern = _LIST.sub(lambda match: f"(?:{'|'.join(lists[match[1]])})", pattern)
        return pattern


def read(text: str, source: str, onto: Rulebook | None = None) -> Rulebook:
    """Return the rulebook in *text*, added to *onto*; raise BrokenFileError with every mistake in it."""
    return _RuleFile(source, onto or Rulebook()).read(compose(text, source))


class _RuleFile(Reading):
    """Reads one file of rules."""

    def __init__(self, source: str, onto: Rulebook) -> None:
        super().__init__(source)
        self._onto = onto
        self._written: list[tuple[yaml.Node, str]] = []

    def read(self, node: yaml.Node) -> Rulebook:
        found = self.mapping(node, "the file", {"words": None, "excuses": None, "rules": None, "names": None})
        excuses = {name: self._excuse(name, value) for name, value in self._named(found.get("excuses"), "excuses")}
        rules = [self._rule(item) for item in self.items(found.get("rules"), "rules", MOST)]
        book = self._onto.with_(
            Rulebook(
                words={name: self._texts(value, name) for name, value in self._named(found.get("words"), "words")},
                excuses={name: excuse for name, excuse in excuses.items() if excuse},
                rules={rule.id: rule for rule in rules if rule},
                names=self._texts(found.get("names"), "names"),
            )
        )
        for written, pattern in self._written:
            self._try(book, written, pattern)
        for item, rule in zip(self.items(found.get("rules"), "rules", MOST), rules, strict=True):
            for excuse in rule.unless if rule else ():
                if excuse not in book.excuses:
                    self.wrong(item, f"there is no excuse `{excuse}`. There are {', '.join(book.excuses)}.")
        if self.problems:
            raise BrokenFileError(self.problems)
        return book

    def _rule(self, node: yaml.Node) -> Rule | None:
        asked = {
            "id": "Add `id:`, a short name.",
            "level": "Add `level:`, one of low, medium, high and off.",
            **dict.fromkeys(("find", "why", "rewrite", "subject", "unless")),
        }
        keys = self.mapping(node, "a rule", asked)
        id_ = self.matching(keys.get("id"), "the id", _ID, _ID_RULE)
        level = self.word(keys.get("level"), "level", Level)
        if id_ is None or level is None:
            return None
        if level is Level.OFF:
            return Rule(id_, level, (), "", "")
        for key in ("find", "why", "rewrite"):
            if key not in keys:
                self.wrong(node, f"the rule `{id_}` has no `{key}`. Add it, or switch the rule off: level: off")
        return Rule(
            id_,
            level,
            self._texts(keys.get("find"), f"find of `{id_}`"),
            self.text(keys.get("why"), f"why of `{id_}`", PROSE) or "",
            self.text(keys.get("rewrite"), f"rewrite of `{id_}`", PROSE) or "",
            self.word(keys.get("subject"), f"subject of `{id_}`", Subject) or Subject.ANYONE,
            tuple(
                name
                for item in self.items(keys.get("unless"), f"unless of `{id_}`", MOST)
                if (name := self.matching(item, "an excuse", _ID, _ID_RULE))
            ),
        )

    def _excuse(self, name: str, node: yaml.Node) -> tuple[Scope, str] | None:
        for key, value in self.mapping(node, f"the excuse `{name}`", dict.fromkeys(Scope)).items():
            pattern = self.text(value, key, PATTERN)
            if pattern:
                self._written.append((value, pattern))
                return Scope(key), pattern
        return None

    def _named(self, node: yaml.Node | None, what: str) -> Sequence[tuple[str, yaml.Node]]:
        if node is None:
            return ()
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what} must be `name: value` lines.")
            return ()
        return [
            (name, value)
            for key, value in node.value
            if (name := self.matching(key, f"a name in {what}", _ID, _ID_RULE))
        ]

    def _texts(self, node: yaml.Node | None, what: str) -> tuple[str, ...]:
        texts = []
        for item in self.items(node, what, MOST):
            text = self.text(item, f"an entry of {what}", PATTERN)
            if text:
                self._written.append((item, text))
                texts.append(text)
        return tuple(texts)

    def _try(self, book: Rulebook, node: yaml.Node, pattern: str) -> None:
        try:
            re.compile(book.expanded(pattern))
        except KeyError as error:
            self.wrong(node, f"there is no list of words named {{{error.args[0]}}}. There are {', '.join(book.words)}.")
        except re.error as error:
            self.wrong(node, f"this is no regular expression: {error.msg} at character {error.pos}.")
