"""Words of a postmortem checked per second, beside the Markdown parser that makes our pages of it."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import yaml
from markdown_it import MarkdownIt

from bot.assets import Assets
from bot.core.blameless import Checker
from bot.core.lint import check
from tests.shared import REPOSITORY

WORDS = 10_000
ROUNDS = 5


def bench() -> dict[str, Any]:
    """Compare the medians of rounds that take turns; loading the rules is not counted, checking everything is."""
    text = _text()
    checker, markdown = Checker(Assets(None).rulebook()[0]), MarkdownIt("commonmark").enable("table")
    check(text[:1000], checker)
    ours, plain = [], []
    for _ in range(ROUNDS):
        plain.append(_seconds(lambda: markdown.render(text)))
        ours.append(_seconds(lambda: check(text, checker)))
    words = len(text.split())
    value, baseline = words / statistics.median(ours), words / statistics.median(plain)
    return {
        "name": "lint",
        "value": round(value),
        "unit": "words/s",
        "baseline": round(baseline),
        "ratio": round(value / baseline, 3),
    }


def _text() -> str:
    """Return a report of many words: our own sentences in paragraphs, lists and a timeline, over and over."""
    file = REPOSITORY / "tests" / "data" / "sentences.yaml"
    sentences = [line for some in yaml.safe_load(file.read_text()).values() for line in some]
    parts = ["# Postmortem", "", "## Timeline", ""]
    while sum(len(part.split()) for part in parts) < WORDS:
        parts += ["", *(f"- 10:{number % 60:02} {sentence}" for number, sentence in enumerate(sentences)), ""]
        parts += [" ".join(sentences), "", "| a | b |", "|---|---|", *(f"| 1 | {one} |" for one in sentences[:40])]
    return "\n".join(parts)


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
