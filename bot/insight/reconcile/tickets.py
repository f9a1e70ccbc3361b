"""Tickets: the rows that wait for people, with whom they are about, what is at stake, and a suggestion."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import pyarrow as pa

from bot.core.conflicts import Bundle, Conflict, bundled, suggested
from bot.core.marked_yaml import BrokenFileError, Problem
from bot.core.merge import Decision
from bot.core.policies import CUSTOMER, Policy
from bot.core.values import Row, plain
from bot.insight.reconcile.databases.asking import asked
from bot.insight.reconcile.databases.table import DIALECTS
from bot.insight.reconcile.patches import value_sql
from bot.insight.reconcile.places import Place
from bot.insight.reconcile.queries import Table
from bot.insight.reconcile.sql import identifier


@dataclass(slots=True)
class Waiting:
    """The decisions that people have to take. Nothing is kept while nobody wants tickets."""

    wanted: bool = False
    decisions: list[Decision] = field(default_factory=list)
    table: Table | None = None

    def add(self, decisions: Iterable[Decision]) -> None:
        """Keep those of *decisions* that wait for a person."""
        if self.wanted:
            self.decisions += [decision for decision in decisions if decision.review]


def bundles(waiting: Waiting, policy: Policy, name: str, key: tuple[str, ...], sides: dict[str, Place]) -> list[Bundle]:
    """Return what waits, in bundles, each with what is at stake for its customer."""
    table, rules = waiting.table, policy.tickets
    if table is None or not waiting.decisions:
        return []
    rows = [_row(decision) for decision in waiting.decisions]
    important = _matching(policy, rules.important, rows, table) if rules.important else set()
    latest = [column for column, rule in policy.columns.items() if rule.name == "max"]
    clocks = [*sorted(policy.clocks), *latest, *(one.name for one in table.rest if one.type.startswith("TIMESTAMP"))]
    conflicts = []
    for number, decision in enumerate(waiting.decisions):
        told = decision.as_json(name, key)
        keep, because = suggested(told, clocks)
        customer = rows[number].get(rules.customer) if rules.customer else None
        whose = "" if customer is None else str(plain(customer))
        about = (whose, None, number in important, keep, because)
        conflicts.append(Conflict(told["id"], name, decision.rules, told, *about))
    typed = {str(plain(row[rules.customer])): row[rules.customer] for row in rows} if rules.customer else {}
    return [_with_impact(bundle, policy, table, typed, sides) for bundle in bundled(conflicts)]


def _row(decision: Decision) -> Row:
    versions = decision.versions
    found = versions.a if versions.a is not None else versions.b
    assert found is not None
    return found


def _with_impact(
    bundle: Bundle, policy: Policy, table: Table, typed: dict[str, Any], sides: dict[str, Place]
) -> Bundle:
    rules = policy.tickets
    if not rules.impact or not bundle.customer:
        return bundle
    place = sides[rules.impact_on]
    column = next(one for one in (*table.key, *table.rest) if one.name == rules.customer)
    name = value_sql(typed[bundle.customer], column, DIALECTS.get(place.kind, "duckdb"))
    found = asked(place, rules.impact.replace(CUSTOMER, name))
    impact = {column: plain(value) for column, value in found[0].items()} if found else {}
    return replace(bundle, conflicts=tuple(replace(one, impact=impact) for one in bundle.conflicts))


def _matching(policy: Policy, predicate: str, rows: Sequence[Row], table: Table) -> set[int]:
    """Return which rows fulfil a predicate, in DuckDB's SQL."""
    columns = (*table.key, *table.rest)
    with closing(duckdb.connect(config={"threads": 1})) as connection:
        connection.execute("SET TimeZone = 'UTC'; SET enable_external_access = false")
        listed = ", ".join(f"{identifier(one.name)} {one.type}" for one in columns)
        connection.execute(f"CREATE TABLE waiting ({listed}, position_of_row BIGINT)")
        arriving = pa.table(
            {one.name: pa.array([row[one.name] for row in rows]) for one in columns}
            | {"position_of_row": pa.array(range(len(rows)))}
        )
        connection.register("arriving", arriving)
        connection.execute("INSERT INTO waiting FROM arriving")
        try:
            found = connection.execute(f"SELECT position_of_row FROM waiting WHERE ({predicate})").fetchall()
        except duckdb.Error as error:
            place, said = policy.places["tickets important"], str(error).splitlines()[0]
            raise BrokenFileError([Problem(policy.source, *place, f"`important` is no condition: {said}")]) from None
    return {number for (number,) in found}
