"""Checklists: what they are, how one is read from its YAML file, when one starts and when its steps are due."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import yaml

from bot.core.marked_yaml import BrokenFileError, Reading, compose
from store.types import Severity

MOST_STEPS = 30  # Slack allows 50 blocks in a message
MOST_ROWS = 30
MOST_COLUMNS = 5
TITLE = 60  # characters
TEXT = 120  # characters; ours stay under 60, two lines on a phone
PROSE = 300  # characters of a hint, a reason or a table cell
MONTH = 43_200  # minutes in 30 days: the longest a step may take, or a checklist wait

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID_RULE = "Use lower-case letters, digits and single hyphens, such as `blast-radius`."
_ROLE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_ROLE_RULE = "Use lower-case letters, digits and underscores, such as `incident_commander`."


class Moment(StrEnum):
    """What in an incident's life starts a checklist."""

    INCIDENT_OPENED = "incident_opened"
    INCIDENT_RESOLVED = "incident_resolved"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class After:
    """Starts when *checklist* is done, or *or_minutes* after that one started if this comes sooner."""

    checklist: str
    or_minutes: int | None = None


@dataclass(frozen=True)
class Finished:
    """The event that every step of *checklist* has an outcome."""

    checklist: str


@dataclass(frozen=True)
class Step:
    """One question to answer or thing to do. `id` is what outcomes are stored under: it never changes its meaning.

    `by_minute` counts from the start of the checklist. A step without a `role` is for whoever is there. `probe` names
    something that will look the answer up; nothing reads it yet.
    """

    id: str
    text: str
    why: str
    hint: str | None = None
    by_minute: int | None = None
    role: str | None = None
    probe: str | None = None


@dataclass(frozen=True)
class LookupTable:
    """What a responder finds a symptom in. Every row has one cell for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Checklist:
    """Steps to walk through together, in order. Without `severities` it is for incidents of every severity."""

    id: str
    title: str
    starts: Moment | After
    steps: tuple[Step, ...]
    severities: frozenset[Severity] = field(default_factory=frozenset)
    table: LookupTable | None = None

    def is_for(self, severity: Severity) -> bool:
        """Whether it starts by itself in an incident of this severity. By hand, every checklist starts in any."""
        return not self.severities or severity in self.severities

    def starts_on(self, event: Moment | Finished) -> bool:
        """Whether *event* is what it waits for."""
        return event == (Finished(self.starts.checklist) if isinstance(self.starts, After) else self.starts)


# When they start, and when a step is due


def starting_on(event: Moment | Finished, checklists: Iterable[Checklist], severity: Severity) -> list[Checklist]:
    """Return the checklists that *event* starts by itself. That one may run already is for the caller to know."""
    return [checklist for checklist in checklists if checklist.starts_on(event) and checklist.is_for(severity)]


def due_at(step: Step, started_at: datetime) -> datetime | None:
    """Return when *step* is due in a checklist that started at *started_at*; None when it has all the time it needs."""
    return None if step.by_minute is None else started_at + timedelta(minutes=step.by_minute)


# A running checklist keeps the definition it started with


def to_snapshot(checklist: Checklist) -> dict[str, Any]:
    """Return the checklist as JSON values, in the shape its file has."""
    starts, table = checklist.starts, checklist.table
    return _without_none(
        {
            "id": checklist.id,
            "title": checklist.title,
            "starts": str(starts)
            if isinstance(starts, Moment)
            else _without_none({"after": starts.checklist, "or_minutes": starts.or_minutes}),
            "severities": sorted(str(severity) for severity in checklist.severities) or None,
            "table": {"columns": list(table.columns), "rows": [list(row) for row in table.rows]} if table else None,
            "steps": [_without_none(asdict(step)) for step in checklist.steps],
        }
    )


def from_snapshot(snapshot: dict[str, Any]) -> Checklist:
    """Return the checklist that `to_snapshot` was given."""
    starts, table = snapshot["starts"], snapshot.get("table")
    return Checklist(
        id=snapshot["id"],
        title=snapshot["title"],
        starts=Moment(starts) if isinstance(starts, str) else After(starts["after"], starts.get("or_minutes")),
        steps=tuple(Step(**step) for step in snapshot["steps"]),
        severities=frozenset(Severity(severity) for severity in snapshot.get("severities", ())),
        table=LookupTable(tuple(table["columns"]), tuple(tuple(row) for row in table["rows"])) if table else None,
    )


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


# Reading a file

_CHECKLIST_KEYS = {  # with what to write when one is missing; None: it may be left out
    "id": "Add a name that stays, such as `id: database-failover`.",
    "title": "Add what people see, such as `title: Database failover`.",
    "starts": "Add when it starts: `starts: by_hand`, `incident_opened` or `incident_resolved`.",
    "severities": None,
    "table": None,
    "steps": "Add at least one, under `steps:`.",
}
_STEP_KEYS = {
    "id": "Add a name that stays, such as `id: blast-radius`.",
    "text": "Add the question or the thing to do, such as `text: Who is affected`.",
    "hint": None,
    "why": "Add one sentence on why it matters, such as `why: It decides whom to wake`.",
    "by_minute": None,
    "role": None,
    "probe": None,
}
_AFTER_KEYS = {"after": "Add the id of the checklist it follows.", "or_minutes": None}
_TABLE_KEYS = {"columns": "Add the names of its columns.", "rows": "Add at least one row."}


def parse(text: str, source: str) -> Checklist:
    """Return the checklist written in *text*, the file *source*; raise BrokenFileError with every problem in it."""
    reading = Reading(source)
    checklist = _checklist(reading, compose(text, source))
    if checklist is None or reading.problems:
        raise BrokenFileError(reading.problems)
    return checklist


def _checklist(reading: Reading, node: yaml.Node) -> Checklist | None:
    found = reading.mapping(node, "the checklist", _CHECKLIST_KEYS)
    id_ = reading.matching(found.get("id"), "the checklist's `id`", _ID, _ID_RULE)
    title = reading.text(found.get("title"), "the checklist's `title`", TITLE)
    starts = _starts(reading, found.get("starts"))
    severities = [
        reading.word(severity, "a severity", Severity)
        for severity in reading.items(found.get("severities"), "`severities`", len(Severity))
    ]
    table = _table(reading, found.get("table"))
    steps = _steps(reading, reading.items(found.get("steps"), "`steps`", MOST_STEPS))
    if id_ is None or title is None or starts is None:
        return None
    return Checklist(id_, title, starts, steps, frozenset(filter(None, severities)), table)


def _starts(reading: Reading, node: yaml.Node | None) -> Moment | After | None:
    if not isinstance(node, yaml.MappingNode):
        return reading.word(node, "`starts`", Moment)
    found = reading.mapping(node, "`starts`", _AFTER_KEYS)
    checklist = reading.matching(found.get("after"), "`after`", _ID, _ID_RULE)
    or_minutes = reading.whole_number(found.get("or_minutes"), "`or_minutes`", MONTH)
    return None if checklist is None else After(checklist, or_minutes)


def _steps(reading: Reading, nodes: list[yaml.Node]) -> tuple[Step, ...]:
    steps: dict[str, Step] = {}
    for number, node in enumerate(nodes, start=1):
        step = _step(reading, node, number)
        if step and step.id in steps:
            reading.wrong(node, f"step {number} has the id `{step.id}`, and so has one above. Give each its own.")
        elif step:
            steps[step.id] = step
    return tuple(steps.values())


def _step(reading: Reading, node: yaml.Node, number: int) -> Step | None:
    what = _name(node, number)
    found = reading.mapping(node, what, _STEP_KEYS)
    id_ = reading.matching(found.get("id"), f"the `id` of {what}", _ID, _ID_RULE)
    text = reading.text(found.get("text"), f"the `text` of {what}", TEXT)
    why = reading.text(found.get("why"), f"the `why` of {what}", PROSE)
    hint = reading.text(found.get("hint"), f"the `hint` of {what}", PROSE)
    by_minute = reading.whole_number(found.get("by_minute"), f"`by_minute` of {what}", MONTH)
    role = reading.matching(found.get("role"), f"the `role` of {what}", _ROLE, _ROLE_RULE)
    probe = reading.matching(found.get("probe"), f"the `probe` of {what}", _ID, _ID_RULE)
    if id_ is None or text is None or why is None:
        return None
    return Step(id_, text, why, hint, by_minute, role, probe)


def _name(step: yaml.Node, number: int) -> str:
    """How a problem speaks of a step: by its id where it has a good one, else by its place."""
    pairs = step.value if isinstance(step, yaml.MappingNode) else []
    ids = [value.value for key, value in pairs if key.value == "id" and isinstance(value, yaml.ScalarNode)]
    return f"step '{ids[0]}'" if ids and _ID.fullmatch(ids[0]) else f"step {number}"


def _table(reading: Reading, node: yaml.Node | None) -> LookupTable | None:
    if node is None:
        return None
    found = reading.mapping(node, "`table`", _TABLE_KEYS)
    columns = _cells(reading, found.get("columns"), "`columns`")
    rows = []
    for number, row in enumerate(reading.items(found.get("rows"), "`rows`", MOST_ROWS), start=1):
        cells = _cells(reading, row, f"row {number}")
        if len(cells) != len(columns):
            reading.wrong(row, f"row {number} has {len(cells)} cells for {len(columns)} columns. Give it one for each.")
        rows.append(cells)
    return LookupTable(columns, tuple(rows))


def _cells(reading: Reading, node: yaml.Node | None, what: str) -> tuple[str, ...]:
    cells = reading.items(node, what, MOST_COLUMNS)
    return tuple(reading.text(cell, f"a cell of {what}", PROSE) or "" for cell in cells)
