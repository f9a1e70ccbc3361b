"""MySQL, where a server is installed: read, patched, verified and turned back, with all that it does in its own way."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pymysql
import pytest

from bot.insight.reconcile.databases.mysql import MySQL, connection_arguments
from bot.insight.reconcile.places import place
from bot.insight.reconcile.reconcile import Reconciliation
from tests.fakes import mysql
from tests.insight.tables import planned, request, silent

COLUMNS = """
    code VARCHAR(40) NOT NULL, region ENUM('eu', 'us') NOT NULL, stock INT UNSIGNED, serial BIGINT UNSIGNED,
    small MEDIUMINT, price DECIMAL(30, 10), huge DECIMAL(60, 20), part FLOAT, share DOUBLE, note TEXT,
    name VARCHAR(40) CHARACTER SET latin1, day DATE, at DATETIME(6), seen TIMESTAMP(6) NULL,
    touched TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    took TIME(3), is_new TINYINT(1), flags BIT(9), raw BLOB, year YEAR, PRIMARY KEY (code, region)
"""
THEN, LATER = "2026-11-22 03:00:00", "2026-11-22 03:10:00"
FULL = rf"""
    'it''s; \\ é e{chr(769)} 😀', 'eu', 4294967295, 18446744073709551615, -8388608, 12345678901234567890.0123456789,
    1234567890123456789012345678901234567890.5, 16777215, 0.1, 'line\nline; -- 100 % 😀 ', 'ü', '1000-01-01',
    '9999-12-31 23:59:59.999999', '{THEN}.000001', '{THEN}', '-838:59:59.000', 1, b'100000001', x'00ff27', 2026
"""
NULLS = f"'', 'us', {', '.join(['NULL'] * 12)}, '{THEN}', {', '.join(['NULL'] * 5)}"
ROW = (
    "'{code}', 'eu', 5, 1, 1, 1.50, 1, 3.1415927, 0.1, '{note}', 'x', NULL, NULL, NULL, '{at}', NULL, 0, b'0', '', 2000"
)


def row(code: str, note: str = "a", at: str = THEN) -> str:
    """Return what INSERT takes."""
    return ROW.format(code=code, note=note, at=at)


BASE = [NULLS, row("plain"), row("gone"), row("spaced")]
A = [NULLS, row("plain", "A", LATER), row("spaced"), FULL]
B = [NULLS.replace("NULL", "7", 1), row("plain"), row("gone"), row("spaced", "a ")]
POLICY = "columns: {stock: counter, touched: max}\n"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a server."""
    if not mysql.is_installed():
        pytest.skip("MariaDB is not installed: apt install mariadb-server")
    with mysql.running() as url:
        yield url


def run(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements as another client of the server; return what the last one answers."""
    arguments = connection_arguments(place(f"{url}#t")) | {"autocommit": True}
    with closing(pymysql.connect(**arguments)) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall())


def rows(url: str) -> list[tuple[Any, ...]]:
    return run(url, "SELECT * FROM t ORDER BY 1, 2")


def copies(server: str, columns: str, **held: list[str]) -> tuple[str, str, str]:
    """Make a database for each copy of the table; return their URLs."""
    for name, values in held.items():
        run(f"{server}/mysql", f"CREATE OR REPLACE DATABASE {name} CHARACTER SET utf8mb4")
        keep_zero = "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'"
        filled = f"INSERT INTO t VALUES ({'), ('.join(values)})"
        run(f"{server}/{name}", f"CREATE TABLE t ({columns})", keep_zero, filled)
    return f"{server}/a", f"{server}/b", f"{server}/base"


def test_two_tables_are_merged_verified_and_turned_back(server: str, tmp_path: Path) -> None:
    a, b, base = copies(server, COLUMNS, a=A, b=B, base=BASE)
    before = rows(a), rows(b)
    asked = request(tmp_path / "out", f"{a}#t", f"{b}#t", f"{base}#t", key="code,region", policy=POLICY)

    _, decisions, _ = planned(asked)
    assert len(decisions) == 5
    assert {one["outcome"] for one in decisions} == {"merged"}
    assert Reconciliation(asked, silent).apply().differing == 0
    after = rows(a)
    assert after == rows(b)
    assert before[0][2] in after  # the row with everything in it
    assert {one[0]: one[9] for one in after if one not in before[0]} == {"": None, "spaced": "a "}

    for side, url in (("a", a), ("b", b)):
        for script in sorted((asked.folder / f"rollback-{side}").glob("*.sql")):
            with MySQL(place(f"{url}#t")) as database:
                database.execute(script.read_text())
    assert (rows(a), rows(b)) == before


def test_a_write_that_only_a_blank_tells_apart_is_not_overwritten(server: str, tmp_path: Path) -> None:
    a, b, base = copies(
        server, "id INT AUTO_INCREMENT PRIMARY KEY, v TEXT", a=["1, 'a'"], b=["1, 'b'", "0, 'n'"], base=["1, 'a'"]
    )
    asked = request(tmp_path / "out", f"{a}#t", f"{b}#t", f"{base}#t")
    planned(asked)
    run(a, "UPDATE t SET v = 'a '")
    assert Reconciliation(asked, silent).apply().unexpected == ["[1]"]
    assert rows(a) == [(0, "n"), (1, "a ")]
