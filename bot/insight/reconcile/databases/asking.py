"""Asking a side something that the policy file says: one query, in a session that can only read."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any, cast

import duckdb
import psycopg
import pymysql

from bot.insight.reconcile.databases.mysql import connection_arguments
from bot.insight.reconcile.places import Kind, Place, ReconcileError

PATIENCE = 10  # seconds to connect
LONGEST = 10_000  # milliseconds that PostgreSQL may take
FEW = 10  # rows that are read of an answer
Rows = tuple[Sequence[str], Sequence[Sequence[Any]]]


def asked(place: Place, query: str) -> list[dict[str, Any]]:
    """Return the first rows of an answer by column. Raise ReconcileError where there is none to be had."""
    ask = _ASKING.get(place.kind)
    if ask is None:
        raise ReconcileError(f"{place} is a file, and no query can be asked there. Leave out `impact` in the policy.")
    try:
        names, rows = ask(place, query)
    except (sqlite3.Error, psycopg.Error, pymysql.Error, duckdb.Error) as error:
        said = str(error).strip().splitlines()[0]
        raise ReconcileError(f"{place}: `impact` of the policy cannot be asked: {said}") from None
    return [dict(zip(names, row, strict=True)) for row in rows]


def _sqlite(place: Place, query: str) -> Rows:
    uri = f"{place.path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE)) as connection:
        return _answer(connection.execute(query))


def _duckdb(place: Place, query: str) -> Rows:
    with closing(duckdb.connect(place.path, read_only=True)) as connection:
        connection.execute("SET enable_external_access = false")
        return _answer(connection.execute(query))


def _postgresql(place: Place, query: str) -> Rows:
    options = f"-c TimeZone=UTC -c default_transaction_read_only=on -c statement_timeout={LONGEST}"
    with psycopg.connect(place.address, connect_timeout=PATIENCE, options=options) as connection:
        return _answer(connection.execute(cast(Any, query)))


def _mysql(place: Place, query: str) -> Rows:
    with closing(pymysql.connect(**connection_arguments(place))) as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        cursor.execute(query)
        return _answer(cursor)


def _answer(cursor: Any) -> Rows:
    return [column[0] for column in cursor.description or ()], cursor.fetchmany(FEW)


_ASKING: Mapping[Kind, Callable[[Place, str], Rows]] = {
    Kind.SQLITE: _sqlite,
    Kind.DUCKDB: _duckdb,
    Kind.POSTGRESQL: _postgresql,
    Kind.MYSQL: _mysql,
}
