"""Marks and durations: computed, never typed; what is out of order or missing is said."""

from dataclasses import replace
from datetime import timedelta

from bot.core.marks import Mark, disorder, durations, gaps, out_of_order, points, stamp
from store.types import EntryKind, Precision
from tests.core.cases import START, Record, lived


def _minutes(mark: Mark) -> float:
    return (points(lived())[mark].at - START) / timedelta(minutes=1)


def test_each_mark_is_reached_when_its_entry_says_so() -> None:
    marks = points(lived())
    assert list(marks) == [
        Mark.IMPACT, Mark.DECLARED, Mark.ACKNOWLEDGED, Mark.UPDATED, Mark.MITIGATED, Mark.RESOLVED
    ]  # fmt: skip
    assert [_minutes(mark) for mark in (Mark.DECLARED, Mark.ACKNOWLEDGED, Mark.UPDATED)] == [0, 0.5, 7]
    assert [_minutes(mark) for mark in (Mark.MITIGATED, Mark.RESOLVED)] == [70, 102]


def test_what_no_entry_shows_is_no_mark() -> None:
    assert Mark.DETECTED not in points(lived())


def test_a_clock_time_in_the_impact_is_the_last_that_can_be_meant() -> None:
    record = Record()
    record.add(30, EntryKind.IMPACT, "Payments fail since 23:50 UTC")  # said at 00:11
    assert points(record.case())[Mark.IMPACT].at == START.replace(minute=50, second=0)


def test_a_clock_time_without_a_zone_is_not_taken_for_utc() -> None:
    record = Record()
    record.add(3, EntryKind.IMPACT, "Payments fail since 23:31")
    assert Mark.IMPACT not in points(record.case())


def test_a_given_impact_start_wins_over_what_was_said() -> None:
    given = START - timedelta(hours=2)
    assert points(replace(lived(), impact_started_at=given))[Mark.IMPACT].at == given


def test_durations_are_counted_from_the_earliest_mark_they_may_start_at() -> None:
    told = {duration.name: str(duration) for duration in durations(points(lived()))}
    assert told == {
        "Time to acknowledge": "30 s",
        "Time to the first public update": "7 min",
        "Time to mitigate": "1 h 20 min",
        "Time to resolve": "1 h 52 min",
    }


def test_a_duration_from_a_time_that_is_not_known_to_the_minute_is_about_that_long() -> None:
    record = Record()
    record.add(0, EntryKind.REPLAYED, "outage starts", None, margin_s=23 * 60, kind="curated", role="system")
    assert [str(duration) for duration in durations(points(record.case()))] == ["about 1 h 42 min"]


def test_a_mark_before_the_one_that_usually_precedes_it_is_told_and_not_mended() -> None:
    record = Record()
    record.add(0, EntryKind.STATUS, to="monitoring")
    record.add(5, EntryKind.OPENED, "declared after repair")
    assert disorder(points(record.case())) == [(Mark.MITIGATED, Mark.DECLARED)]


def test_chat_about_an_outage_is_no_mark() -> None:
    record = Record()
    record.add(0, EntryKind.REPLAYED, "has anyone noticed when the outage starts?", None, kind="chat", role="x")
    assert list(points(record.case())) == [Mark.RESOLVED]


def test_an_entry_recorded_after_a_later_one_is_out_of_order() -> None:
    record = Record()
    for minutes in (0, 10, 5, 7, 12):
        record.add(minutes, EntryKind.NOTE, "x")
    assert out_of_order(record.moments) == {3: 2, 4: 2}


def test_thirty_minutes_of_silence_are_a_gap() -> None:
    record = Record()
    for minutes in (0, 30, 60.5, 200, 400):
        record.add(minutes, EntryKind.NOTE, "x")
    assert [(gap.before.seq, gap.after.seq) for gap in gaps(record.moments)] == [(2, 3), (3, 4), (4, 5)]


def test_a_quarter_of_a_short_incident_is_a_gap_but_a_minute_is_none() -> None:
    record = Record()
    for minutes in (0, 1, 2, 10, 12):
        record.add(minutes, EntryKind.NOTE, "x")
    assert [(gap.before.seq, gap.after.seq) for gap in gaps(record.moments)] == [(3, 4)]
    assert gaps(record.moments[:3]) == []


def test_a_time_known_to_the_minute_shows_no_seconds() -> None:
    assert stamp(START, Precision.MINUTE) == "2026-11-23 23:41 UTC"
    assert stamp(START) == "2026-11-23 23:41:05 UTC"
