"""Every kind of database: which are read row by row, and which can be patched."""

from collections.abc import Callable, Mapping

from bot.insight.reconcile.databases.database import Database, Patched
from bot.insight.reconcile.databases.duckdb import DuckDBFile
from bot.insight.reconcile.databases.mysql import MySQL
from bot.insight.reconcile.databases.postgresql import PostgreSQL
from bot.insight.reconcile.databases.sqlite import SQLite
from bot.insight.reconcile.places import Kind, Place

DATABASES: Mapping[Kind, Callable[[Place], Database]] = {
    Kind.SQLITE: SQLite,
    Kind.POSTGRESQL: PostgreSQL,
    Kind.MYSQL: MySQL,
}
PATCHED: Mapping[Kind, Callable[[Place], Patched]] = {**DATABASES, Kind.DUCKDB: DuckDBFile}
DIALECTS: Mapping[Kind, str] = {
    Kind.SQLITE: "sqlite",
    Kind.POSTGRESQL: "postgres",
    Kind.MYSQL: "mysql",
}  # else DuckDB's
