"""PostgreSQL: both copies, and the base, are tables of one database, and stay there. Only what differs leaves it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pyarrow as pa

from bot.insight.reconcile.columns import Column
from bot.insight.reconcile.databases.postgresql import PostgreSQL
from bot.insight.reconcile.engines.engine import Capabilities
from bot.insight.reconcile.places import Kind, Place, ReconcileError
from bot.insight.reconcile.sql import identifier

IN_ONE_BATCH = 20_000  # rows


class OnPostgreSQL:
    """One transaction that sees one moment. It keeps temporary tables, so the server must not be a replica."""

    dialect = "postgres"
    capabilities = Capabilities(
        # 64 bits of the row as text; the text of a row is the same for the same values.
        row_hash="hashtextextended(CAST(ROW({values}) AS TEXT), 0)",
        bucket="{values} >> 48",
        binary_text='({values}) COLLATE "C"',
    )

    def __init__(self) -> None:
        self._database: PostgreSQL | None = None
        self._address = ""

    def open(self, name: str, place: Place) -> tuple[Column, ...]:
        if place.kind is not Kind.POSTGRESQL or self._address not in ("", place.address):
            raise ReconcileError(
                f"{place} is not in the same PostgreSQL database as the others. Restore it there under another name, "
                "such as #before.orders, or leave out --engine."
            )
        if self._database is None:
            self._database, self._address = PostgreSQL(place), place.address
            self._database.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
        columns = self._database.columns_of(place)
        self._answer(f"CREATE TEMP VIEW {identifier(name)} AS SELECT * FROM {identifier(*place.table_parts)}")
        return columns

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
