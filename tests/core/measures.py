"""How often the checker is right, on labelled reports of others: `python -m tests.core.measures` prints all of it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
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
VERDICTS = REPOSITORY / "tests" / "data" / "verdicts.yaml"


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
    parts = [without(one, by) for one in sorted({getattr(sample, by) for sample in samples()})]
    return Score(*([one for part in parts for one in getattr(part, kind)] for kind in ("right", "wrong", "missed")))


def reports() -> Iterator[tuple[str, str]]:
    """Yield (name, text) of each whole report."""
    folder = shared("data", "postmortems")
    for path in sorted(folder.glob("*/*.md")):
        yield path.relative_to(folder).as_posix(), path.read_text()


def whole(only: str = "") -> Score:
    """Score the findings in whole reports by our own verdicts: by file, the lines that hold blame."""
    verdicts: dict[str, list[int]] = yaml.safe_load(VERDICTS.read_text())
    right, wrong, missed = [], [], []
    for name, text in reports():
        if only and only not in name:
            continue
        blamed = {line for file, lines in verdicts.items() if file == name for line in lines}
        found = {finding.line for finding in check(text, Checker(rulebook()), BLAME)}
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
