"""SQLite. A column holds what was put into it, whatever type it declares, so it is typed by what it holds."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Self

from bot.insight.reconcile.columns import NOTHING, TEXT, Column
from bot.insight.reconcile.databases.database import IN_ONE_READ
from bot.insight.reconcile.places import Place, ReconcileError
from bot.insight.reconcile.sql import identifier, listed

PATIENCE = 10.0  # seconds to wait for another writer
_TYPES = {"integer": "BIGINT", "real": "DOUBLE", "text": TEXT, "blob": "BLOB"}
_AFFINITIES = {
    "INT": "BIGINT",
    "CHAR": TEXT,
    "CLOB": TEXT,
    "TEXT": TEXT,
    "REAL": "DOUBLE",
    "FLOA": "DOUBLE",
    "DOUB": "DOUBLE",
}


class SQLite:
    """One file."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._table = identifier(*place.table_parts)
        try:
            uri = f"{place.path.resolve().as_uri()}?mode=rw"
            self._connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)
            self._connection.execute("PRAGMA schema_version")
        except sqlite3.Error as error:
            raise self._refusal(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._connection.close()

    def columns(self) -> tuple[Column, ...]:
        try:
            self._connection.execute("BEGIN")  # everything is read as it stands now
            self._connection.execute(f"SELECT 1 FROM {self._table} LIMIT 1")  # a table that is not there has no columns
            info = self._connection.execute(f"PRAGMA table_info({self._table})").fetchall()
            return tuple(self._column(name, declared.upper()) for _, name, declared, *_ in info)
        except sqlite3.Error as error:
            raise self._refusal(error) from None

    def _column(self, name: str, declared: str) -> Column:
        query = f"SELECT DISTINCT typeof({identifier(name)}) FROM {self._table}"
        held = {kind for (kind,) in self._connection.execute(query)} - {"null"}
        if len(held) > 1 and held != {"integer", "real"}:
            raise ReconcileError(
                f"{name} in {self._place} holds {' and '.join(sorted(held))} values. Give them one type first."
            )
        if not held:
            return Column(name, next((kind for word, kind in _AFFINITIES.items() if word in declared), NOTHING))
        return Column(name, "DOUBLE" if "real" in held else _TYPES[held.pop()])

    def rows(self, columns: Sequence[Column]) -> Iterator[list[tuple[Any, ...]]]:
        query = f"SELECT {listed(one.name for one in columns)} FROM {self._table}"
        try:
            cursor = self._connection.execute(query)
            while rows := cursor.fetchmany(IN_ONE_READ):
                yield rows
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._refusal(error) from None

    def takes_writes(self) -> bool:
        return True  # SQLite cannot be frozen: any process that may open the file may write

    def execute(self, script: str) -> None:
        try:
            self._connection.executescript(script)
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise self._refusal(error) from None

    def _refusal(self, error: sqlite3.Error) -> ReconcileError:
        return ReconcileError(f"{self._place}: {error}")
