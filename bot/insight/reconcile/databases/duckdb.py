"""A DuckDB file, opened to patch it. Comparing one needs no copy: the engine attaches it."""

from typing import Self

import duckdb

from bot.insight.reconcile.places import Place, ReconcileError


class DuckDBFile:
    """One file."""

    def __init__(self, place: Place) -> None:
        self._place = place
        try:
            self._connection = duckdb.connect(place.path)
            self._connection.execute("SET TimeZone = 'UTC'")
        except duckdb.Error as error:
            raise ReconcileError(f"{place}: {str(error).splitlines()[0]}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._connection.close()

    def execute(self, script: str) -> None:
        try:
            self._connection.execute(script)
        except duckdb.Error as error:
            self._connection.execute("ROLLBACK")
            raise ReconcileError(f"{self._place}: {str(error).splitlines()[0]}") from None
