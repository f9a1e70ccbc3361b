"""How often the checker is right, on labelled reports of others: `python -m tests.core.measures` prints all of it."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.assets import Assets
from bot.core.blameless import Checker
from bot.core.lint import check
from bot.core.rulebook import Category, Finding, Rulebook
from tests.shared import REPOSITORY, shared

BLAME = frozenset([Category.BLAME])
DATA = REPOSITORY / "tests" / "data"
VERDICTS = DATA / "verdicts.yaml"


@dataclass(frozen=True)
class Sample:
    """A phrase in its surroundings, and whether a person took it for blame."""

    file: str
    context: str
    start: int
    end: int
    blame: bool

    @property
    def source(self) -> str:
        return self.file.partition("/")[0]


@dataclass(frozen=True)
class Score:
    """Found and right, found and wrong, not found."""

    right: list[Any]
    wrong: list[Any]
    missed: list[Any]

    @property
    def precision(self) -> float:
        return len(self.right) / max(len(self.right) + len(self.wrong), 1)

    @property
    def recall(self) -> float:
        return len(self.right) / max(len(self.right) + len(self.missed), 1)

    def __str__(self) -> str:
        counts = f"{len(self.right)} right, {len(self.wrong)} wrong, {len(self.missed)} missed"
        return f"precision {self.precision:.2f}, recall {self.recall:.2f} ({counts})"


@cache
def rulebook() -> Rulebook:
    return Assets(None).rulebook()[0]


def samples() -> list[Sample]:
    """Return the labelled phrases; where a phrase stands is found with the pattern that it was collected with."""
    folder = shared("data", "blameless")
    patterns = {
        one["id"]: re.compile(one["pattern"], re.IGNORECASE | re.MULTILINE)
        for one in map(json.loads, (folder / "phrases.jsonl").read_text().splitlines())
    }
    found = []
    for one in map(json.loads, (folder / "labelled.jsonl").read_text().splitlines()):
        middle = len(one["context"]) / 2
        hits = [match.span() for match in patterns[one["rule"]].finditer(one["context"])]
        start, end = min(hits, key=lambda hit: abs(sum(hit) / 2 - middle))
        found.append(Sample(one["file"], one["context"], start, end, one["label"] == "blameful"))
    return found


def hit(sample: Sample, book: Rulebook) -> Finding | None:
    """Return the finding of blame that touches the phrase."""
    findings = check(sample.context, Checker(book), BLAME)
    return next((one for one in findings if one.start < sample.end and sample.start < one.end), None)


def scored(some: list[Sample], book: Rulebook) -> Score:
    hits = {sample: hit(sample, book) for sample in some}
    return Score(
        [sample for sample in some if sample.blame and hits[sample]],
        [sample for sample in some if not sample.blame and hits[sample]],
        [sample for sample in some if sample.blame and not hits[sample]],
    )


def without(left_out: str, by: str) -> Score:
    """Score what is *left_out* with only those rules that find blame in something else that is labelled."""
    every = samples()
    held = [sample for sample in every if getattr(sample, by) == left_out]
    seen = {
        found.rule
        for sample in every
        if sample.blame and getattr(sample, by) != left_out and (found := hit(sample, rulebook()))
    }
    book = Rulebook(
        rulebook().words,
        rulebook().excuses,
        {name: rule for name, rule in rulebook().rules.items() if name in seen},
        rulebook().names,
    )
    return scored(held, book)


def left_out(by: str) -> Score:
    """Leave out each source, or each report, in turn, and add up what is found in it."""
    return added(without(one, by) for one in sorted({getattr(sample, by) for sample in samples()}))


def sentences() -> dict[str, dict[str, list[str]]]:
    """Return the sentences of our own, by the round in which they were written, blame and none."""
    rounds: dict[str, dict[str, list[str]]] = yaml.safe_load((DATA / "first-sight.yaml").read_text())
    return {"older": yaml.safe_load((DATA / "sentences.yaml").read_text())} | rounds


def written(rounds: dict[str, dict[str, list[str]]]) -> Score:
    """Score sentences of our own."""
    checker = Checker(rulebook())
    found = {
        kind: {one: bool(check(one, checker, BLAME)) for some in rounds.values() for one in some[kind]}
        for kind in ("blame", "none")
    }
    return Score(
        [one for one, hit in found["blame"].items() if hit],
        [one for one, hit in found["none"].items() if hit],
        [one for one, hit in found["blame"].items() if not hit],
    )


@cache
def patterns() -> Rulebook:
    """Return the rulebook with each pattern of a rule as a rule of its own."""
    single = {
        f"{rule.id}-{number}": replace(rule, id=f"{rule.id}-{number}", find=(find,))
        for rule in rulebook().rules.values()
        for number, find in enumerate(rule.find)
    }
    return replace(rulebook(), rules=single)


@cache
def evidence() -> list[tuple[str, str]]:
    """Return (source, pattern) for each finding in labelled blame, and in sentences of our own, whose source is ""."""
    texts = [("", one) for some in sentences().values() for one in some["blame"]]
    texts += [(sample.source, sample.context) for sample in samples() if sample.blame]
    checker = Checker(patterns())
    return [(source, finding.rule) for source, text in texts for finding in check(text, checker, BLAME)]


def stranger(source: str) -> tuple[Score, Score]:
    """Score the labelled phrases and the whole reports of a source as if it had never been seen.

    Only those patterns are used that find blame in another source or in a sentence of our own.
    """
    used = {pattern for seen, pattern in evidence() if seen != source}
    book = replace(patterns(), rules={name: rule for name, rule in patterns().rules.items() if name in used})
    return scored([one for one in samples() if one.source == source], book), whole(f"{source}/", book)


def never_seen() -> tuple[Score, Score]:
    """Add up what is found in each source as if it had never been seen, in labelled phrases and in whole reports."""
    parts = [stranger(source) for source in sorted({sample.source for sample in samples()})]
    return added(one for one, _ in parts), added(one for _, one in parts)


def added(scores: Iterable[Score]) -> Score:
    """Add scores up."""
    parts = list(scores)
    return Score(*([one for part in parts for one in getattr(part, kind)] for kind in ("right", "wrong", "missed")))


def reports() -> Iterator[tuple[str, str]]:
    """Yield (name, text) of each whole report."""
    folder = shared("data", "postmortems")
    for path in sorted(folder.glob("*/*.md")):
        yield path.relative_to(folder).as_posix(), path.read_text()


def whole(only: str = "", book: Rulebook | None = None) -> Score:
    """Score the findings in whole reports by our own verdicts: by file, the lines that hold blame."""
    checker = Checker(book or rulebook())
    verdicts: dict[str, list[int]] = yaml.safe_load(VERDICTS.read_text())
    right, wrong, missed = [], [], []
    for name, text in reports():
        if only and only not in name:
            continue
        blamed = {line for file, lines in verdicts.items() if file == name for line in lines}
        found = {finding.line for finding in check(text, checker, BLAME)}
        right += [(name, line) for line in sorted(found & blamed)]
        wrong += [(name, line) for line in sorted(found - blamed)]
        missed += [(name, line) for line in sorted(blamed - found)]
    return Score(right, wrong, missed)


def main() -> None:
    """Print the figures, with every miss."""
    every = samples()
    print("labelled phrases:", scored(every, rulebook()))
    for source in sorted({sample.source for sample in every}):
        print(f"  {source}:", scored([sample for sample in every if sample.source == source], rulebook()))
    print("each report left out:", left_out("file"))
    print("each source left out:", left_out("source"))
    phrases, texts = never_seen()
    print("each source as if never seen, phrases:", phrases)
    print("each source as if never seen, whole reports:", texts)
    for file, line in texts.missed:
        print(f"  missed: {file}:{line}: {_line(file, line)}")
    for name, two in sentences().items():
        print(f"sentences of our own, {name}:", written({name: two}))
    for text in written(sentences()).missed:
        print("  missed:", text)
    print("whole reports, our verdicts:", whole())
    for word, found in (("wrong", whole().wrong), ("missed", whole().missed)):
        for file, line in found:
            print(f"  {word}: {file}:{line}: {_line(file, line)}")
    score = scored(every, rulebook())
    for word, some in (("wrong", score.wrong), ("missed", score.missed)):
        for sample in some:
            print(f"  {word} phrase: {sample.file}: …{' '.join(sample.context.split())}…")


def _line(file: str, number: int) -> str:
    return Path(shared("data", "postmortems", file)).read_text().splitlines()[number - 1].strip()[:200]


if __name__ == "__main__":
    main()
