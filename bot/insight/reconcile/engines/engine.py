"""What a comparison asks of the engine that runs it. Queries are written once, in DuckDB's words, and translated."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import pyarrow as pa
from sqlglot import exp, parse_one

from bot.insight.reconcile.columns import Column
from bot.insight.reconcile.places import Place


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Where engines differ although they all speak SQL.

    ``row_hash`` is an expression for a 64-bit hash of ``{values}``, the same for equal values on this engine.
    ``bucket`` is its top 16 bits. ``nan_equals_nan`` tells what ``IS DISTINCT FROM`` says about two NaN.
    ``binary_text`` is text that compares by code point. ``keeps_order``: a scan of a file keeps the file's order, and
    several can be read side by side. ``joins_pairs``: two joins of two tables cost less than one of three.
    """

    row_hash: str
    bucket: str
    nan_equals_nan: bool = True
    binary_text: str = "{values}"
    keeps_order: bool = False
    joins_pairs: bool = False


class Engine(Protocol):
    """Somewhere that tables can be joined. Sessions count in UTC."""

    dialect: str  # as SQLGlot calls it
    capabilities: Capabilities

    def open(self, name: str, place: Place) -> tuple[Column, ...]:
        """Make the table at *place* known as *name*, and return its columns; raise ReconcileError if it cannot be."""
        ...

    def is_key(self, name: str, columns: Sequence[str]) -> bool:
        """Tell whether the database itself sees to it that these columns are never Null, and never there twice."""
        ...

    def run(self, query: str) -> Iterator[pa.RecordBatch]:
        """Return what *query*, in this engine's own dialect, answers."""
        ...

    def keep(self, name: str, query: str) -> None:
        """Keep the answer of *query* as the temporary table *name*."""
        ...

    def close(self) -> None:
        """Forget everything."""
        ...


def translated(engine: Engine, query: str) -> str:
    """Return a query in the words of *engine*; ROW_HASH(…), BUCKET(…) and BINARY_TEXT(…) become its own forms."""
    return _translated(query, engine.dialect, engine.capabilities)


@lru_cache(maxsize=64)
def _translated(query: str, dialect: str, capabilities: Capabilities) -> str:
    forms = {
        "ROW_HASH": capabilities.row_hash,
        "BUCKET": capabilities.bucket,
        "BINARY_TEXT": capabilities.binary_text,
    }
    tree = parse_one(query, dialect="duckdb")
    for call in reversed(list(tree.find_all(exp.Anonymous))):  # the innermost first
        values = ", ".join(value.sql(dialect) for value in call.expressions)
        call.replace(parse_one(f"({forms[call.name].format(values=values)})", dialect=dialect))
    return tree.sql(dialect)
