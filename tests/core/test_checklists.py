"""Claims about checklists: what a file may say, how its mistakes are told, when one starts, and what ours cover."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.core import checklists as nouns
from bot.core.checklists import (
    After,
    Checklist,
    Finished,
    LookupTable,
    Moment,
    Step,
    due_at,
    from_snapshot,
    parse,
    starting_on,
    to_snapshot,
)
from bot.core.marked_yaml import LONGEST, BrokenFileError, place_of
from store.types import Severity

ROOT = Path(__file__).parents[2]
OURS = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "checklists").glob("*.yaml"))}
SCHEMA = Draft202012Validator(json.loads((ROOT / "docs/reference/checklist.schema.json").read_text("utf-8")))
NOW = datetime(2026, 3, 29, 3, 12, tzinfo=UTC)

MINE = """\
id: mine
title: Mine
starts: by_hand
steps:
  - id: look
    text: Look at it.
    why: You see it then.
"""


def problems_of(text: str) -> list[str]:
    """What parsing says is wrong, empty when nothing is."""
    try:
        parse(text, "mine.yaml")
    except BrokenFileError as broken:
        return [str(problem) for problem in broken.problems]
    return []


def with_line(line: str, text: str = MINE) -> str:
    """MINE with one of its lines replaced by *line*, which has the same key."""
    key = line.split(":")[0]
    return re.sub(rf"(?m)^{re.escape(key)}:.*$", lambda _: line, text)


# What ours say


def ours(name: str) -> Checklist:
    return parse(OURS[name], f"checklists/{name}.yaml")


def test_there_are_six_and_each_has_the_name_of_its_file() -> None:
    assert [ours(name).id for name in OURS] == list(OURS)
    assert set(OURS) == {
        "first-five-minutes",
        "investigation",
        "common-culprits",
        "resolution",
        "after-the-incident",
        "before-a-config-change",
    }


# For each step, the words that its item needs somewhere in its text or hint.
COVERED = {
    "first-five-minutes": [
        ("changed", "deploy", "configuration", "traffic"),
        ("blast radius", "everyone", "one region", "one feature"),
        ("can we roll back", "should we"),
        ("who needs to know", "stakeholders", "status page"),
    ],
    "investigation": [
        ("dashboards", "error rate", "latency", "traffic"),
        ("logs", "window of the incident"),
        ("infrastructure", "cpu", "memory", "disk", "network"),
        ("dependencies", "database", "cache", "external api"),
        ("recent changes", "git log", "deploy history", "configuration"),
    ],
    "common-culprits": [
        ("deployed",),
        ("configuration", "change"),
        ("traffic",),
        ("database query", "slow"),
        ("external dependency",),
        ("memory", "connections", "file descriptors"),
        ("dns", "network"),
        ("certificate", "expired"),
        ("rate limiting us", "we limiting"),
    ],
    "resolution": [
        ("roll back",),
        ("scale up", "exhausted"),
        ("fail over", "region"),
        ("feature flag off", "new code"),
        ("status", "/incident update"),
    ],
    "after-the-incident": [
        ("postmortem", "48 hours"),
        ("action items", "owner"),
        ("review meeting",),
        ("runbooks",),
    ],
    "before-a-config-change": [
        ("blast radius",),
        ("canary", "1 %"),
        ("metrics", "alert"),
        ("within 1 minute",),
        ("rolled back", "within 5 minutes"),
        ("rollback does not fix it",),
        ("dependency", "not recover by itself"),
    ],
}


@pytest.mark.parametrize(("name", "words"), [(name, words) for name, items in COVERED.items() for words in items])
def test_each_item_of_the_debugging_checklist_is_one_step(name: str, words: tuple[str, ...]) -> None:
    said = [f"{step.text} {step.hint}".lower() for step in ours(name).steps]
    assert [step for step in said if all(word in step for word in words)]


@pytest.mark.parametrize(
    ("seen", "cause", "verify"),
    [
        (":00 and :30", "scheduled job", "crontab"),
        ("memory", "leak", "heap profile"),
        ("one server", "bad deploy there or failing hardware", "deployed version"),
        ("traffic is high", "runs out", "load test"),
        ("hours after", "connection leak", "pool over time"),
        ("random", "race", "distributed tracing"),
        ("large payloads", "timeout or a memory limit", "payload sizes"),
    ],
)
def test_each_pattern_of_errors_has_its_likely_cause_and_how_to_verify_it(seen: str, cause: str, verify: str) -> None:
    table = ours("common-culprits").table
    assert table is not None
    row = next(row for row in table.rows if seen in row[0])
    assert cause in row[1]
    assert verify in row[2]


def test_the_first_starts_with_the_incident_the_next_follows_and_the_last_comes_with_resolution() -> None:
    assert ours("first-five-minutes").starts == Moment.INCIDENT_OPENED
    assert ours("investigation").starts == After("first-five-minutes", or_minutes=5)
    assert ours("after-the-incident").starts == Moment.INCIDENT_RESOLVED
    assert {ours(name).starts for name in ("common-culprits", "resolution", "before-a-config-change")} == {
        Moment.BY_HAND
    }


@pytest.mark.parametrize("name", OURS)
def test_a_step_of_ours_fits_two_lines_of_a_phone_and_is_said_calmly(name: str) -> None:
    for step in ours(name).steps:
        assert len(step.text) <= 60, step.id
        assert "!" not in f"{step.text}{step.hint}{step.why}"
        assert step.probe is None


@pytest.mark.parametrize("name", OURS)
def test_steps_of_ours_are_due_in_the_order_they_are_walked(name: str) -> None:
    minutes = [step.by_minute for step in ours(name).steps if step.by_minute]
    assert minutes == sorted(minutes)


# How mistakes are told


def test_every_mistake_of_a_file_is_told_at_once_with_its_line_and_its_fix() -> None:
    text = """\
id: My list
titel: Mine
starts: incident_open
severities: [sev1, sev9]
table:
  columns: [See, Cause]
  rows:
    - [only one]
steps:
  - id: blast-radius
    text: Who is affected?
  - id: look
    text: 12
    why: It matters.
    by_minute: soon
    role: Incident Commander
"""
    assert problems_of(text) == [
        "mine.yaml:1:1: the checklist has no `title`. Add what people see, such as `title: Database failover`.",
        "mine.yaml:1:5: the checklist's `id` is `My list`. "
        "Use lower-case letters, digits and single hyphens, such as `blast-radius`.",
        "mine.yaml:2:1: the checklist has an unknown key `titel`. Did you mean `title`?",
        "mine.yaml:3:9: `starts` is `incident_open`. Did you mean `incident_opened`?",
        "mine.yaml:4:20: a severity is `sev9`. Did you mean `sev4`?",
        "mine.yaml:8:7: row 1 has 1 cells for 2 columns. Give it one for each.",
        "mine.yaml:10:5: step 'blast-radius' has no `why`. "
        "Add one sentence on why it matters, such as `why: It decides whom to wake`.",
        "mine.yaml:13:11: the `text` of step 'look' is a number to YAML, not text. Put it in quotes: \"12\".",
        "mine.yaml:15:16: `by_minute` of step 'look' must be a whole number from 1 to 43,200, "
        "in digits and without quotes.",
        "mine.yaml:16:11: the `role` of step 'look' is `Incident Commander`. "
        "Use lower-case letters, digits and underscores, such as `incident_commander`.",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1:1: the file is empty"),
        ("# only a comment\n", "1:1: the file is empty"),
        ("- a\n- b\n", "1:1: the file must hold `key: value` lines"),
        ("id: mine\n\ttitle: x\n", "2:1: YAML is indented with spaces, and this is a tab"),
        ("id: mine\ntitle: Look: here\n", "2:12: this colon starts a second value"),
        ("id: mine\ntitle: [a\nsteps: 1\n", "this is not YAML"),
        ("id: mine\n---\nid: yours\n", "2:1: a second document starts here"),
        ("id: &a mine\ntitle: *a\n", "1:5: anchors (&) and aliases (*) are not read here"),
        ("id: !!python/object:os.system mine\n", "1:5: the tag tag:yaml.org,2002:python/object:os.system is not read"),
        ("id: " + "[" * 5000, "1:12: this is nested more than 8 levels deep"),
        ("id: mine\ntitle: \x00\n", "2:8: the character U+0000 cannot be in a YAML file"),
        ('id: mine\ntitle: "\\UFFFFFFFF"\n', "2:9: a \\U escape in this file names no character"),
        ("#" * (LONGEST + 1), "1:1: the file is longer than 65,536 characters"),
    ],
)
def test_a_file_that_is_not_plain_yaml_is_told_where_and_why(text: str, told: str) -> None:
    (problem,) = problems_of(text)
    assert told in problem


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("id: mine\nid: yours", "2:1: the checklist has `id` twice. Keep one."),
        ("title:", "2:7: the checklist's `title` is empty"),
        ("title: yes", "2:8: the checklist's `title` is yes or no to YAML, not text"),
        ("title: [a]", "2:8: the checklist's `title` must be text"),
        ("title: " + "x" * 61, "2:8: the checklist's `title` has 61 characters, and 60 is the most"),
        ('title: "bell \\a"', "2:8: the checklist's `title` holds a control character"),
        ('title: "half \\uD800"', "2:8: the checklist's `title` holds a control character"),
        ("starts: {or_minutes: 5}", "3:9: `starts` has no `after`. Add the id of the checklist it follows."),
        ("starts: {after: mine, or_minutes: 0}", "3:35: `or_minutes` must be a whole number from 1"),
        ("steps: []\nx:", "4:8: `steps` is an empty list"),
        ("    why: 1\n    by_minute: 1:30", "8:16: `by_minute` of step 'look' must be a whole number"),
        ("    why: 1\n    by_minute: 99999", "8:16: `by_minute` of step 'look' must be a whole number"),
        (
            "    why: x\n  - id: look\n    text: Again.\n    why: x",
            "8:5: step 2 has the id `look`, and so has one above",
        ),
        ("    why: x\n  - look", "8:5: step 2 must be `key: value` lines"),
    ],
)
def test_a_mistake_in_a_value_is_told_where_it_stands(line: str, told: str) -> None:
    text = with_line(line).partition("\nx:")[0]
    assert any(problem.startswith(f"mine.yaml:{told}") for problem in problems_of(text)), problems_of(text)


def test_the_place_of_a_value_is_found_without_reading_the_rest() -> None:
    text = with_line("starts: {after: other, or_minutes: 5}")
    assert place_of(text, "starts", "after") == (3, 17)
    assert place_of(text, "starts", "nothing") == (3, 9)


def test_text_over_several_lines_is_read_as_one() -> None:
    assert parse(with_line("title: >-\n  Look\n  twice"), "mine.yaml").title == "Look twice"


def test_one_file_reads_alike_with_the_line_ends_of_any_system() -> None:
    assert parse(MINE.replace("\n", "\r\n"), "mine.yaml") == parse("\ufeff" + MINE, "mine.yaml")


@given(st.text(max_size=300) | st.text(alphabet="id:tlesarp-[]{}&*!|>'\"#%@`,? \n\t\\U0x", max_size=300))
@settings(max_examples=300)
def test_no_text_makes_the_reader_fail_in_any_other_way(text: str) -> None:
    for candidate in (text, MINE + text, with_line(f"title: {text}"), with_line(f"    why: {text}")):
        for problem in problems_of(candidate):
            assert re.match(r"mine\.yaml:[1-9]\d*:[1-9]\d*: .", problem)
            assert problem.encode()  # what is told can be printed and stored


# The schema for editors


def schema_refuses(text: str) -> bool:
    return not SCHEMA.is_valid(yaml.safe_load(text))


@pytest.mark.parametrize("name", OURS)
def test_the_schema_accepts_ours(name: str) -> None:
    SCHEMA.validate(yaml.safe_load(OURS[name]))


@pytest.mark.parametrize(
    "line",
    [
        "id: My list",
        "id: " + "x" * 61,
        "title:",
        "title: ' '",
        "title: 12",
        "title: [a]",
        "title: " + "x" * 61,
        "titel: Mine",
        "starts: someday",
        "starts: {or_minutes: 5}",
        "starts: {after: other, or_minutes: 0}",
        "starts: {after: other, minutes: 5}",
        "starts: by_hand\nseverities: []",
        "starts: by_hand\nseverities: [sev9]",
        "starts: by_hand\ntable: {columns: [a]}",
        "starts: by_hand\ntable: {columns: [a], rows: []}",
        "starts: by_hand\ntable: {columns: [a, b, c, d, e, f], rows: [[a, b, c, d, e, f]]}",
        "  - id: Look",
        "    text: " + "x" * 121,
        "    why: 1",
        "    why: " + "x" * 301,
        "    why: x\n    whys: y",
        "    why: x\n    by_minute: soon",
        "    why: x\n    by_minute: 0",
        "    why: x\n    by_minute: 43201",
        "    why: x\n    by_minute: 1.5",
        "    why: x\n    by_minute: '5'",
        "    why: x\n    role: Ops",
        "    why: x\n    probe: Error Rate",
        "    why: x\n  - look",
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(line: str) -> None:
    text = with_line(line) if line != "titel: Mine" else MINE.replace("title", "titel")
    assert text != MINE
    assert problems_of(text)
    assert schema_refuses(text)


@pytest.mark.parametrize("key", ["id", "title", "starts", "steps"])
def test_the_schema_and_the_reader_miss_the_same_keys_of_a_checklist(key: str) -> None:
    text = yaml.safe_dump({name: value for name, value in yaml.safe_load(MINE).items() if name != key})
    assert any(f"has no `{key}`" in problem for problem in problems_of(text))
    assert schema_refuses(text)


@pytest.mark.parametrize("key", ["id", "text", "why"])
def test_the_schema_and_the_reader_miss_the_same_keys_of_a_step(key: str) -> None:
    whole = yaml.safe_load(MINE)
    del whole["steps"][0][key]
    assert any(f"has no `{key}`" in problem for problem in problems_of(yaml.safe_dump(whole)))
    assert schema_refuses(yaml.safe_dump(whole))


def test_the_schema_knows_the_limits_of_the_reader() -> None:
    told = json.dumps(SCHEMA.schema)
    for limit in (nouns.TITLE, nouns.TEXT, nouns.PROSE, nouns.MONTH, nouns.MOST_STEPS, nouns.MOST_COLUMNS):
        assert re.search(rf'"(maxLength|maximum|maxItems)": {limit}\b', told), limit


def test_the_examples_in_the_documentation_are_true() -> None:
    page = (ROOT / "docs/checklists.md").read_text("utf-8")
    blocks = re.findall(r"```(?:yaml)?\n(.*?)```", page, re.DOTALL)
    example = blocks[0]
    assert parse(example, "mine.yaml").id == "database-failover"
    broken = re.sub(r"    why: What the.*\n", "", example, count=1).replace("by_minute", "by_minutes", 1)
    with pytest.raises(BrokenFileError) as told:
        parse(broken, "checklists/mine.yaml")
    assert f"{told.value}\n" in blocks


# When one starts and when its steps are due


def checklist(id_: str, starts: Moment | After, *severities: Severity) -> Checklist:
    return Checklist(id_, id_, starts, (Step("look", "Look.", "It helps."),), frozenset(severities))


FIRST = checklist("first", Moment.INCIDENT_OPENED)
GRAVE = checklist("grave", Moment.INCIDENT_OPENED, Severity.SEV1, Severity.SEV2)
SECOND = checklist("second", After("first", or_minutes=5))
THIRD = checklist("third", After("first"))
LAST = checklist("last", Moment.INCIDENT_RESOLVED)
ALL = [FIRST, GRAVE, SECOND, THIRD, LAST, checklist("tool", Moment.BY_HAND)]


def test_an_event_starts_what_waits_for_it_and_is_for_that_severity() -> None:
    assert starting_on(Moment.INCIDENT_OPENED, ALL, Severity.SEV1) == [FIRST, GRAVE]
    assert starting_on(Moment.INCIDENT_OPENED, ALL, Severity.SEV3) == [FIRST]
    assert starting_on(Moment.INCIDENT_RESOLVED, ALL, Severity.SEV3) == [LAST]
    assert starting_on(Finished("first"), ALL, Severity.SEV3) == [SECOND, THIRD]
    assert starting_on(Finished("last"), ALL, Severity.SEV3) == []


def test_a_step_is_due_its_minutes_after_the_start_or_never() -> None:
    assert due_at(Step("look", "Look.", "It helps.", by_minute=4), NOW) == NOW + timedelta(minutes=4)
    assert due_at(Step("look", "Look.", "It helps."), NOW) is None


# A running checklist keeps its definition

words = st.text(min_size=1, max_size=20)
minutes = st.none() | st.integers(1, nouns.MONTH)
steps = st.builds(
    Step, words, words, words, st.none() | words, minutes, role=st.none() | words, probe=st.none() | words
)
anything = st.builds(
    Checklist,
    words,
    words,
    st.sampled_from(Moment) | st.builds(After, words, minutes),
    st.lists(steps, min_size=1, max_size=4).map(tuple),
    st.frozensets(st.sampled_from(Severity)),
    st.none()
    | st.builds(
        LookupTable,
        st.lists(words, min_size=1, max_size=3).map(tuple),
        st.lists(st.lists(words, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
    ),
)


@given(anything)
def test_a_checklist_comes_back_from_its_snapshot_unchanged(before: Checklist) -> None:
    assert from_snapshot(json.loads(json.dumps(to_snapshot(before)))) == before


@pytest.mark.parametrize("name", OURS)
def test_a_snapshot_has_the_shape_of_the_file(name: str) -> None:
    snapshot: dict[str, Any] = to_snapshot(ours(name))
    assert snapshot == yaml.safe_load(OURS[name])
