"""The checker finds blame where a person is judged, nowhere else, and at its true place. The figures are measured."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.blameless import Checker
from bot.core.lint import check
from bot.core.marked_yaml import BrokenFileError
from bot.core.rulebook import Category, Finding, Level, read
from tests.core import measures
from tests.core.measures import BLAME, rulebook
from tests.shared import REPOSITORY

PIECES = ["# T\n", "## Timeline\n", "- ", "* 10:00 ", "\n\n", "| a | b |\n|---|---|\n", "`", "```\n", "~~~\n"]
RULES = ("rules/blameless.yaml", "rules/judgements.yaml")
PIECES += ["<!-- ", "-->", "[a](", ")", "> ", "we forgot ", "|"]
SENTENCES: dict[str, list[str]] = yaml.safe_load((REPOSITORY / "tests" / "data" / "sentences.yaml").read_text())
CHECKER = Checker(rulebook())


def blame(text: str) -> list[Finding]:
    return check(text, CHECKER, BLAME)


def names(text: str) -> list[str]:
    return [text[one.start : one.end] for one in check(text, CHECKER, [Category.NAMES])]


def test_every_sentence_that_blames_is_found() -> None:
    assert [sentence for sentence in SENTENCES["blame"] if not blame(sentence)] == []


def test_no_sentence_about_a_system_a_plan_or_blame_itself_is_taken_for_blame() -> None:
    wrong = {sentence: [one.rule for one in found] for sentence in SENTENCES["none"] if (found := blame(sentence))}
    assert wrong == {}


@pytest.mark.parametrize(
    ("person", "system"),
    [
        ("The engineer should have checked it.", "The probe should have checked it."),
        ("The team that owns it failed to notice.", "The probe that owns it failed to notice."),
        ("We looked at it and ignored the second alert.", "The bot looked at it and ignored the second alert."),
        ("The teams were told, and they ignored the note.", "The pods restarted, and they ignored the note."),
        ("- Missed the second pool.", "- The cleanup ran and missed the second pool."),
    ],
)
def test_the_subject_decides(person: str, system: str) -> None:
    assert blame(person)
    assert not blame(system)


def test_every_finding_says_why_and_moves_from_the_person_to_a_condition() -> None:
    for sentence in SENTENCES["blame"]:
        for one in blame(sentence):
            assert one.why.endswith((".", "?"))
            assert "{" not in one.why + one.rewrite
            assert not blame(one.rewrite.partition("“")[2].rpartition("”")[0]), one.rewrite
            assert one.level in (Level.LOW, Level.MEDIUM, Level.HIGH)


HIDDEN = [
    "```\nwe forgot it\n```",
    "~~~text\nwe forgot it\n~~~",
    "- a step\n\n  ```\n  we forgot it\n  ```",
    "    we forgot it, in code",
    "---\ntitle: we forgot it\n---\n\ntext",
    "<!-- we forgot it -->",
    "The log says `we forgot it`.",
    "> we forgot it",
    "The lead wrote “we forgot it” in the channel.",
    "[the page](https://example.com/we-forgot-it)",
    "[page]: https://example.com 'we forgot it'",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_what_is_no_prose_of_the_author_is_left_alone(text: str) -> None:
    assert blame(text) == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("# Title\n\nIt rained. **We** *forgot* it.", 3, 20),
        ("# Title\r\n\r\nWe forgot it.\r\n", 3, 4),
        ("| at | what |\n|---|---|\n| 10:00 | we forgot it |", 3, 14),
        ("- one\n- two,\n  and we forgot it", 3, 10),
        ("```\ncode\n```\n\nSee [the page](https://example.com/a(b)) that we forgot.", 5, 50),
        ("é naïve 🔥 and we forgot it", 1, 18),
        ("One.\n\n> quoted\n\nWe forgot it", 5, 4),
    ],
)
def test_a_finding_has_its_true_line_and_column(text: str, line: int, column: int) -> None:
    assert [(one.line, one.column) for one in blame(text)] == [(line, column)]


def test_names_handles_and_addresses_are_told_and_teams_and_code_are_not() -> None:
    asked = "@kim asked Maria Lopez, who wrote to ops@example.com"
    assert names(asked) == ["@kim", "Maria Lopez", "ops@example.com"]
    assert names("He restarted it") == ["He"]
    assert names("@here the team of `@types/node` at the Grafana depot; see @org/team-a, mark it and may hope") == []


def test_an_overruled_finding_keeps_its_reason_and_an_idle_comment_is_told() -> None:
    reason = "<!-- firstfive: allow forgot because it is a line of the song -->"
    assert [one.overruled for one in blame(f"{reason}\nWe forgot it.\n\nWe forgot it again.")] == [
        "it is a line of the song",
        None,
    ]
    assert [one.overruled for one in blame(f"We forgot it. {reason}")] == ["it is a line of the song"]
    bare = check("<!-- firstfive: allow forgot -->\nWe forgot it.", CHECKER)
    assert [(one.rule, one.overruled) for one in bare] == [("overruling", None), ("forgot", None)]
    idle = check(f"{reason}\nThe disk was full.", CHECKER)
    assert [one.rule for one in idle] == ["overruling"]


def test_a_file_of_rules_adds_words_rules_and_names_and_switches_a_rule_off() -> None:
    more = (
        "words:\n  role: ['wizards?']\nnames: ['Zaphod']\nrules:\n  - {id: forgot, level: off}\n"
        "  - id: bistro\n    level: low\n    find: ['bistromath\\w*']\n"
        "    why: 'no “{found}” here.'\n    rewrite: 'Count.'\n"
    ).replace("level: off", "level: 'off'")
    checker = Checker(read(more, "mine.yaml", rulebook()))
    text = "We forgot it. The wizard should have checked it. Zaphod used bistromathics."
    assert [one.rule for one in check(text, checker)] == ["should-have", "name", "bistro"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules:\n  - id: a\n    level: higher\n", "m.yaml:3:12: level is `higher`. Did you mean `high`?"),
        ("rules:\n  - id: a\n    level: low\n", "the rule `a` has no `find`"),
        (
            "rules:\n  - {id: a, level: low, find: ['(('], why: w, rewrite: r}\n",
            "m.yaml:2:32: this is no regular expression",
        ),
        (
            "rules:\n  - {id: a, level: low, find: ['{ghost} x'], why: w, rewrite: r}\n",
            "there is no list of words named {ghost}",
        ),
        (
            "rules:\n  - {id: a, level: low, find: [x], why: w, rewrite: r, unless: [luck]}\n",
            "there is no excuse `luck`",
        ),
        ("rule:\n  - a\n", "the file has an unknown key `rule`. Did you mean `rules`?"),
    ],
)
def test_a_mistake_in_a_file_of_rules_is_told_with_its_place_and_fix(text: str, told: str) -> None:
    with pytest.raises(BrokenFileError) as broken:
        read(text, "m.yaml", rulebook())
    assert told in str(broken.value)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=25).map("".join))
def test_no_text_makes_it_fail_and_every_finding_lies_in_the_text(text: str) -> None:
    lines = text.split("\n")
    for one in check(text, CHECKER):
        assert 0 <= one.start <= one.end <= len(text)
        assert 1 <= one.line <= len(lines)
        assert 1 <= one.column <= len(lines[one.line - 1]) + 1


def test_no_repetition_makes_it_slow() -> None:
    prose = "The cache was cold and the queue grew, so orders waited until noon. " * 150
    usual = _seconds(prose)
    for piece in (
        "# a\n",
        "---\n",
        "[",
        "`",
        "| a | b |\n|---|---|\n",
        "we ",
        "accidentally ",
        "10:00 ",
        "> - ",
        "a: b\n",
    ):
        assert _seconds(piece * (len(prose) // len(piece))) < 12 * usual, piece


def _seconds(text: str) -> float:
    start = time.process_time()
    check(f"# T\n\n## Timeline\n\n{text}", CHECKER)
    return time.process_time() - start


# On the reports of others


def test_on_labelled_phrases_it_is_right_more_often_than_asked() -> None:
    score = measures.scored(measures.samples(), rulebook())
    assert len(score.right) + len(score.missed) == 30
    assert score.precision >= 0.85, str(score)
    assert score.recall >= 0.8, str(score)


def test_on_a_source_as_if_never_seen_it_finds_most_in_phrases_and_in_whole_reports() -> None:
    for score in measures.never_seen():
        assert score.precision >= 0.85, str(score)
        assert score.recall >= 0.8, str(score)


def test_on_sentences_that_were_written_for_no_rule_it_is_right_and_finds_most() -> None:
    score = measures.written(measures.sentences())
    assert score.precision >= 0.95, str(score.wrong)
    assert score.recall >= 0.9, str(score.missed)


def test_over_whole_reports_it_agrees_with_our_reading() -> None:
    score = measures.whole()
    assert score.precision >= 0.85, str(score.wrong)
    assert score.recall >= 0.8, str(score.missed)


def test_no_sentence_of_the_shared_reports_is_copied_into_the_tests() -> None:
    told = " ".join(" ".join(text.casefold().split()) for _, text in measures.reports())
    for file in ("tests/data/sentences.yaml", "tests/data/first-sight.yaml", *RULES):
        words = Path(REPOSITORY / file).read_text().casefold().split()
        runs = [" ".join(words[at : at + 8]) for at in range(len(words) - 8)]
        assert [run for run in runs if run in told] == []
