"""MySQL and MariaDB, read in one transaction that sees a single moment. TIMESTAMP has a zone, DATETIME has none."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import pymysql
from pymysql.constants import CLIENT, FIELD_TYPE
from pymysql.converters import conversions
from pymysql.cursors import SSCursor

from bot.insight.reconcile.columns import TEXT, Column, column
from bot.insight.reconcile.databases.database import IN_ONE_READ
from bot.insight.reconcile.places import Place, ReconcileError

PATIENCE = 10  # seconds to connect
_NUMBERS = {"tinyint", "smallint", "int", "bigint", "decimal", "float", "double"}
_OWN = {  # what MySQL means by a name, where others mean something else or nothing
    "timestamp": "TIMESTAMPTZ",
    "datetime": "TIMESTAMP",
    "mediumint": "INTEGER",
    "year": "SMALLINT",
    "bit": "HUGEINT",
    "tinyblob": "BLOB",
    "blob": "BLOB",
    "mediumblob": "BLOB",
}


def connection_arguments(place: Place) -> dict[str, Any]:
    """Return how a server is reached, with times in UTC."""
    url = urlsplit(place.address)
    return {
        "host": url.hostname or "127.0.0.1",
        "port": url.port or 3306,
        "user": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "database": url.path.lstrip("/"),
        "charset": "utf8mb4",
        "connect_timeout": PATIENCE,
        "init_command": "SET time_zone = '+00:00'",
        "conv": conversions | {FIELD_TYPE.BIT: lambda bits: int.from_bytes(bits, "big")},
    }


class MySQL:
    """One table of one server."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._table = ".".join(_quoted(part) for part in place.table_parts)
        try:
            self._connection = pymysql.connect(
                **connection_arguments(place), autocommit=True, client_flag=CLIENT.MULTI_STATEMENTS
            )
        except pymysql.Error as error:
            raise self._refusal(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._connection.close()

    def columns(self) -> tuple[Column, ...]:
        try:
            described = self._run(f"SHOW COLUMNS FROM {self._table}")
        except pymysql.Error as error:
            raise self._refusal(error) from None
        return tuple(_column(row[0], row[1]) for row in described)

    def rows(self, columns: Sequence[Column]) -> Iterator[list[tuple[Any, ...]]]:
        chosen = ", ".join(_as_canonical(one) for one in columns)
        zoned = [one.type == "TIMESTAMPTZ" for one in columns]
        try:
            self._run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            self._run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
            with self._connection.cursor(SSCursor) as cursor:
                cursor.execute(f"SELECT {chosen} FROM {self._table}")
                while rows := cursor.fetchmany(IN_ONE_READ):
                    yield [
                        tuple(
                            value.replace(tzinfo=UTC) if has_zone and value is not None else value
                            for value, has_zone in zip(row, zoned, strict=True)
                        )
                        for row in rows
                    ]
            self._run("COMMIT")
        except pymysql.Error as error:
            raise self._refusal(error) from None

    def takes_writes(self) -> bool:
        return not self._run("SELECT @@global.read_only")[0][0]

    def execute(self, script: str) -> None:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(script)
                while cursor.nextset():
                    pass
        except pymysql.Error as error:
            self._connection.rollback()
            raise self._refusal(error) from None

    def _run(self, query: str) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def _refusal(self, error: pymysql.Error) -> ReconcileError:
        return ReconcileError(f"{self._place}: {error.args[-1]}")


def _column(name: str, native: str) -> Column:
    words = native.lower()
    plain = words.partition("(")[0].partition(" ")[0]
    if plain in _OWN:
        return Column(name, _OWN[plain])
    if plain == "time":  # MySQL's may be negative, or longer than a day
        return Column(name, TEXT, opaque=True)
    if plain not in _NUMBERS:
        return column(name, words, "mysql")
    digits = words.partition(" ")[0] if plain == "decimal" else plain  # of others, (11) is how wide they are shown
    sign = " unsigned" if plain.endswith("int") and "unsigned" in words else ""
    return column(name, digits + sign, "mysql")


def _as_canonical(one: Column) -> str:
    """Return a column as it is compared. A FLOAT is shown with six digits, and has more as a number."""
    name = _quoted(one.name)
    if one.opaque:
        return f"CAST({name} AS CHAR)"
    return f"{name} + 0e0" if one.type == "FLOAT" else name


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
