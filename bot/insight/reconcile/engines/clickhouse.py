"""ClickHouse, in this process through chdb. Install it beside firstfive: pip install chdb."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
from chdb.session import Session

from bot.insight.reconcile.columns import Column, column
from bot.insight.reconcile.engines.engine import Capabilities
from bot.insight.reconcile.places import Kind, Place, ReconcileError
from bot.insight.reconcile.sql import identifier, literal

_FORMATS = {Kind.PARQUET: "Parquet", Kind.CSV: "CSVWithNames", Kind.JSON_LINES: "JSONEachRow"}
_SETTINGS = {
    "join_use_nulls": 1,  # without it a missing row is zeros and empty text, and looks like a conflict
    "session_timezone": "'UTC'",
    "output_format_arrow_string_as_string": 1,
    "schema_inference_make_columns_nullable": 1,
}


class ClickHouse:
    """Files on this machine."""

    dialect = "clickhouse"
    capabilities = Capabilities(
        row_hash="sipHash64(tuple({values}))", bucket="bitShiftRight({values}, 48)", nan_equals_nan=False
    )

    def __init__(self) -> None:
        self._session = Session()
        for name, value in _SETTINGS.items():
            self._ask(f"SET {name} = {value}")

    def open(self, name: str, place: Place) -> tuple[Column, ...]:
        if place.kind not in _FORMATS:
            raise ReconcileError(
                f"{place} is not read by ClickHouse here. Leave out --engine, or export it to Parquet."
            )
        source = f"file({literal(str(place.path.resolve()))}, {_FORMATS[place.kind]})"
        self._ask(f"CREATE DATABASE IF NOT EXISTS {_DATABASE}")
        self._ask(f"USE {_DATABASE}")
        self._ask(f"CREATE OR REPLACE VIEW {identifier(name)} AS SELECT * FROM {source}")
        described = [row for batch in self.run(f"DESCRIBE TABLE {identifier(name)}") for row in batch.to_pylist()]
        return tuple(_column(row["name"], row["type"]) for row in described)

    def is_key(self, name: str, columns: Sequence[str]) -> bool:  # noqa: ARG002 - files promise nothing
        return False

    def run(self, query: str) -> Iterator[pa.RecordBatch]:
        answer = self._ask(query, "ArrowStream")
        if answer:
            with pa.ipc.open_stream(answer) as reader:
                yield from reader

    def keep(self, name: str, query: str) -> None:
        self._ask(f"CREATE OR REPLACE TABLE {identifier(name)} ENGINE = Memory AS {query}")

    def _ask(self, query: str, form: str = "CSV") -> bytes:
        try:
            answer: bytes = self._session.query(query, form).bytes()
        except RuntimeError as error:  # chdb has no kinds of error
            raise ReconcileError(f"ClickHouse: {str(error).splitlines()[0]}") from None
        return answer

    def close(self) -> None:
        self._session.close()


_DATABASE = "reconcile"


def _column(name: str, native: str) -> Column:
    plain = native.removeprefix("Nullable(").removesuffix(")") if native.startswith("Nullable(") else native
    if plain.startswith("DateTime"):
        return Column(name, "TIMESTAMPTZ" if "'" in plain else "TIMESTAMP")
    return column(name, plain, "clickhouse")
