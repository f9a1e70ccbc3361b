"""What people decided about the rows that waited for them: it goes into the patch like any other decision."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from bot.core.conflicts import Decided
from bot.core.merge import Decision
from bot.core.values import Row
from bot.insight.reconcile.columns import Column
from bot.insight.reconcile.places import ReconcileError
from bot.insight.reconcile.queries import Table
from bot.insight.reconcile.sql import literal
from store.types import Keep


class People:
    """Applies decisions by the id of the row. A row that was written since has another id, and waits again."""

    def __init__(self, decided: Mapping[str, Decided], name: str, key: tuple[str, ...], table: Table) -> None:
        self._decided, self._name, self._key = decided, name, key
        self._columns = {one.name: one for one in table.rest}
        self._connection: Any = None

    def applied(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Return *decisions*, those that a person took as they took them."""
        if not self._decided:
            return list(decisions)
        return [self._one(decision) if decision.review else decision for decision in decisions]

    def _one(self, decision: Decision) -> Decision:
        told = self._decided.get(str(decision.as_json(self._name, self._key)["id"]))
        if told is None:
            return decision
        versions = decision.versions
        if told.keep is Keep.EDIT:
            row = versions.a if versions.a is not None else versions.b
            return decision.decided_by_a_person(self._edited(row or {}, told.edited), "a person wrote the row")
        row = versions.a if told.keep is Keep.A else versions.b
        return decision.decided_by_a_person(row, f"a person kept {told.keep.upper()}")

    def _edited(self, row: Row, edited: Mapping[str, str | None]) -> Row:
        if unknown := set(edited) - set(self._columns):
            raise ReconcileError(f"A decision names {min(unknown)}, which is no column that can be changed.")
        return {**row, **{name: self._value(self._columns[name], text) for name, text in edited.items()}}

    def _value(self, column: Column, text: str | None) -> Any:
        if text is None:
            return None
        if self._connection is None:
            self._connection = duckdb.connect(config={"threads": 1})
            self._connection.execute("SET TimeZone = 'UTC'; SET enable_external_access = false")
        try:
            query = f"SELECT CAST({literal(text)} AS {column.type}) AS value"
            return self._connection.sql(query).to_arrow_table().column("value")[0].as_py()
        except duckdb.Error:
            raise ReconcileError(
                f"A decision says that {column.name} is {text!r}, which is no {column.type}. Decide it again."
            ) from None

    def close(self) -> None:
        """Forget the values."""
        if self._connection is not None:
            self._connection.close()
