"""Policies: what a person decided beforehand about the columns of a table, read from a YAML file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, cast

import yaml

from bot.core.lifecycles import CircleError, lifecycle
from bot.core.marked_yaml import BrokenFileError, Reading, compose, nearest
from bot.core.rules import Asks, Counts, Extreme, FollowsLifecycle, LastWriteWins, Prefers, Rule, Union

MOST_COLUMNS = 500
MOST_CHAINS = 50
MOST_INVARIANTS = 50
NAME = 128  # characters of a column's name; PostgreSQL stops at 63, MySQL at 64, others later
PREDICATE = 1_000  # characters of an invariant

_WORDS: dict[str, Rule] = {
    "counter": Counts(),
    "max": Extreme("max"),
    "min": Extreme("min"),
    "union": Union(),
    "immutable": Asks("immutable"),
    "manual": Asks("manual"),
}
_RULES = (*_WORDS, "lifecycle", "last_write_wins", "prefer")
_GAP = re.compile(r"([0-9]{1,6})(ms|s|m|h)")
_GAP_RULE = "Write a number with its unit: `min_gap: 500ms`, `5s`, `2m` or `1h`."
_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours"}
_KEYS = {"columns": None, "rows": None, "invariants": None, "tickets": None}
_TICKET_KEYS = {"customer": None, "important": None, "impact": None, "impact_on": None}
QUERY = 5_000  # characters of the query for a customer's impact
CUSTOMER = "{customer}"
_RULE_KEYS = {name: None for name in ("lifecycle", "last_write_wins", "min_gap", "prefer", "union")}
_ROW_KEYS = {"last_write_wins": "Name the column with the time of the last write.", "min_gap": None}


@dataclass(frozen=True, slots=True)
class Tickets:
    """How what goes to people is put into tickets.

    ``customer`` is the column that says whom a row is about, ``important`` the SQL of rows that get a ticket of their
    own, ``impact`` the query that tells what is at stake for a customer, asked on side ``impact_on``.
    """

    customer: str = ""
    important: str = ""
    impact: str = ""
    impact_on: str = "a"


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules by column, or one rule for whole rows, and what every merged row must fulfil, as SQL by name.

    ``places`` are line and column of everything named here, for what only the tables can tell is wrong.
    """

    columns: Mapping[str, Rule] = field(default_factory=dict)
    row: LastWriteWins | None = None
    invariants: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    source: str = ""
    tickets: Tickets = Tickets()

    @property
    def clocks(self) -> frozenset[str]:
        """The columns that tell when a row was last written."""
        rules = [*self.columns.values(), *([self.row] if self.row else [])]
        return frozenset(rule.clock for rule in rules if isinstance(rule, LastWriteWins))


def parse(text: str, source: str) -> Policy:
    """Return the policy written in *text*, the file *source*; raise BrokenFileError with every problem in it."""
    reading = Reading(source)
    top = compose(text, source)
    found = reading.mapping(top, "the policy", _KEYS)
    places: dict[str, tuple[int, int]] = {}
    columns: dict[str, Rule] = {}
    for name, (key, node) in reading.entries(found.get("columns"), "`columns`", MOST_COLUMNS, NAME).items():
        places[name] = (key.start_mark.line + 1, key.start_mark.column + 1)
        rule = _rule(reading, node, f"the policy of `{name}`")
        if rule is not None:
            columns[name] = rule
    invariants: dict[str, str] = {}
    for name, (_, node) in reading.entries(found.get("invariants"), "`invariants`", MOST_INVARIANTS, NAME).items():
        places[f"invariant {name}"] = (node.start_mark.line + 1, node.start_mark.column + 1)
        invariants[name] = reading.text(node, f"the invariant `{name}`", PREDICATE) or ""
    row = _row_rule(reading, found.get("rows"))
    tickets = _tickets(reading, found.get("tickets"), places)
    if "rows" in found and "columns" in found:
        reading.wrong(found["rows"], "`rows` decides whole rows, so `columns` would never be asked. Keep one of them.")
    if reading.problems:
        raise BrokenFileError(reading.problems)
    return Policy(columns, row, invariants, places, source, tickets)


def _tickets(reading: Reading, node: yaml.Node | None, places: dict[str, tuple[int, int]]) -> Tickets:
    if node is None:
        return Tickets()
    found = reading.mapping(node, "`tickets`", _TICKET_KEYS)
    for name, each in found.items():
        places[f"tickets {name}"] = (each.start_mark.line + 1, each.start_mark.column + 1)
    impact = reading.text(found.get("impact"), "`impact` in `tickets`", QUERY) or ""
    if impact and CUSTOMER not in impact:
        reading.wrong(found["impact"], f"`impact` asks about a customer: write {CUSTOMER} where their name belongs.")
    if impact and "customer" not in found:
        reading.wrong(found["impact"], "`impact` asks about a customer. Name the column: `customer: customer_id`.")
    side = found["impact_on"].value if isinstance(found.get("impact_on"), yaml.ScalarNode) else "A"
    if side not in ("A", "B"):
        reading.wrong(found["impact_on"], "`impact_on` in `tickets` is A or B.")
    return Tickets(
        customer=reading.text(found.get("customer"), "`customer` in `tickets`", NAME) or "",
        important=reading.text(found.get("important"), "`important` in `tickets`", PREDICATE) or "",
        impact=impact,
        impact_on=side.lower(),
    )


def _rule(reading: Reading, node: yaml.Node, what: str) -> Rule | None:
    if isinstance(node, yaml.ScalarNode):
        if node.value in _WORDS:
            return _WORDS[node.value]
        reading.wrong(node, f"{what} is `{node.value[:40]}`. {nearest(node.value, _RULES)}")
        return None
    found = reading.mapping(node, what, _RULE_KEYS)
    named = [name for name in found if name != "min_gap"]
    if len(named) != 1:
        reading.wrong(node, f"{what} needs exactly one rule. Keep one of {', '.join(f'`{name}`' for name in _RULES)}.")
        return None
    (name,) = named
    if "min_gap" in found and name != "last_write_wins":
        reading.wrong(found["min_gap"], "`min_gap` belongs to `last_write_wins`. Remove it.")
    if name == "lifecycle":
        return _lifecycle(reading, found[name], what)
    if name == "prefer":
        return _prefer(reading, found[name], what)
    if name == "union":
        separator = reading.text(found[name], f"`union` in {what}", 3)
        return Union(separator) if separator else None
    return _last_write(reading, found, what)


def _row_rule(reading: Reading, node: yaml.Node | None) -> LastWriteWins | None:
    if node is None:
        return None
    return _last_write(reading, reading.mapping(node, "`rows`", _ROW_KEYS), "`rows`")


def _last_write(reading: Reading, found: Mapping[str, yaml.Node], what: str) -> LastWriteWins | None:
    clock = reading.text(found.get("last_write_wins"), f"`last_write_wins` in {what}", NAME)
    gap = reading.matching(found.get("min_gap"), f"`min_gap` in {what}", _GAP, _GAP_RULE)
    match = _GAP.fullmatch(gap) if gap else None
    length = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else timedelta()
    return LastWriteWins(clock, length) if clock else None


def _prefer(reading: Reading, node: yaml.Node, what: str) -> Prefers | None:
    side = node.value if isinstance(node, yaml.ScalarNode) else ""
    if side not in ("A", "B"):
        reading.wrong(node, f"`prefer` in {what} names no side. Write `prefer: A` or `prefer: B`.")
        return None
    return Prefers(cast(Literal["A", "B"], side))


def _lifecycle(reading: Reading, node: yaml.Node, what: str) -> FollowsLifecycle | None:
    chains = []
    for item in reading.items(node, f"`lifecycle` in {what}", MOST_CHAINS):
        text = reading.text(item, f"a line of the lifecycle in {what}", PREDICATE) or ""
        states = [state.strip() for state in text.split("<")]
        if text and (len(states) < 2 or not all(states)):
            reading.wrong(item, f"a line of the lifecycle in {what} puts states in order: `pending < paid < shipped`.")
        chains.append(states)
    try:
        return FollowsLifecycle(lifecycle(chains))
    except CircleError as error:
        reading.wrong(node, f"the lifecycle in {what} goes in a circle: {error}. Remove one of these steps.")
        return None
