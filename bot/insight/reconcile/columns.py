"""Columns: one type for both sides, so that equal values are equal wherever they are stored.

Types are written as DuckDB writes them. Text, UUIDs, JSON and everything that only one database knows are compared as
text, by code point.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlglot import exp

from bot.insight.reconcile.places import UNTYPED, Kind, ReconcileError

TEXT = "VARCHAR"
NOTHING = '"NULL"'  # of a column that holds nothing and declares nothing: it takes the type of the other sides
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_UNSIGNED = {"UTINYINT": "SMALLINT", "USMALLINT": "INTEGER", "UINTEGER": "BIGINT", "UBIGINT": "HUGEINT"}
_FLOATS = ("FLOAT", "DOUBLE")
_NAMES = {
    "INT": "INTEGER",
    "REAL": "FLOAT",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ",
    "TEXT": TEXT,
    "DATETIME": "TIMESTAMP",
}
_KNOWN = {*_INTEGERS, *_FLOATS, "BOOLEAN", "DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIME", "BLOB", TEXT}
MOST_DIGITS = 38  # of a decimal that is compared as a number
WIDE_DECIMAL = "DECIMAL(38,12)"  # for a number without a declared precision: 26 digits before the point, 12 after


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its type. An *opaque* one is compared as text because its own type exists in one database only."""

    name: str
    type: str
    opaque: bool = False

    @property
    def is_float(self) -> bool:
        return self.type in _FLOATS

    @property
    def is_whole(self) -> bool:
        return self.type in _INTEGERS

    @property
    def is_time(self) -> bool:
        return self.type in ("TIMESTAMP", "TIMESTAMPTZ", TEXT)


def column(name: str, native: str, dialect: str) -> Column:
    """Return a column by the type that its database declares for it, in that database's own words."""
    try:
        parsed = exp.DataType.build(native, dialect=dialect)
    except Exception:  # noqa: BLE001 - sqlglot raises several kinds for a type that it does not know
        return Column(name, TEXT, opaque=True)
    return _canonical(name, parsed)


def _canonical(name: str, parsed: exp.DataType) -> Column:
    written = parsed.sql("duckdb").upper().replace(" (", "(").replace(", ", ",")
    if written.endswith("[]"):
        inner = _canonical(name, parsed.expressions[0])
        return Column(name, f"{inner.type}[]") if not inner.opaque else Column(name, TEXT, opaque=True)
    plain = written.partition("(")[0]
    plain = _NAMES.get(plain, plain)
    if plain in ("DECIMAL", "NUMERIC"):
        if "(" in written and int(written.partition("(")[2].partition(",")[0].rstrip(")")) > MOST_DIGITS:
            return Column(name, TEXT, opaque=True)
        return Column(name, written if "(" in written else WIDE_DECIMAL)
    if plain.startswith("TIMESTAMP_"):  # seconds, milliseconds and nanoseconds; a patch holds microseconds
        return Column(name, "TIMESTAMP")
    plain = _UNSIGNED.get(plain, plain)
    if plain in ("NULL", NOTHING):
        return Column(name, NOTHING)
    return Column(name, plain) if plain in _KNOWN else Column(name, TEXT, opaque=True)


def in_common(sides: dict[str, tuple[Kind, tuple[Column, ...]]], warn: Callable[[str], None]) -> tuple[Column, ...]:
    """Return the columns that all sides have, each with one type that holds every side's values.

    Raise ReconcileError, with every column named, when sides have different columns or types that do not compare.
    """
    listed = {side: {one.name: one for one in found} for side, (_, found) in sides.items()}
    problems: list[str] = []
    for name in dict.fromkeys(name for found in listed.values() for name in found):
        without = [side for side, found in listed.items() if name not in found]
        if without:
            problems.append(f"{name} is missing in {' and '.join(without)}")
    if problems:
        raise ReconcileError(
            f"The tables have different columns: {'; '.join(problems)}. Bring them to one schema first."
        )
    common = []
    for name in listed["A"]:
        versions = [(side, kind, listed[side][name]) for side, (kind, _) in sides.items()]
        typed = [one for _, kind, one in versions if kind not in UNTYPED]
        found = _one_type([one.type for one in typed] or [one.type for _, _, one in versions])
        if found is None and not typed:
            found = TEXT
        if found is None:
            told = ", ".join(f"{one.type} in {side}" for side, _, one in versions)
            problems.append(f"{name} is {told}")
            continue
        if found == "DOUBLE" and any(one.type not in _FLOATS for one in typed):
            warn(f"{name} is a float on one side only: beyond 15 digits, values may look equal that are not.")
        common.append(Column(name, found, any(one.opaque for one in typed)))
    if problems:
        raise ReconcileError(
            f"These types do not compare: {'; '.join(problems)}. Give both sides one type; "
            "a time needs a zone on both sides or on neither."
        )
    return tuple(common)


def _one_type(types: Iterable[str]) -> str | None:
    kinds = set(types) - {NOTHING}
    if not kinds:
        return TEXT
    if len(kinds) == 1:
        return kinds.pop()
    if kinds <= {*_INTEGERS}:
        return max(kinds, key=_INTEGERS.index)
    if kinds <= {*_INTEGERS, *_FLOATS} or (kinds & {*_FLOATS} and all(_is_number(kind) for kind in kinds)):
        return "DOUBLE"
    if all(_is_number(kind) for kind in kinds):
        scale = max(int(kind.rstrip(")").rpartition(",")[2]) for kind in kinds if "(" in kind)
        return f"DECIMAL(38,{scale})"
    return None


def _is_number(kind: str) -> bool:
    return kind in _INTEGERS or kind in _FLOATS or kind.startswith("DECIMAL(")
