"""Merging gives the answer that a join gives, however the rows of each side arrive."""

import itertools
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.insight.reconcile import queries
from bot.insight.reconcile.columns import Column
from bot.insight.reconcile.engines.duckdb import DuckDB
from bot.insight.reconcile.engines.engine import translated
from bot.insight.reconcile.merging import merged
from bot.insight.reconcile.queries import Table

SCHEMA = pa.schema([("id", pa.int64()), ("note", pa.string()), ("price", pa.float64())])
NATIVE = {"id": "BIGINT", "note": "VARCHAR", "price": "DOUBLE"}
ROWS = st.dictionaries(
    st.integers(-3, 12),
    st.tuples(st.sampled_from([None, "", "a", "é"]), st.sampled_from([None, 0.0, -0.0, 1.5, float("nan")])),
)


def table_of(sides: tuple[str, ...]) -> Table:
    columns = tuple(Column(name, type_) for name, type_ in NATIVE.items())
    return Table(columns[:1], columns[1:], dict.fromkeys(sides, NATIVE))


def in_order(rows: dict[int, tuple[Any, Any]]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(NATIVE, (key, *rows[key]), strict=True)) for key in sorted(rows)], SCHEMA)


def in_parts(read: pa.Table, cuts: list[int]) -> Iterator[pa.RecordBatch]:
    """Hand a table over in batches of any size, empty ones too."""
    edges = [0, *sorted(cut for cut in cuts if cut < read.num_rows), read.num_rows]
    for begin, end in itertools.pairwise(edges):
        part = read.slice(begin, end - begin).combine_chunks()
        yield part.to_batches()[0] if part.num_rows else pa.RecordBatch.from_pylist([], part.schema)


def as_told(batches: Iterator[pa.RecordBatch]) -> list[str]:
    return sorted(str(sorted(row.items())) for batch in batches for row in batch.to_pylist())


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@given(data=st.data(), has_base=st.booleans())
def test_merging_answers_as_a_join_does(connection: duckdb.DuckDBPyConnection, data: Any, has_base: bool) -> None:
    table = table_of(("a", "b", "base") if has_base else ("a", "b"))
    streams = {}
    with closing(DuckDB()) as engine:
        for side in table.sides:
            connection.register(side, in_order(data.draw(ROWS)))
            read = connection.sql(translated(engine, queries.everything(table, side))).to_arrow_table()
            streams[side] = in_parts(read, data.draw(st.lists(st.integers(0, 12), max_size=4)))
        joined = connection.sql(translated(engine, queries.differing(table))).to_arrow_reader(1000)
    assert as_told(batch for _, batch in merged(streams, table)) == as_told(iter(joined))
