"""PostgreSQL, read in one read-only transaction that sees a single moment."""

from collections.abc import Iterator, Sequence
from typing import Any, Self, cast

import psycopg
from psycopg.sql import SQL

from bot.insight.reconcile.columns import WIDE_DECIMAL, Column, column
from bot.insight.reconcile.databases.database import IN_ONE_READ
from bot.insight.reconcile.places import Place, ReconcileError
from bot.insight.reconcile.sql import identifier, literal

PATIENCE = 10  # seconds to connect
_COLUMNS = """
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = {table}::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
# A replica and a server that was told to be read-only take no writes; nobody else can promise that.
_FROZEN = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"


class PostgreSQL:
    """One table of one server."""

    def __init__(self, place: Place) -> None:
        self._place = place
        try:
            self._connection = psycopg.connect(
                place.address, connect_timeout=PATIENCE, autocommit=True, options="-c TimeZone=UTC"
            )
        except psycopg.Error as error:
            raise self.refusal(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._connection.close()

    def columns(self) -> tuple[Column, ...]:
        return self.columns_of(self._place)

    def columns_of(self, place: Place) -> tuple[Column, ...]:
        """Return the columns of a table of this database."""
        try:
            found = self.run(_COLUMNS.format(table=literal(identifier(*place.table_parts)))).fetchall()
        except psycopg.Error as error:
            raise self.refusal(error) from None
        return tuple(column(name, native, "postgres") for name, native in found)

    def rows(self, columns: Sequence[Column]) -> Iterator[list[tuple[Any, ...]]]:
        chosen = ", ".join(_as_canonical(one) for one in columns)
        try:
            self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for _, rows in self.streamed(f"SELECT {chosen} FROM {identifier(*self._place.table_parts)}", IN_ONE_READ):
                yield rows
            self.run("COMMIT")
        except psycopg.Error as error:
            raise self.refusal(error) from None

    def streamed(self, query: str, size: int) -> Iterator[tuple[list[str], list[tuple[Any, ...]]]]:
        """Yield the names of the columns and some rows, at most *size*; nothing when there are none."""
        with self._connection.cursor("firstfive_reconcile") as cursor:
            cursor.execute(SQL(cast(Any, query)))
            names = [described.name for described in cursor.description or ()]
            while rows := cursor.fetchmany(size):
                yield names, rows

    def run(self, query: str) -> psycopg.Cursor[Any]:
        """Run one query and return its cursor."""
        return self._connection.execute(cast(Any, query))

    def takes_writes(self) -> bool:
        frozen = self.run(_FROZEN).fetchone()
        return not (frozen and frozen[0])

    def execute(self, script: str) -> None:
        try:
            self.run(script)
        except psycopg.Error as error:
            if not self._connection.closed:
                self.run("ROLLBACK")
            raise self.refusal(error) from None

    def refusal(self, error: psycopg.Error) -> ReconcileError:
        """Return what went wrong as a sentence."""
        return ReconcileError(f"{self._place}: {str(error).strip().splitlines()[0]}")


def _as_canonical(one: Column) -> str:
    """Return a column as it is compared: what only PostgreSQL knows as text, a number without end to 12 decimals."""
    name = identifier(one.name)
    if one.opaque:
        return f"{name}::text"
    return f"{name}::numeric(38,12)" if one.type == WIDE_DECIMAL else name
