"""Invariants: what every merged row must fulfil, as SQL predicates over it. One that is Null counts as fulfilled."""

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from bot.core.marked_yaml import BrokenFileError, Problem
from bot.core.merge import Decision
from bot.core.policies import Policy
from bot.insight.reconcile.queries import Table
from bot.insight.reconcile.sql import identifier


class Invariants:
    """Checks decided rows. Predicates are DuckDB's SQL on whatever engine the tables were compared."""

    def __init__(self, policy: Policy, table: Table) -> None:
        self._predicates: Mapping[str, str] = policy.invariants
        self._columns = (*table.key, *table.rest)
        if not self._predicates:
            return
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute("SET TimeZone = 'UTC'")
        # Predicates come from a file: they look at rows, and at nothing else on this machine.
        self._connection.execute("SET enable_external_access = false")
        listed = ", ".join(f"{identifier(one.name)} {one.type}" for one in self._columns)
        self._connection.execute(f"CREATE TABLE merged ({listed}, position_of_row BIGINT)")
        problems = [problem for name in self._predicates if (problem := self._problem(policy, name))]
        if problems:
            raise BrokenFileError(problems)

    def _problem(self, policy: Policy, name: str) -> Problem | None:
        try:
            self._connection.execute(self._query(name))
        except duckdb.Error as error:
            place = policy.places[f"invariant {name}"]
            said = str(error).splitlines()[0]
            return Problem(policy.source, *place, f"the invariant `{name}` is not a condition on a row: {said}")
        return None

    def _query(self, name: str) -> str:
        return f"SELECT position_of_row FROM merged WHERE NOT coalesce(({self._predicates[name]}), TRUE)"

    def checked(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Return *decisions*, those that break an invariant sent to review."""
        if not self._predicates:
            return list(decisions)
        rows = [
            (number, one.result) for number, one in enumerate(decisions) if one.result is not None and not one.review
        ]
        if not rows:
            return list(decisions)
        arriving = pa.table(
            {one.name: pa.array([row[one.name] for _, row in rows]) for one in self._columns}
            | {"position_of_row": pa.array([number for number, _ in rows])}
        )
        self._connection.register("arriving", arriving)
        self._connection.execute("DELETE FROM merged")
        self._connection.execute("INSERT INTO merged FROM arriving")
        self._connection.unregister("arriving")
        found = list(decisions)
        for name, predicate in self._predicates.items():
            for (number,) in self._connection.execute(self._query(name)).fetchall():
                found[number] = found[number].sent_to_review(f"invariant: {name}", f"the merged row breaks {predicate}")
        return found

    def close(self) -> None:
        """Forget the rows."""
        if self._predicates:
            self._connection.close()
