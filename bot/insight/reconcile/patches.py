"""Patches: compare-and-set statements. Each changes one row, if that row still is what was compared.

Run twice, a statement finds its work done and changes nothing. Turned round, old for new, it is its own rollback.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from bot.core.values import Row, same
from bot.insight.reconcile.columns import TEXT, Column

_SAME = {"sqlite": "IS", "mysql": "<=>"}
_TEXT_COMPARED = {  # by code point, whatever the column's collation
    "postgres": '{column} COLLATE "C"',
    "sqlite": "{column} COLLATE BINARY",
    "mysql": "CAST(CONVERT({column} USING utf8mb4) AS BINARY)",  # even utf8mb4_bin takes `a` for `a `
}
_OPAQUE_COMPARED = {"mysql": "CAST(CAST({column} AS CHAR) AS BINARY)"}
_BYTES = {"postgres": "CAST('\\x{hex}' AS bytea)", "duckdb": "from_hex('{hex}')"}  # X'…' elsewhere
_FLOAT = {"FLOAT": "real", "DOUBLE": "double precision"}
_MYSQL_SESSION = (  # whatever client runs it: how text arrives, what a backslash is, and that 0 is a key
    "SET NAMES utf8mb4;\nSET time_zone = '+00:00';\nSET sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO';\n"
)
_BEGIN = {"sqlite": "BEGIN IMMEDIATE;", "mysql": f"{_MYSQL_SESSION}START TRANSACTION;"}


@dataclass(frozen=True, slots=True)
class Patch:
    """Writes the statements for one table in one dialect of SQL."""

    dialect: str
    table: tuple[str, ...]
    key: tuple[Column, ...]
    rest: tuple[Column, ...]

    def change(self, old: Row | None, new: Row | None) -> str:
        """Return the statement that makes *new* of *old*; None is a row that is not there."""
        if old is None:
            assert new is not None
            return self._insert(new)
        held = " AND ".join([self._is_key(old), *(self._holds(one, old[one.name]) for one in self._held)])
        if new is None:
            return f"DELETE FROM {self._table} WHERE {held};"
        changed = [one for one in self.rest if self._is_set(one) or not same(old[one.name], new[one.name])]
        sets = ", ".join(f"{self._name(one.name)} = {self._value(new[one.name], one)}" for one in changed)
        return f"UPDATE {self._table} SET {sets} WHERE {held};"

    def transaction(self, statements: Sequence[str]) -> str:
        """Return a script that runs *statements* all or not at all."""
        return "\n".join([_BEGIN.get(self.dialect, "BEGIN;"), *statements, "COMMIT;", ""])

    def _insert(self, new: Row) -> str:
        columns = (*self.key, *self.rest)
        names = ", ".join(self._name(one.name) for one in columns)
        values = ", ".join(self._value(new[one.name], one) for one in columns)
        absent = f"NOT EXISTS (SELECT 1 FROM {self._table} WHERE {self._is_key(new)})"
        return f"INSERT INTO {self._table} ({names}) SELECT {values} FROM (SELECT 1) AS one WHERE {absent};"

    @property
    def _held(self) -> Sequence[Column]:
        """What is compared beside the key. A key of MySQL may be equal and yet be written in other letters."""
        texts = [one for one in self.key if one.type == TEXT] if self.dialect == "mysql" else []
        return (*texts, *self.rest)

    def _is_set(self, one: Column) -> bool:
        """Tell whether an update names a column that it leaves as it is: MySQL may put the time of the update there."""
        return self.dialect == "mysql" and one.type in ("TIMESTAMP", "TIMESTAMPTZ")

    def _is_key(self, row: Row) -> str:
        return " AND ".join(f"{self._name(one.name)} = {self._value(row[one.name], one)}" for one in self.key)

    def _holds(self, one: Column, value: Any) -> str:
        column = self._name(one.name)
        if one.opaque:
            column = _OPAQUE_COMPARED.get(self.dialect, "CAST({column} AS text)").format(column=column)
        elif one.type == TEXT:
            column = _TEXT_COMPARED.get(self.dialect, "{column}").format(column=column)
        return f"{column} {_SAME.get(self.dialect, 'IS NOT DISTINCT FROM')} {self._value(value, one)}"

    def _value(self, value: Any, one: Column) -> str:
        return value_sql(value, one, self.dialect)

    @property
    def _table(self) -> str:
        return ".".join(self._name(part) for part in self.table)

    def _name(self, name: str) -> str:
        return f"`{name.replace('`', '``')}`" if self.dialect == "mysql" else '"' + name.replace('"', '""') + '"'


def value_sql(value: Any, one: Column, dialect: str) -> str:
    """Return a value as a literal of *dialect* that means exactly that value, with its type where it needs one."""
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).upper()
        case int():
            return str(value)
        case float():
            return _float(value, one, dialect)
        case Decimal():
            return format(value, "f")
        case datetime() | date() | time():
            return _time(value, one, dialect)
        case bytes():
            return _BYTES.get(dialect, "X'{hex}'").format(hex=value.hex())
        case list():
            items = ", ".join(value_sql(item, Column(one.name, one.type.removesuffix("[]")), dialect) for item in value)
            return f"CAST({'ARRAY' if dialect == 'postgres' else ''}[{items}] AS {one.type})"
        case _:
            return _text(str(value), dialect)


def _float(value: float, one: Column, dialect: str) -> str:
    if dialect in ("sqlite", "mysql"):  # neither has NaN; SQLite reads 9e999 as infinity
        return repr(value).replace("inf", "9e999")
    name = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(str(value))
    return f"CAST('{name or repr(value)}' AS {_FLOAT.get(one.type, 'double precision')})"


def _time(value: date | time, one: Column, dialect: str) -> str:
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC)
    if dialect == "mysql" and isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    written = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return f"'{written}'" if dialect in ("mysql", "sqlite") else f"CAST('{written}' AS {one.type})"


def _text(text: str, dialect: str) -> str:
    escaped = text.replace("\\", "\\\\") if dialect == "mysql" else text
    return "'" + escaped.replace("'", "''") + "'"
