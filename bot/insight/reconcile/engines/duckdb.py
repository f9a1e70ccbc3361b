"""DuckDB: on this machine, in this process. Files are read where they lie; databases are copied."""

import tempfile
from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from bot.insight.reconcile.columns import Column, column
from bot.insight.reconcile.databases.table import DATABASES
from bot.insight.reconcile.engines.engine import Capabilities
from bot.insight.reconcile.places import Kind, Place, ReconcileError
from bot.insight.reconcile.sql import identifier, literal

IN_ONE_BATCH = 61_440  # rows; half of a row group, as DuckDB and most others write them

_READERS = {
    Kind.PARQUET: "read_parquet({path})",
    Kind.CSV: "read_csv({path}, sample_size=-1, allow_quoted_nulls=false)",
    Kind.JSON_LINES: "read_json({path}, format='newline_delimited', sample_size=-1)",
}


_ARRIVING = {"HUGEINT": pa.decimal128(38)}  # Arrow has no whole numbers of more than 64 bits


class DuckDB:
    """The engine that needs nothing else. It spills to disk when memory is short."""

    dialect = "duckdb"
    capabilities = Capabilities(row_hash="hash({values})", bucket="CAST({values} >> 48 AS USMALLINT)", keeps_order=True)

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="firstfive-reconcile-")
        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute("SET temp_directory = ?", [self._folder.name])
        self._connection.execute("SET parquet_metadata_cache = true")
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute("SET perfect_ht_threshold = 17")  # an array instead of a hash table for all buckets

    def open(self, name: str, place: Place) -> tuple[Column, ...]:
        try:
            if place.kind in _READERS:
                path = literal(place.address)
                self._connection.execute(f'CREATE VIEW "{name}" AS FROM {_READERS[place.kind].format(path=path)}')
            elif place.kind is Kind.DUCKDB:
                self._connection.execute(f'ATTACH {literal(place.address)} AS "at_{name}" (READ_ONLY)')
                parts = identifier(f"at_{name}", *place.table_parts)
                self._connection.execute(f'CREATE VIEW "{name}" AS FROM {parts}')
            else:
                return self._copied(name, place)
            described = self._connection.execute(f'DESCRIBE "{name}"').fetchall()
        except duckdb.Error as error:
            raise ReconcileError(f"{place} cannot be read: {str(error).splitlines()[0]}") from None
        return tuple(column(row[0], row[1], "duckdb") for row in described)

    def _copied(self, name: str, place: Place) -> tuple[Column, ...]:
        with DATABASES[place.kind](place) as database:
            columns = database.columns()
            listed = ", ".join(f"{identifier(one.name)} {one.type}" for one in columns)
            self._connection.execute(f'CREATE TABLE "{name}" ({listed})')
            for rows in database.rows(columns):
                try:
                    read = zip(zip(*rows, strict=True), columns, strict=True)
                    arrow = [pa.array(values, _ARRIVING.get(one.type)) for values, one in read]
                    self._connection.register("arriving", pa.table(arrow, names=[one.name for one in columns]))
                    self._connection.execute(f'INSERT INTO "{name}" FROM arriving')
                except (duckdb.Error, pa.ArrowException) as error:
                    raise ReconcileError(f"{place} holds what cannot be compared: {error}") from None
                self._connection.unregister("arriving")
        return columns

    def is_key(self, name: str, columns: Sequence[str]) -> bool:  # noqa: ARG002 - files promise nothing
        return False

    def run(self, query: str) -> Iterator[pa.RecordBatch]:
        with self._connection.cursor() as cursor:  # one of its own, so that others can be read beside it
            cursor.execute("SET TimeZone = 'UTC'")
            yield from cursor.sql(query).to_arrow_reader(IN_ONE_BATCH)

    def keep(self, name: str, query: str) -> None:
        self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS {query}')

    def close(self) -> None:
        self._connection.close()
        self._folder.cleanup()
