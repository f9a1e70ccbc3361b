"""Insights: what many incidents say together. Nothing but the single values is said of fewer than five."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.measures import QUARTER, Offsets, length
from bot.core.panels import Frame, Panel, Subject, Taken, counts_panel, latest, lengths_panel
from bot.core.plots import NO_DRAWING, ranked_plot, week_plot
from bot.core.sheet import Cell
from bot.core.spread import LEAST
from bot.core.workdays import BEGINS, ENDS
from store.types import Severity

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_THEMES = 12
THURSDAY, EPOCH = 3, date(1970, 1, 1).toordinal()  # what 1970 began with
A_DAY = 96  # quarters of an hour
STARTS, STOPS = BEGINS.hour * 4, ENDS.hour * 4
_MEASURED = (
    ("detect", "Time to detect", "from the start of the impact to the first word of it"),
    ("acknowledge", "Time to acknowledge", "from the page or the declaration to the first role taken"),
    ("mitigate", "Time to mitigate", "from the first that is known of it to “monitoring”"),
    ("resolve", "Time to resolve", "from the first that is known of it to “resolved”"),
)


NOBODY = "{}"


class Seen(NamedTuple):
    """One incident as insights count it. *measured* is False while it goes on, and until the clock came to it.

    The rest is as ``bot.core.measures.Measured`` has it; ``acts`` are read when they are counted, because those of
    10,000 incidents are many.
    """

    subject: Subject
    live: bool
    measured: bool
    offsets: Offsets = ()
    loose: Collection[str] = ()
    themes: Sequence[str] = ()
    acts: str = NOBODY


def lengths_panels(seen: Sequence[Seen], frame: Frame) -> list[Panel]:
    """Return a panel for each thing that is measured from mark to mark, with what could not be measured."""
    measured = [each for each in seen if each.measured]
    panels = []
    for name, title, about in _MEASURED:
        taken, missing = list[Taken](), Counter[str]()
        for each in measured:
            took = length(title, each.offsets, each.loose)
            if took.seconds is None:
                missing[took.missing] += 1
            else:
                taken.append(Taken(each.subject, took.seconds, took.sure))
        said = [f"{count} of {len(measured)} have {why}." for why, count in missing.most_common()]
        panels.append(lengths_panel(name, title, about, taken, frame, said))
    return panels


def incidents_panel(seen: Sequence[Seen], frame: Frame) -> Panel:
    """Return how many incidents were opened when, by severity."""
    counted = Counter((each.subject.severity, frame.periods.of(each.subject.at)) for each in seen)
    there = {severity for severity, _ in counted}
    of = {each: [counted[each, name] for name in frame.periods.names] for each in Severity if each in there}
    rows = [(each.upper(), f"n = {sum(counts)}", counts) for each, counts in of.items()]
    return counts_panel("incidents", "Incidents", "by when they were opened", rows, frame)


def factors_panel(seen: Sequence[Seen]) -> Panel:
    """Return what the records of several incidents have in common."""
    found: dict[str, list[str]] = {}
    measured = [each for each in seen if each.measured]
    for each in measured:
        for theme in each.themes:
            found.setdefault(theme, []).append(each.subject.key)
    repeated = sorted((row for row in found.items() if len(row[1]) > 1), key=lambda row: (-len(row[1]), row[0]))
    shown, title = repeated[:MOST_THEMES], "Repeat contributing factors"
    said = [f"n = {len(measured)} incidents. That a record names a factor does not make it the cause."]
    said += ["None is named in more than one."] if not shown else []
    return Panel(
        name="factors",
        title=title,
        about="in how many incidents the record names them",
        plot=ranked_plot("factors", title, [(theme, len(keys)) for theme, keys in shown]) if shown else NO_DRAWING,
        said=said,
        head=("Factor", "Incidents", "The latest"),
        rows=[(theme, len(keys), latest(keys)) for theme, keys in shown],
        sheet_head=("factor", "incident"),
        sheet=lambda: ((theme, key) for theme, keys in shown for key in keys),
    )


def load_panel(seen: Sequence[Seen], zones: Mapping[str, ZoneInfo]) -> Panel:
    """Return in which hours of their own day people worked on incidents.

    *zones* map people to where they live. Others are taken to live where the incident's team does.
    """
    counts, outside = _hours(seen, zones)
    worked, incidents, title = sum(map(sum, counts)), sum(each.acts != NOBODY for each in seen), "On-call load"
    said = ["A quarter of an hour in which a person recorded something counts once, by the clock where they live."]
    if incidents < LEAST:
        said.append(f"n = {incidents} incidents, too few for a share.")
    else:
        hours = f"{outside / 4:,.0f} of {worked / 4:,.0f} hours ({outside / worked:.0%})"
        said.append(f"n = {incidents} incidents. {hours} fell outside 09:00 to 18:00 of working days.")
    cells: list[Sequence[Cell]] = (
        [(f"{hour:02}:00", *(row[hour] for row in counts)) for hour in range(24)] if worked else []
    )
    return Panel(
        name="load",
        title=title,
        about="quarter hours of work on incidents, by weekday and local hour",
        plot=week_plot("load", title, DAYS, counts, "quarter hours") if worked else NO_DRAWING,
        said=said,
        head=("Hour", *DAYS),
        rows=cells,
        sheet_head=("local hour", *DAYS),
        sheet=lambda: cells,
    )


def _hours(seen: Sequence[Seen], zones: Mapping[str, ZoneInfo]) -> tuple[list[list[int]], int]:
    """Return how many quarter hours of work lie in each hour of each weekday, and how many lie outside of work."""
    counts, outside = [[0] * 24 for _ in DAYS], 0
    offsets: dict[tuple[ZoneInfo, int], int] = {}
    for each in seen:
        calendar = each.subject.team.calendar
        for person, quarters in json.loads(each.acts).items():
            zone = zones.get(person, calendar.zone)
            for quarter in quarters:
                half = (zone, quarter // 2)  # No zone changes its clocks but at a full or a half hour of UTC.
                if (offset := offsets.get(half)) is None:
                    offset = offsets[half] = _offset(zone, quarter)
                day, rest = divmod(quarter + offset, A_DAY)
                counts[(day + THURSDAY) % 7][rest // 4] += 1
                outside += not STARTS <= rest < STOPS or calendar.off(date.fromordinal(EPOCH + day))
    return counts, outside


def _offset(zone: ZoneInfo, quarter: int) -> int:
    """Return by how many quarters of an hour a zone is ahead of UTC in one of them."""
    ahead = datetime.fromtimestamp(quarter * QUARTER, zone).utcoffset()
    return round(ahead.total_seconds()) // QUARTER if ahead else 0
