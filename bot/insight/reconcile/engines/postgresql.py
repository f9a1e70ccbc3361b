"""PostgreSQL: both copies, and the base, are tables of one database, and stay there. Only what differs leaves it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pyarrow as pa

from bot.insight.reconcile.columns import Column
from bot.insight.reconcile.databases.postgresql import PostgreSQL
from bot.insight.reconcile.engines.engine import Capabilities
from bot.insight.reconcile.places import Kind, Place, ReconcileError
from bot.insight.reconcile.sql import identifier, literal

IN_ONE_BATCH = 20_000  # rows
_SCHEMA = """
SELECT nspname FROM unnest(current_schemas(false)) WITH ORDINALITY AS path (nspname, place)
JOIN pg_namespace USING (nspname) JOIN pg_class ON relnamespace = pg_namespace.oid AND relname = {name}
ORDER BY place LIMIT 1
"""
# The columns of each unique index that holds for every row and has no Null. A parent's holds for none of its children.
_UNIQUE = """
SELECT array_agg(attname::text) FROM pg_index
JOIN pg_class ON pg_class.oid = indrelid AND (relkind = 'p' OR NOT relhassubclass)
JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY ((indkey::int2[])[0:indnkeyatts - 1])
WHERE indrelid = {table}::regclass AND indisunique AND indisvalid AND indimmediate
  AND indpred IS NULL AND indexprs IS NULL
GROUP BY indexrelid HAVING bool_and(attnotnull)
"""


class OnPostgreSQL:
    """One transaction that sees one moment. It keeps temporary tables, so the server must not be a replica."""

    dialect = "postgres"
    capabilities = Capabilities(
        # 64 bits of the row as text; the text of a row is the same for the same values.
        row_hash="hashtextextended(CAST(ROW({values}) AS TEXT), 0)",
        bucket="{values} >> 48",
        binary_text='({values}) COLLATE "C"',
        joins_pairs=True,  # each in the order of an index; of three, two have to be hashed
    )

    def __init__(self) -> None:
        self._database: PostgreSQL | None = None
        self._address = ""
        self._tables: dict[str, str] = {}

    def open(self, name: str, place: Place) -> tuple[Column, ...]:
        if place.kind is not Kind.POSTGRESQL or self._address not in ("", place.address):
            raise ReconcileError(
                f"{place} is not in the same PostgreSQL database as the others. Restore it there under another name, "
                "such as #before.orders, or leave out --engine."
            )
        if self._database is None:
            self._database, self._address = PostgreSQL(place), place.address
            self._database.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
            self._database.run("SET LOCAL random_page_cost = 1.1")  # or an index in order is thought to be dear
        table = self._found(place)
        columns = self._database.columns_of(table)
        self._tables[name] = identifier(*table.table_parts)
        self._answer(f"CREATE TEMP VIEW {identifier(name)} AS SELECT * FROM {self._tables[name]}")
        return columns

    def _found(self, place: Place) -> Place:
        """Return a place with its schema: without one, a table that is called as a view of ours would be the view."""
        if len(place.table_parts) > 1:
            return place
        found = self._answer(_SCHEMA.format(name=literal(place.table_parts[0]))).fetchone()
        if found is None:
            raise ReconcileError(f"{place}: there is no table {place.table_parts[0]}.")
        return replace(place, table=f"{found[0]}.{place.table_parts[0]}")

    def is_key(self, name: str, columns: Sequence[str]) -> bool:
        found = self._answer(_UNIQUE.format(table=literal(self._tables[name]))).fetchall()
        return any(set(names) == set(columns) for (names,) in found)

    def run(self, query: str) -> Iterator[pa.RecordBatch]:
        assert self._database
        try:
            for names, rows in self._database.streamed(query, IN_ONE_BATCH):
                columns = [pa.array(values) for values in zip(*rows, strict=True)]
                yield pa.RecordBatch.from_arrays(columns, names=names)
        except psycopg.Error as error:
            raise self._database.refusal(error) from None

    def keep(self, name: str, query: str) -> None:
        self._answer(f"CREATE TEMP TABLE {identifier(name)} AS {query}")
        self._answer(f"ANALYZE {identifier(name)}")

    def _answer(self, query: str) -> Any:
        assert self._database
        try:
            return self._database.run(query)
        except psycopg.Error as error:
            raise self._database.refusal(error) from None

    def close(self) -> None:
        if self._database is not None:
            self._database.__exit__()
