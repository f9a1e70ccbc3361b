"""Places: where a copy of the table is, as it is written at a shell: a file, or the URL of a database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_PASSWORD = re.compile(r"(?<=://)([^/@:]*):[^/@]*@")


class Kind(StrEnum):
    """What a place is."""

    PARQUET = "parquet"
    CSV = "csv"
    JSON_LINES = "jsonl"
    DUCKDB = "duckdb"
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    MYSQL = "mysql"


FILES = {Kind.PARQUET, Kind.CSV, Kind.JSON_LINES}  # hold one table without a name, and are never patched in place
UNTYPED = {Kind.CSV, Kind.JSON_LINES}  # their types are guessed from what they hold

_SUFFIXES: Mapping[str, Kind] = {
    ".parquet": Kind.PARQUET,
    ".csv": Kind.CSV,
    ".jsonl": Kind.JSON_LINES,
    ".ndjson": Kind.JSON_LINES,
    ".duckdb": Kind.DUCKDB,
    ".sqlite": Kind.SQLITE,
    ".sqlite3": Kind.SQLITE,
    ".db": Kind.SQLITE,
}
_SCHEMES: Mapping[str, Kind] = {
    "postgresql": Kind.POSTGRESQL,
    "postgres": Kind.POSTGRESQL,
    "postgresql+psycopg": Kind.POSTGRESQL,
    "mysql": Kind.MYSQL,
    "mysql+pymysql": Kind.MYSQL,
    "mariadb": Kind.MYSQL,
}


class ReconcileError(Exception):
    """Tables that cannot be compared or patched. The message is for a person: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """One copy of the table. ``address`` is a path or a URL, ``table`` its name there, if it has one."""

    kind: Kind
    address: str
    table: str | None

    @property
    def path(self) -> Path:
        return Path(self.address)

    @property
    def table_parts(self) -> tuple[str, ...]:
        """The name of the table, with the schema before it where one was given."""
        return tuple((self.table or self.path.stem).split("."))

    def __str__(self) -> str:
        """The place as it may be printed: without the password in it."""
        return _PASSWORD.sub(r"\1:***@", self.address) + (f"#{self.table}" if self.table else "")


def place(text: str) -> Place:
    """Return the place that *text* names: ``orders.parquet``, ``shop.sqlite#orders``, ``postgresql://host/shop#orders``."""
    address, _, table = text.partition("#")
    scheme, separator, rest = address.partition("://")
    if separator:
        if scheme not in _SCHEMES:
            raise ReconcileError(
                f"{scheme}:// is no database that can be read here. Write {_written(_SCHEMES, '://')}."
            )
        if not table:
            raise ReconcileError(f"{Place(_SCHEMES[scheme], address, None)} names no table. Add it: …#orders")
        plain = {Kind.POSTGRESQL: "postgresql", Kind.MYSQL: "mysql"}[_SCHEMES[scheme]]
        return Place(_SCHEMES[scheme], f"{plain}://{rest}", table)
    kind = _SUFFIXES.get(Path(address).suffix.lower())
    if kind is None:
        raise ReconcileError(
            f"{address} is of no kind that can be read here. Its name must end in {_written(_SUFFIXES, '')}."
        )
    if not Path(address).is_file():
        raise ReconcileError(f"There is no file {address}.")
    if kind in FILES and table:
        raise ReconcileError(f"{address} holds one table without a name. Leave out #{table}.")
    if kind not in FILES and not table:
        raise ReconcileError(f"{address} is a database. Name the table in it: {address}#orders")
    return Place(kind, address, table or None)


def _written(words: Mapping[str, Kind], after: str) -> str:
    *most, last = (f"{word}{after}" for word in words)
    return f"{', '.join(most)} or {last}"
