"""Merging: files in the order of their key are compared in one pass, as they are read.

Nothing is joined, and nothing is kept but what is read of each side at the moment.
"""

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from bot.insight.reconcile.queries import Table

Streams = Mapping[str, Iterator[pa.RecordBatch]]  # of each side, in the order of its key
Parts = Mapping[str, pa.RecordBatch]


def can_merge(table: Table) -> bool:
    """Tell whether Arrow can compare the columns of a table, and its key is one number of at most 64 bits."""
    (key, *more), lists = table.key, [one for one in table.rest if one.type.endswith("[]")]
    return not more and not lists and key.is_whole and key.type != "HUGEINT"


def merged(streams: Streams, table: Table) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Yield how many rows were compared and which of them are not the same, as ``queries.differing`` answers them."""
    heads: dict[str, pa.RecordBatch | None] = dict.fromkeys(streams)
    while True:
        heads = {side: head if head else _next(streams[side]) for side, head in heads.items()}
        full = {side: head for side, head in heads.items() if head is not None}
        if not full:
            return
        bound = min(head.column(0)[-1].as_py() for head in full.values())
        parts: dict[str, pa.RecordBatch] = {}
        for side, head in full.items():
            cut = pc.search_sorted(head.column(0), bound, side="right").as_py()
            parts[side], heads[side] = head.slice(0, cut), head.slice(cut)
        yield max(part.num_rows for part in parts.values()), _differing(parts, table)


def _next(stream: Iterator[pa.RecordBatch]) -> pa.RecordBatch | None:
    return next((batch for batch in stream if batch.num_rows), None)


def _differing(parts: Parts, table: Table) -> pa.RecordBatch:
    """Compare the rows of every side whose keys lie in the same range."""
    keys, rows = _aligned(parts, table)
    here = {side: rows[side].column(len(table.rest) + 1) for side in table.sides}
    one_sided = pc.or_(pc.is_null(here["a"]), pc.is_null(here["b"]))
    apart = _apart(rows["a"], rows["b"], table)
    wanted = pc.or_(one_sided, apart)
    if table.has_base:
        moved = _apart(rows["a"], rows["base"], table)
        wanted = pc.or_(wanted, pc.or_(pc.is_null(here["base"]), moved))
    nowhere = pc.and_(pc.is_null(here["a"]), pc.is_null(here["b"]))
    alike = pc.cast(pc.or_(nowhere, pc.invert(pc.or_(one_sided, apart))), pa.int32())
    columns = {"k0": keys, **{f"in_{side}": here[side] for side in table.sides}, "alike": alike}
    columns |= {f"{side}{i}": rows[side].column(i + 1) for side in table.sides for i in range(len(table.rest))}
    return pa.RecordBatch.from_pydict(columns).filter(wanted)


def _aligned(parts: Parts, table: Table) -> tuple[pa.Array, dict[str, pa.RecordBatch]]:
    """Return every key, and the rows of each side beside it: Null where a side has none."""
    keys = {side: part.column(0) for side, part in parts.items()}
    first, *others = keys.values()
    if len(parts) == len(table.sides) and all(first.equals(other) for other in others):
        return first, dict(parts)
    every = pc.unique(pa.chunked_array(keys.values()))
    none, rows = next(iter(parts.values())).slice(0, 0), {}
    for side in table.sides:
        mine = parts.get(side, none)
        rows[side] = mine.take(pc.index_in(every, value_set=mine.column(0)))  # Null where there is none
    return every, rows


def _apart(one: pa.RecordBatch, other: pa.RecordBatch, table: Table) -> pa.Array:
    """Tell of each row whether any column but the key differs. Two Nulls are the same, and so are two NaN."""
    apart = pa.repeat(pa.scalar(False), one.num_rows)
    for number, column in enumerate(table.rest, start=1):
        mine, theirs = one.column(number), other.column(number)
        if not mine.equals(theirs):  # as most columns of most parts do, at the speed of memory
            apart = pc.or_(apart, _distinct(mine, theirs, is_float=column.is_float))
    return apart


def _distinct(one: pa.Array, other: pa.Array, *, is_float: bool) -> pa.Array:
    distinct = pc.fill_null(pc.not_equal(one, other), False)
    if is_float:
        both_nan = pc.fill_null(pc.and_(pc.is_nan(one), pc.is_nan(other)), False)
        distinct = pc.and_(distinct, pc.invert(both_nan))
    return pc.or_(distinct, pc.xor(pc.is_null(one), pc.is_null(other)))
