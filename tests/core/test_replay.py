"""Recorded incidents: nothing is lost, reordered or able to stop the reading."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.replay import Recording, parse
from store.types import Precision
from tests.shared import shared

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TRAPS = Path(__file__).parents[1] / "data" / "night-of-the-cache.jsonl"


def _line(**fields: object) -> str:
    ok = {"ts": "2025-03-01T10:00:00Z", "actor_role": "on-call", "text": "x", "kind": "chat", "precision": "minute"}
    return json.dumps({key: value for key, value in {**ok, **fields}.items() if value is not None})


def _traps() -> Recording:
    return parse(TRAPS.read_text(), NOW)


def test_every_line_that_is_not_blank_is_kept_in_the_order_of_the_file() -> None:
    assert [line.number for line in _traps().lines] == [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12]


def test_times_are_taken_as_given_also_when_they_run_backwards_or_across_midnight() -> None:
    times = [line.occurred_at for line in _traps().lines]
    assert times[1] == datetime(2024, 12, 31, 23, 58, tzinfo=UTC)
    assert times[2] == datetime(2025, 1, 1, 0, 3, 10, tzinfo=UTC)
    assert times[3] < times[2]
    assert times[8] == datetime(2024, 12, 31, 23, 20, tzinfo=UTC)  # 00:20 in Paris


@pytest.mark.parametrize("index", [4, 5, 6, 7])
def test_a_line_without_a_usable_time_takes_that_of_the_line_before_and_says_so(index: int) -> None:
    line = _traps().lines[index]
    assert (line.occurred_at, line.precision) == (datetime(2025, 1, 1, 0, 2, tzinfo=UTC), Precision.INTERPOLATED)
    assert "the time of the line before it" in str(line.note)


def test_every_problem_names_its_line() -> None:
    starts = [problem.split(" ")[1] for problem in _traps().problems]
    assert sorted(set(starts), key=int) == ["5", "6", "7", "9", "10", "12"]
    assert any("Line 6 has a `ts` without a zone" in problem for problem in _traps().problems)
    assert any("Line 9 has a `ts` in the future (2925-01-01)" in problem for problem in _traps().problems)


def test_a_line_that_is_not_json_keeps_its_words() -> None:
    assert _traps().lines[6].text == "this line was pasted from a terminal"
    assert _traps().lines[10].text == '["not", "an", "object"]'


@pytest.mark.parametrize(
    ("stated", "precision", "margin_s"),
    [
        ("second", Precision.SECOND, None),
        ("minute", Precision.MINUTE, None),
        ("approx", Precision.APPROXIMATE, None),
        ("interpolated", Precision.INTERPOLATED, None),
        ("±23 min", Precision.APPROXIMATE, 23 * 60),
        ("+/- 2 hours", Precision.APPROXIMATE, 7200),
        ("±90s", Precision.APPROXIMATE, 90),
        ("roughly", Precision.APPROXIMATE, None),
    ],
)
def test_how_well_a_time_is_known_is_read_from_words(stated: str, precision: Precision, margin_s: int | None) -> None:
    (line,) = parse(_line(precision=stated), NOW).lines
    assert (line.precision, line.margin_s, line.stated_precision) == (precision, margin_s, stated)


def test_an_unknown_precision_is_a_problem_and_not_a_loss() -> None:
    assert "unknown precision ('roughly')" in parse(_line(precision="roughly"), NOW).problems[0]


def test_the_first_line_without_a_time_takes_that_of_the_first_that_has_one() -> None:
    first, second = parse(f"{_line(ts=None)}\n{_line()}", NOW).lines
    assert first.occurred_at == second.occurred_at


def test_a_recording_without_any_time_is_refused_with_an_example() -> None:
    recording = parse(_line(ts=None), NOW)
    assert recording.lines == ()
    assert '"2026-11-24T03:12:00Z"' in recording.problems[-1]


def test_what_cannot_be_stored_in_a_text_is_replaced() -> None:
    (line,) = parse(r'{"ts": "2025-03-01T10:00:00Z", "text": "a \ud800 b", "actor_role": "\udfff"}', NOW).lines
    assert (line.text, line.role) == ("a ? b", "?")


@given(st.lists(st.one_of(st.text(), st.dictionaries(st.sampled_from(["ts", "text", "precision"]), st.text()))))
def test_nothing_that_stands_in_a_file_stops_the_reading(raw: list[Any]) -> None:
    rest = "\n".join(item if isinstance(item, str) else json.dumps(item) for item in raw)
    content = f"{_line()}\n{rest}"
    assert len(parse(content, NOW).lines) == sum(bool(line.strip()) for line in content.split("\n"))


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=900))))
def test_recorded_order_is_the_order_of_the_file_whatever_the_times(offsets: list[timedelta]) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    lines = [_line(ts=(start + offset).isoformat(), text=str(place)) for place, offset in enumerate(offsets)]
    read = parse("\n".join(lines), NOW).lines
    assert [(line.text, line.occurred_at) for line in read] == [
        (str(place), start + offset) for place, offset in enumerate(offsets)
    ]


def test_real_recordings_are_read_whole_and_without_a_complaint() -> None:
    for path in sorted(shared("data", "replays").glob("*.jsonl")):
        raw = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        recording = parse(path.read_text(), NOW)
        assert recording.problems == ()
        assert [line.text for line in recording.lines] == [fields["text"] for fields in raw]
