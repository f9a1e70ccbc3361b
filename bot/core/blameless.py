"""Finds blame, and names, in what somebody wrote: who is the subject, which tense, who is quoted, what excuses it.

No list of words decides alone. "The cache should have been warm" is about a cache and "the engineer should have
checked" about a person; only the second is found. `docs/blameless.md` gives the figures, with every miss.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from bot.core.manuscript import Kind, Manuscript, Sentence
from bot.core.rewrites import examples
from bot.core.rulebook import Category, Finding, Level, Rule, Rulebook, Scope, Subject
from bot.core.subjects import Subjects

NEAR = 50  # characters

_QUOTED = re.compile(r"“[^”\n]{1,400}”|\"[^\"\n]{1,400}\"|(?<!\w)[‘'](?=\S)[^’'\n]{3,300}[’'](?!\w)|«[^»\n]{1,400}»")
_HANDLE = re.compile(r"(?<![\w/`.@=:-])@(?!here\b|channel\b|everyone\b|(?:[a-z-]+/))[A-Za-z][\w-]{1,38}(?![\w/@]|\.\w)")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_GENDERED = re.compile(r"(?<![\w’'-])(?:he|she|his|her|him|hers|himself|herself)(?![\w’'-])", re.IGNORECASE)
_AS_ROLES = "Write the role instead: “the on-call”, “responder 2”."


class Checker:
    """Looks for blame and names with one rulebook. Making one compiles nothing; the first use does."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._subjects = Subjects(book)

    def findings(self, manuscript: Manuscript) -> Iterator[Finding]:
        """Yield what is found, by rule. Where several rules find the same words, the first in the book tells."""
        quoted = _Stretches(match.span() for match in _QUOTED.finditer(manuscript.plain))
        taken: dict[Sentence, list[tuple[int, int]]] = defaultdict(list)
        for name, pattern in self._book.patterns.items():
            rule = self._book.rules[name]
            for match in pattern.finditer(manuscript.plain):
                sentence = manuscript.sentence_at(*match.span())
                if sentence is None or sentence.block.kind in (Kind.QUOTE, Kind.HEADING) or quoted.hold(*match.span()):
                    continue
                if any(start < match.end() and match.start() < end for start, end in taken[sentence]):
                    continue
                if self._holds(rule, match, sentence, manuscript):
                    taken[sentence].append(match.span())
                    yield _finding(manuscript, sentence, match, rule)
        yield from self._named(manuscript)

    @cached_property
    def verbs(self) -> frozenset[str]:
        """Every verb that an action item may begin with."""
        return frozenset(verb for words in self._book.words.get("verb", ()) for verb in words.split("|"))

    @cached_property
    def examples(self) -> frozenset[str]:
        """Every sentence that a rewrite gives as an example."""
        return examples([rule.rewrite for rule in self._book.rules.values()])

    def _holds(self, rule: Rule, match: re.Match[str], sentence: Sentence, manuscript: Manuscript) -> bool:
        before = manuscript.plain[sentence.start : match.start()]
        if rule.subject is Subject.PERSON and not self._subjects.is_person(before, manuscript.before(sentence)):
            return False
        after = manuscript.plain[match.end() : sentence.end]
        return not any(
            self._excused(name, before, after, manuscript.plain[sentence.start : sentence.end]) for name in rule.unless
        )

    def _excused(self, name: str, before: str, after: str, sentence: str) -> bool:
        scope, pattern = self._book.excusing[name]
        match scope:
            case Scope.BEFORE:
                return bool(pattern.search(re.split(r"[;:]", before)[-1]))
            case Scope.NEAR:
                return bool(pattern.search(before[-NEAR:]))
            case Scope.AFTER:
                return bool(pattern.search(after[:NEAR]))
        return bool(pattern.search(sentence))

    def _named(self, manuscript: Manuscript) -> Iterator[Finding]:
        for rule, pattern in ((HANDLE, _HANDLE), (EMAIL, _EMAIL), (NAME, self._name), (GENDER, _GENDERED)):
            for match in pattern.finditer(manuscript.plain):
                sentence = manuscript.sentence_at(*match.span())
                if sentence and sentence.block.kind is not Kind.QUOTE:
                    yield _finding(manuscript, sentence, match, rule, Category.NAMES)

    @cached_property
    def _name(self) -> re.Pattern[str]:
        names = "|".join(self._book.names) or "(?!)"
        return re.compile(rf"(?<![\w@/.#-])(?:{names})(?:[ ](?:[A-Z]\.[ ])?[A-Z][a-z][\w’'-]+)?(?![\w/.@-])")


HANDLE = Rule("handle", Level.MEDIUM, (), "“{found}” names somebody. A postmortem tells of roles.", _AS_ROLES)
EMAIL = Rule("e-mail", Level.MEDIUM, (), "“{found}” is somebody's address. A postmortem tells of roles.", _AS_ROLES)
NAME = Rule("name", Level.MEDIUM, (), "“{found}” reads as somebody's name. A postmortem tells of roles.", _AS_ROLES)
GENDER = Rule("gender", Level.LOW, (), "“{found}” says more of a person than their role.", "Write “they”, or the role.")


class _Stretches:
    """Stretches of a text in order, none of which overlap, asked for whether one of them holds another."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans: Sequence[tuple[int, int]] = tuple(spans)

    def hold(self, start: int, end: int) -> bool:
        index = bisect_right(self._spans, start, key=lambda span: span[0]) - 1
        return index >= 0 and end <= self._spans[index][1]


def _finding(
    manuscript: Manuscript,
    sentence: Sentence,
    match: re.Match[str],
    rule: Rule,
    category: Category = Category.BLAME,
) -> Finding:
    line, column = manuscript.place(match.start())
    found = manuscript.shown(*match.span())
    return Finding(
        rule=rule.id,
        category=category,
        level=rule.level,
        line=line,
        column=column,
        start=match.start(),
        end=match.end(),
        sentence=manuscript.shown(sentence.start, sentence.end),
        why=rule.why.replace("{found}", found),
        rewrite=rule.rewrite.replace("{found}", found),
    )
