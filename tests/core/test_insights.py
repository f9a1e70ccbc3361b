"""What insights say: nothing of fewer than five, nothing that the numbers do not say, and hours as people live them."""

import csv
import json
import re
import statistics
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.axis import log_axis
from bot.core.insights import DAYS, Seen, load_panel
from bot.core.marks import Mark, Point, durations
from bot.core.measures import MARKS, QUARTER, length
from bot.core.panels import Subject, Taken
from bot.core.periods import Periods, months_back
from bot.core.plots import Group, lengths_plot
from bot.core.sheet import sheet
from bot.core.spread import spread
from bot.core.teams import Team
from bot.core.workdays import Calendar
from store.types import Precision, Severity

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
SECONDS = st.integers(0, 10**8)


@given(st.lists(SECONDS, max_size=60))
def test_a_spread_is_what_the_standard_library_says_and_there_is_none_of_fewer_than_five(values: list[int]) -> None:
    found = spread(values)
    if len(values) < 5:
        assert found is None
        return
    assert found is not None
    quarters, tenths = (statistics.quantiles(values, n=n, method="inclusive") for n in (4, 10))
    assert (found.n, found.low, found.high) == (len(values), min(values), max(values))
    told = (found.q1, found.median, found.q3, found.p90)
    assert told == pytest.approx((*quarters, tenths[-1]))
    assert found.median == pytest.approx(statistics.median(values))


@given(st.dictionaries(st.sampled_from(Mark), st.tuples(st.integers(-(10**6), 10**6), st.sampled_from(Precision))))
def test_insights_measure_as_a_postmortem_does(reached: dict[Mark, tuple[int, Precision]]) -> None:
    marks = {m: Point(NOON + timedelta(seconds=reached[m][0]), 1, reached[m][1]) for m in Mark if m in reached}
    offsets = [reached[mark][0] if mark in reached else None for mark in MARKS]
    loose = [mark for mark, point in marks.items() if not point.sure]
    told = {each.name: (each.length.total_seconds(), each.sure) for each in durations(marks)}
    for name in ("Time to detect", "Time to acknowledge", "Time to mitigate", "Time to resolve"):
        found = length(name, offsets, loose)
        assert (found.seconds is None) == (name not in told) == bool(found.missing)
        if found.seconds is not None:
            seconds, sure = told[name]
            assert found.seconds == seconds
            # Of two beginnings at the same second, one of them known roughly, either may be taken.
            assert found.sure == sure or len(set(offsets) - {None}) < len([at for at in offsets if at is not None])


@given(st.lists(st.lists(SECONDS, min_size=1, max_size=120), min_size=1, max_size=4))
def test_a_plot_draws_every_value_or_counts_it_and_says_how_many_there_are(groups: list[list[int]]) -> None:
    of = Subject("INC-1", Severity.SEV1, Team("everyone", "incidents"), "", NOON)
    named = [Group(f"<{n}>", [Taken(of, s) for s in values]) for n, values in enumerate(groups)]
    drawn = lengths_plot("plot", 'A "plot" <of> things', named)
    rows = re.split(r'class="name"', drawn)[1:]
    assert "<of>" not in drawn
    for row, values in zip(rows, groups, strict=True):
        dots, bins, boxes = (len(re.findall(f'class="{kind}', row)) for kind in ("dot", "bin", "box"))
        assert dots == (len(values) if len(values) <= 80 else 0)
        assert bool(bins) == (len(values) > 80)
        assert boxes == (len(values) >= 5)
        few = f"n = {len(values)}, too few for a median" in row
        assert few == (len(values) < 5)
        assert ("median" in row.replace("too few for a median", "")) == (not few)


@given(st.lists(SECONDS, min_size=1), SECONDS, SECONDS)
def test_an_axis_keeps_the_order_and_stays_inside(values: list[int], one: int, other: int) -> None:
    axis = log_axis(values, 10, 400)
    assert (axis.x(one) <= axis.x(other)) or one > other
    assert all(10 <= axis.x(value) <= 400.001 for value in (*values, one, other))
    assert [place for place, _ in axis.ticks()] == sorted(place for place, _ in axis.ticks())


@given(st.text())
def test_a_sheet_says_what_it_was_given_and_a_spreadsheet_runs_none_of_it(text: str) -> None:
    [_, (cell, number)] = list(csv.reader(StringIO(sheet(("text", "number"), [(text, -4)]), newline="")))
    assert cell in (text, f"'{text}")
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert number == "-4"


def test_hours_are_those_of_the_person_or_else_of_the_team_on_days_of_any_length() -> None:
    """When Madrid's clocks jump from 2:00 to 3:00, and in Nepal, whose zone is ahead by three quarters of an hour."""
    madrid, nepal = ZoneInfo("Europe/Madrid"), ZoneInfo("Asia/Kathmandu")
    team = Team("payments", "payments", Calendar(madrid))
    jump = datetime(2026, 3, 29, 0, 45, tzinfo=UTC)  # a Sunday, 1:45 in Madrid
    quarter = int(jump.timestamp()) // QUARTER
    acts = json.dumps({"ana": [quarter, quarter + 1], "bo": [quarter]})
    seen = [Seen(Subject("INC-1", Severity.SEV1, team, "", jump), live=False, measured=True, acts=acts)] * 5
    panel = load_panel(seen, {"bo": nepal})
    counts = {(day, row[0]): row[1 + DAYS.index(day)] for row in panel.rows for day in DAYS}
    assert {hour: count for hour, count in counts.items() if count} == {
        ("Sun", "01:00"): 5,
        ("Sun", "03:00"): 5,
        ("Sun", "06:00"): 5,
    }
    assert "4 of 4 hours (100%) fell outside" in panel.said[1]
    few = load_panel(seen[:4], {})
    assert few.said[1] == "n = 4 incidents, too few for a share."


@pytest.mark.parametrize(("months", "names"), [(3, 3), (12, 12), (24, 9), (120, 12)])
def test_periods_hold_every_moment_of_a_range_in_the_zone_of_its_midnights(months: int, names: int) -> None:
    zone = ZoneInfo("Pacific/Auckland")
    now = datetime(2026, 2, 28, 12, tzinfo=UTC)  # already March there
    first = months_back(now, months, zone)
    periods = Periods(first, now, zone)
    assert len(periods.names) == len(periods.labels) <= 13
    assert abs(len(periods.names) - names) <= 1
    assert periods.of(first) == periods.names[0]
    assert periods.of(now) == periods.names[-1]
    assert periods.of(first - timedelta(days=366)) == ""
    here = first.astimezone(zone)
    assert (here.day, here.hour) == (1, 0)
    assert date(2026, 3, 1).strftime("%Y") in periods.names[-1]
