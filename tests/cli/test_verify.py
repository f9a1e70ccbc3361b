"""firstfive timeline verify: it finds whatever was altered behind our back."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

Tamper = Callable[[str], None]


@pytest.fixture
def tamper(sqlite_url: str) -> Tamper:
    """Write into the database past the bot."""

    def run(statement: str) -> None:
        with sqlite3.connect(Path(sqlite_url.removeprefix("sqlite:///"))) as connection:
            connection.execute(statement)
        connection.close()

    return run


@pytest.fixture(autouse=True)
def two_incidents(shell: Shell) -> None:
    for title in ("checkout is down", "search is slow"):
        shell("open", title)
    shell("note INC-1 error rate is 48 %")


ALTERED = [
    ("UPDATE entry SET body = x'00' WHERE incident_id = 1 AND seq = 4", "entry 4 was altered"),
    ("UPDATE entry SET actor = 'f00d' WHERE incident_id = 1 AND seq = 4", "entry 4 was altered"),
    (
        "UPDATE entry SET occurred_at = '2020-01-01 00:00:00.000000' WHERE incident_id = 1 AND seq = 2",
        "entry 2 was altered",
    ),
    ("DELETE FROM entry WHERE incident_id = 1 AND seq = 2", "entry 2 is missing"),
    ("DELETE FROM entry WHERE incident_id = 1 AND seq = 4", "3 entries are there, 4 were recorded"),
    ("UPDATE incident SET head = x'00' WHERE id = 1", "the last entry is not the one that was recorded last"),
]


@pytest.mark.parametrize(("statement", "said"), ALTERED)
def test_what_was_altered_is_named(shell: Shell, tamper: Tamper, statement: str, said: str) -> None:
    tamper(statement)
    one = shell("timeline verify INC-1")
    assert (one.exit_code, one.output) == (1, f"INC-1: BROKEN: {said}\n")
    everything = shell("timeline verify --all")
    assert everything.exit_code == 1
    assert "INC-2: 3 entries, nothing was altered" in everything.output
    assert shell("timeline verify INC-2").exit_code == 0


def test_a_timeline_verifies_after_a_key_was_destroyed_and_reads_as_erased(shell: Shell, tamper: Tamper) -> None:
    tamper("DELETE FROM data_key")
    assert json.loads(shell("timeline verify INC-1 --json").stdout) == [{"key": "INC-1", "entries": 4, "broken": None}]
    assert "erased" in shell("timeline show INC-1").output
    assert "error rate" not in shell("timeline show INC-1").output


def test_a_timeline_of_postgresql_is_proven_as_well(shell: Shell, postgres_url: str) -> None:
    shell("open checkout is down", DATABASE_URL=postgres_url)
    answer = shell("timeline verify --all", DATABASE_URL=postgres_url)
    assert (answer.exit_code, answer.output) == (0, "INC-1: 3 entries, nothing was altered\n")
