"""Comparing: the rows that are not the same on all sides, found in whichever way costs least for their number."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bot.core.merge import Versions
from bot.insight.reconcile import queries
from bot.insight.reconcile.engines.engine import Engine, translated
from bot.insight.reconcile.merging import can_merge, merged
from bot.insight.reconcile.patches import value_sql
from bot.insight.reconcile.places import ReconcileError
from bot.insight.reconcile.queries import Table, Window

ONE_JOIN = 1_000_000  # rows of the larger side that are joined in one go
CHUNK = 600_000  # rows of a key range; more of them make each join miss the processor's cache
SAMPLE = 2_000  # keys to find key ranges by
MOSTLY_DIRTY = 0.25  # share of dirty buckets from which key ranges cost less than digests

Progress = Callable[[str, int, int], None]  # what is done, how much of it, out of how much


class Strategy(StrEnum):
    """How differing rows are found."""

    AUTO = "auto"
    JOIN = "join"
    WINDOW = "window"
    MERGE = "merge"
    DIGEST = "digest"
    CHUNKS = "chunks"


@dataclass(frozen=True, slots=True)
class Found:
    """Some of the rows that differ, and how many were changed alike on both sides."""

    differing: tuple[Versions, ...]
    alike: int


class Comparison:
    """Compares the sides of one table on one engine."""

    def __init__(
        self,
        engine: Engine,
        table: Table,
        rows: int,
        window: Window | None,
        progress: Progress,
        chunk: int = CHUNK,
        *,
        in_order: bool = False,
    ) -> None:
        self._engine, self._table, self._rows, self._window, self._chunk = engine, table, rows, window, chunk
        self._progress, self._in_order = progress, in_order

    def run(self, strategy: Strategy = Strategy.AUTO) -> Iterator[Found]:
        """Yield what differs, in no order, in parts."""
        if self._window is not None:
            return self._by_window(self._window)
        if strategy is Strategy.AUTO:
            strategy = self._cheapest()
        if strategy is Strategy.MERGE:
            return self._merged()
        if strategy is Strategy.DIGEST:
            return self._by_digest()
        if strategy is Strategy.CHUNKS:
            return self._by_chunks()
        return self._in_pairs() if self._is_in_pairs else self._joined()

    def _cheapest(self) -> Strategy:
        if self._rows <= ONE_JOIN or self._is_in_pairs:
            return Strategy.JOIN
        if self._in_order and can_merge(self._table):
            return Strategy.MERGE
        # Three digests cost more than joining in key ranges does; two cost less.
        return Strategy.CHUNKS if self._table.has_base else Strategy.DIGEST

    def _merged(self) -> Iterator[Found]:
        if not (self._in_order and can_merge(self._table)):
            raise ReconcileError(
                "Only files in the order of their key, one whole number, can be merged. Leave --strategy out."
            )
        streams = {side: self._ask(queries.everything(self._table, side)) for side in self._table.sides}
        passed = 0
        for rows, batch in merged(streams, self._table):
            self._progress("rows", passed, self._rows)
            passed += rows
            yield found(batch, self._table)

    @property
    def _is_in_pairs(self) -> bool:
        return self._table.has_base and self._engine.capabilities.joins_pairs

    def _in_pairs(self) -> Iterator[Found]:
        self._progress("each side and the base", 0, 2)
        self._keep("changed_keys", queries.changed_keys(self._table))
        self._progress("rows that changed", 1, 2)
        yield from self._joined(queries.among(self._table, "changed_keys"))

    def _by_window(self, window: Window) -> Iterator[Found]:
        self._progress("keys in the window", 0, 2)
        self._keep("window_keys", queries.window_keys(self._table, window))
        self._progress("rows in the window", 1, 2)
        yield from self._joined(queries.among(self._table, "window_keys"))

    def outside(self, side: str) -> tuple[Any, ...]:
        """Return count and digest of the keys outside the window: where two sides disagree, rows were deleted there."""
        query = queries.outside_window(self._table, side, "window_keys")
        return tuple(value for batch in self._ask(query) for value in batch.to_pylist()[0].values())

    def _by_digest(self) -> Iterator[Found]:
        self._progress("digests", 0, 2)
        self._keep("dirty", queries.dirty_buckets(self._table))
        dirty = next(iter(self._ask(queries.counted("dirty")))).column("n")[0].as_py()
        if dirty > MOSTLY_DIRTY * queries.BUCKETS:
            yield from self._by_chunks()
            return
        self._progress("dirty buckets", 1, 2)
        yield from self._joined(queries.in_buckets(self._table, "dirty"))

    def _by_chunks(self) -> Iterator[Found]:
        bounds = self._bounds()
        edges = [None, *bounds, None]
        for number, (lower, upper) in enumerate(pairwise(edges)):
            self._progress("key ranges", number, len(edges) - 1)
            # Translated once, with names in place of the bounds: a translation takes as long as joining 50,000 rows.
            query = queries.differing(self._table, queries.between(lower is not None, upper is not None))
            ranged = (
                translated(self._engine, query).replace(queries.LOWER, lower or "").replace(queries.UPPER, upper or "")
            )
            for batch in self._engine.run(ranged):
                yield found(batch, self._table)

    def _bounds(self) -> list[str]:
        """Return literals, in the engine's own words, between which lie about as many rows each."""
        chunks = -(-self._rows // self._chunk)
        if chunks < 2:
            return []
        one_in = 1 << max(0, (self._rows // SAMPLE).bit_length() - 1)
        key = self._table.key[0]
        keys = [
            value
            for batch in self._ask(queries.sampled_keys(self._table, "a", min(one_in, queries.BUCKETS // 2)))
            for value in batch.column("k0").to_pylist()
        ]
        cuts = [keys[len(keys) * number // chunks] for number in range(1, chunks)] if keys else []
        return [value_sql(cut, key, self._engine.dialect) for cut in dict.fromkeys(cuts)]

    def _joined(self, restricted_to: str = "") -> Iterator[Found]:
        for batch in self._ask(queries.differing(self._table, restricted_to)):
            yield found(batch, self._table)

    def _ask(self, query: str) -> Iterator[pa.RecordBatch]:
        return self._engine.run(translated(self._engine, query))

    def _keep(self, name: str, query: str) -> None:
        self._engine.keep(name, translated(self._engine, query))


def found(batch: pa.RecordBatch, table: Table) -> Found:
    """Return the rows of one answer to `queries.differing`."""
    alike = pc.equal(batch.column("alike"), 1)
    apart = batch.filter(pc.invert(alike))
    columns = apart.to_pydict()
    keys = list(zip(*(columns[f"k{i}"] for i in range(len(table.key))), strict=True))
    sides = [_rows(columns, keys, table, side) for side in ("a", "b", "base")]
    versions = tuple(Versions(*one) for one in zip(keys, *sides, strict=True))
    return Found(versions, batch.num_rows - apart.num_rows)


def _rows(
    columns: dict[str, list[Any]], keys: list[tuple[Any, ...]], table: Table, side: str
) -> list[dict[str, Any] | None]:
    if side not in table.native:
        return [None] * len(keys)
    names = [one.name for one in (*table.key, *table.rest)]
    here = columns[f"in_{side}"]
    columnwise = [columns[f"{side}{i}"] for i in range(len(table.rest))]
    rest: Iterable[tuple[Any, ...]] = zip(*columnwise, strict=True) if columnwise else [()] * len(keys)
    return [
        dict(zip(names, (*key, *one), strict=True)) if present else None
        for key, one, present in zip(keys, rest, here, strict=True)
    ]
