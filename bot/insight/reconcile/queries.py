"""The questions of a comparison, written once in DuckDB's words. Nothing in them is special to an engine.

A side is ``a``, ``b`` or ``base``. Every side is first brought to the columns and types in common; key columns become
``k0, k1 …`` and the others ``c0, c1 …``, so that no name of a table can collide with ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.insight.reconcile.columns import TEXT, Column
from bot.insight.reconcile.sql import identifier, literal

LOWER, UPPER = "firstfive_lower", "firstfive_upper"
BUCKETS = 65_536  # of a digest, by 16 bits of a hash of the key


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which both sides were written to, on a column of either."""

    column: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Table:
    """What is compared. ``native`` holds each side's own types by column, to cast only what needs it."""

    key: tuple[Column, ...]
    rest: tuple[Column, ...]
    native: Mapping[str, Mapping[str, str]]
    nan_equals_nan: bool = True

    @property
    def has_base(self) -> bool:
        return "base" in self.native

    @property
    def sides(self) -> tuple[str, ...]:
        return tuple(self.native)


def differing(table: Table, restricted_to: str = "") -> str:
    """Ask for every row that is not the same on all sides.

    It answers ``k…``, whether the row is ``in_a``, ``in_b``, ``in_base`` (1 or Null), ``alike`` (1 where A and B agree)
    and the columns of each side as ``a…``, ``b…`` and ``base…``. *restricted_to* is a condition on ``k…``.
    """
    keys, rest = range(len(table.key)), range(len(table.rest))
    either = ", ".join(f"coalesce(a.k{i}, b.k{i}) AS k{i}" for i in keys)
    both = "".join(f", a.c{i} AS a{i}, b.c{i} AS b{i}" for i in rest)
    pair = (
        f"SELECT {either}, a.here AS in_a, b.here AS in_b{both} FROM ({_side(table, 'a', restricted_to)}) AS a "
        f"FULL JOIN ({_side(table, 'b', restricted_to)}) AS b ON {_same_key(table, 'a', 'b')}"
    )
    apart = _any(_apart(table, f"ab.a{i}", f"ab.b{i}", table.rest[i]) for i in rest)
    one_sided = "ab.in_a IS NULL OR ab.in_b IS NULL"
    alike = (
        f"CASE WHEN ab.in_a IS NULL AND ab.in_b IS NULL THEN 1 WHEN {one_sided} OR {apart} THEN 0 ELSE 1 END AS alike"
    )
    values = "".join(f", ab.a{i}, ab.b{i}" for i in rest)
    if not table.has_base:
        found = ", ".join(f"ab.k{i}" for i in keys)
        return f"SELECT {found}, ab.in_a, ab.in_b, {alike}{values} FROM ({pair}) AS ab WHERE {one_sided} OR {apart}"
    found = ", ".join(f"coalesce(ab.k{i}, z.k{i}) AS k{i}" for i in keys)
    values += "".join(f", z.c{i} AS base{i}" for i in rest)
    moved = _any(_apart(table, f"ab.a{i}", f"z.c{i}", table.rest[i]) for i in rest)
    return (
        f"SELECT {found}, ab.in_a, ab.in_b, z.here AS in_base, {alike}{values} FROM ({pair}) AS ab "
        f"FULL JOIN ({_side(table, 'base', restricted_to)}) AS z ON {_same_key(table, 'ab', 'z')} "
        f"WHERE {one_sided} OR z.here IS NULL OR {apart} OR {moved}"
    )


def dirty_buckets(table: Table) -> str:
    """Ask for the ``bucket`` of every digest that is not the same on all sides."""
    everything = ", ".join([f"k{i}" for i in range(len(table.key))] + [f"c{i}" for i in range(len(table.rest))])
    hashed = " UNION ALL ".join(
        f"SELECT {number} AS side, {_bucket(table)} AS bucket, ROW_HASH({everything}) AS digest "
        f"FROM ({_side(table, side)}) AS s{number}"
        for number, side in enumerate(table.sides)
    )
    # Of rows that are the same on two sides the hashes cancel each other out.
    apart = "bit_xor(CASE WHEN side < 2 THEN digest ELSE 0 END) <> 0"
    if table.has_base:
        apart += " OR bit_xor(CASE WHEN side <> 1 THEN digest ELSE 0 END) <> 0"
    return f"SELECT bucket FROM ({hashed}) AS hashed GROUP BY bucket HAVING {apart}"


def in_buckets(table: Table, kept: str) -> str:
    """Restrict to the buckets that the temporary table *kept* holds."""
    return f"{_bucket(table)} IN (SELECT bucket FROM {kept})"


def window_keys(table: Table, window: Window) -> str:
    """Ask for the key of every row that was written in the window on either side: on each side alone is not enough."""
    clock = next(f"c{i}" for i, one in enumerate(table.rest) if one.name == window.column)
    kind = next(one.type for one in table.rest if one.name == window.column)
    start, end = (_time(at, kind) for at in (window.start, window.end))
    keys = ", ".join(f"k{i}" for i in range(len(table.key)))
    return " UNION ".join(
        f"SELECT {keys} FROM ({_side(table, side)}) AS {side} WHERE {clock} >= {start} AND {clock} <= {end}"
        for side in ("a", "b")
    )


def among(table: Table, kept: str) -> str:
    """Restrict to the keys that the temporary table *kept* holds."""
    keys = ", ".join(f"k{i}" for i in range(len(table.key)))
    return f"{f'({keys})' if len(table.key) > 1 else keys} IN (SELECT {keys} FROM {kept})"


def outside_window(table: Table, side: str, kept: str) -> str:
    """Ask how many rows of a side are outside the window, and for a digest of their keys."""
    keys = ", ".join(f"k{i}" for i in range(len(table.key)))
    return (
        f"SELECT count(*) AS n, bit_xor(ROW_HASH({keys})) AS digest FROM ({_side(table, side)}) AS s "
        f"WHERE NOT ({among(table, kept)})"
    )


def changed_keys(table: Table) -> str:
    """Ask for the key of every row that is not the same on a side and in the base: each side on its own."""
    return " UNION ".join(_changed_keys(table, side) for side in ("a", "b"))


def _changed_keys(table: Table, side: str) -> str:
    keys = ", ".join(f"coalesce({side}.k{i}, z.k{i}) AS k{i}" for i in range(len(table.key)))
    apart = _any(_apart(table, f"{side}.c{i}", f"z.c{i}", one) for i, one in enumerate(table.rest))
    return (
        f"SELECT {keys} FROM ({_side(table, side)}) AS {side} FULL JOIN ({_side(table, 'base')}) AS z "
        f"ON {_same_key(table, side, 'z')} WHERE {side}.here IS NULL OR z.here IS NULL OR {apart}"
    )


def between(has_lower: bool, has_upper: bool) -> str:
    """Restrict to keys from LOWER up to, but not including, UPPER: names to replace by literals after translation."""
    return " AND ".join([f"k0 >= {LOWER}"] * has_lower + [f"k0 < {UPPER}"] * has_upper)


def sampled_keys(table: Table, side: str, one_in: int) -> str:
    """Ask for the first key column of about one row in so many, in order."""
    sample = f"SELECT k0 FROM ({_side(table, side)}) AS s WHERE {_bucket(table)} % {one_in} = 0"
    return f"SELECT DISTINCT k0 FROM ({sample}) AS sample ORDER BY k0"


def everything(table: Table, side: str) -> str:
    """Ask for every row of a side as it comes."""
    return _side(table, side)


def counted(side: str) -> str:
    """Ask for the number of rows of a side."""
    return f"SELECT count(*) AS n FROM {side}"


def keys_in_order(table: Table, side: str) -> str:
    """Ask for the first key column as it comes."""
    return f"SELECT k0 FROM ({_side(table, side)}) AS s"


def bad_keys(table: Table, side: str, most: int) -> str:
    """Ask for keys that are Null or there more than once, and how often."""
    keys = ", ".join(f"k{i}" for i in range(len(table.key)))
    null = _any(f"k{i} IS NULL" for i in range(len(table.key)))
    return (
        f"SELECT {keys}, count(*) AS n FROM ({_side(table, side)}) AS s "
        f"GROUP BY {keys} HAVING count(*) > 1 OR {null} LIMIT {most}"
    )


def _side(table: Table, side: str, restricted_to: str = "") -> str:
    native = table.native[side]
    keys = [f"{_canonical(one, native[one.name])} AS k{i}" for i, one in enumerate(table.key)]
    rest = [f"{_canonical(one, native[one.name])} AS c{i}" for i, one in enumerate(table.rest)]
    canonical = f"SELECT {', '.join([*keys, *rest])}, 1 AS here FROM {side}"
    return f"SELECT * FROM ({canonical}) AS raw WHERE {restricted_to}" if restricted_to else canonical


def _canonical(one: Column, native: str) -> str:
    """A column so that equal values compare and hash as equal: one type, −0.0 as 0.0, text by code point."""
    value = identifier(one.name)
    if native != one.type or one.opaque:
        value = f"CAST({value} AS {one.type})"
    if one.is_float:
        return f"{value} + CAST(0 AS {one.type})"
    return f"BINARY_TEXT({value})" if one.type == TEXT else value


def _apart(table: Table, one: str, other: str, column: Column) -> str:
    distinct = f"{one} IS DISTINCT FROM {other}"
    if not column.is_float or table.nan_equals_nan:
        return distinct
    return f"({distinct} AND NOT coalesce(isnan({one}) AND isnan({other}), FALSE))"


def _same_key(table: Table, one: str, other: str) -> str:
    return " AND ".join(f"{one}.k{i} = {other}.k{i}" for i in range(len(table.key)))


def _bucket(table: Table) -> str:
    return f"BUCKET(ROW_HASH({', '.join(f'k{i}' for i in range(len(table.key)))}))"


def _any(conditions: Iterable[str]) -> str:
    return " OR ".join(conditions) or "FALSE"


def _time(at: datetime, kind: str) -> str:
    if kind == TEXT:
        return literal(at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    written = at.isoformat() if kind == "TIMESTAMPTZ" else at.replace(tzinfo=None).isoformat()
    return f"CAST({literal(written)} AS {kind})"
