"""Dead letters at a shell: found by filter, retried singly, and recovered since a time."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.flows.recover import BATCH
from tests.cli.conftest import Shell

DEAD = 3 * BATCH  # enough for a progress bar


def kill(folder: Path, count: int, kind: str, cause: str, ago: timedelta = timedelta()) -> list[int]:
    """Leave dead letters in the database, and return their numbers."""
    at = (datetime.now(UTC) - ago).isoformat(timespec="microseconds")
    with sqlite3.connect(folder / "firstfive.db") as db:
        first = db.execute("SELECT coalesce(max(id), 0) + 1 FROM effect").fetchone()[0]
        rows = [(number, kind, cause, at, at, at) for number in range(first, first + count)]
        db.executemany(
            "INSERT INTO effect (id, workspace_id, incident_id, kind, cause, created_at, due_at, settled_at, args,"
            " state, attempts, attempts_before, reason) VALUES (?, 1, 1, ?, ?, ?, ?, ?, '{}', 'dead', 8, 0, 'down')",
            rows,
        )
        db.execute(
            "INSERT INTO attempt (effect_id, number, at, duration_ms, outcome, status, reason, answer)"
            " VALUES (?, 8, ?, 431, 'unknown', 503, 'http_503', 'try later')",
            (first, at),
        )
    db.close()
    return [row[0] for row in rows]


@pytest.fixture
def letters(shell: Shell, folder: Path) -> dict[str, list[int]]:
    """What failed: webhooks a week ago and now, and a card."""
    shell("open --severity sev4 checkout is down")
    return {
        "old": kill(folder, 2, "webhook.deliver", "refused", timedelta(days=7)),
        "card": kill(folder, 1, "slack.card", "configuration", timedelta(hours=1)),
        "new": kill(folder, DEAD, "webhook.deliver", "gave_up"),
    }


def test_dead_letters_are_counted_by_cause_and_found_by_filter(shell: Shell, letters: dict[str, list[int]]) -> None:
    listed = shell("dead-letters list --limit 3").output
    assert f"{DEAD + 3} failed for good: 1 configuration, {DEAD} gave_up, 2 refused. {DEAD} of them are not" in listed
    found = json.loads(shell("dead-letters list --since 2h --kind slack --json").stdout)
    assert found["counts"] == {"configuration": 1}
    assert [letter["number"] for letter in found["dead_letters"]] == letters["card"]
    assert "Nothing failed for good." in shell("dead-letters list --cause bug").output
    assert "Nothing failed for good." in shell("dead-letters list --incident INC-1 --until 30d").output


def test_one_is_shown_with_its_attempts_and_retried(shell: Shell, letters: dict[str, list[int]]) -> None:
    first, second = letters["old"]
    shown = shell(f"deliveries show {first}").output
    assert shown == shell(f"dead-letters show {first}").output
    assert "cause        refused" in shown
    assert "431 ms  unknown  503  http_503\n  try later\n" in shown
    assert json.loads(shell(f"deliveries show {first} --json").stdout)["tried"][0]["answer"] == "try later"
    assert shell(f"dead-letters retry {first} {second}").output.count("is due again") == 2
    again = shell(f"dead-letters retry {first}")
    assert (again.exit_code, "retried already" in again.output) == (1, True)


def test_a_recovery_brings_back_what_failed_since_a_time_and_run_twice_finds_nothing(
    shell: Shell, letters: dict[str, list[int]]
) -> None:
    done = shell("dead-letters recover --since 1d --kind webhook")
    assert f"{DEAD} of {DEAD} are due again" in done.stdout
    assert "Recovering" in done.stderr
    left = json.loads(shell("dead-letters list --json").stdout)["dead_letters"]
    assert sorted(letter["number"] for letter in left) == sorted(letters["old"] + letters["card"])
    assert "Nothing that failed for good is meant" in shell("dead-letters recover --since 1d --kind webhook").output
    filtered = json.loads(shell("dead-letters retry --cause configuration --json").stdout)
    assert (filtered["total"], filtered["revived"]) == (1, 1)
    assert f"{DEAD} of {DEAD}, done" in shell("dead-letters recoveries").output


def test_a_recovery_may_be_left_to_the_bot(shell: Shell, letters: dict[str, list[int]]) -> None:
    assert f"has {DEAD} to make due" in shell("dead-letters recover --since 1d --kind webhook --background").output
    [recovery] = json.loads(shell("dead-letters recoveries --json").stdout)
    assert (recovery["total"], recovery["revived"], recovery["finished_at"]) == (DEAD, 0, None)
    assert f"0 of {DEAD}, going on" in shell("dead-letters recoveries").output


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("retry", 2, "Say which"),
        ("retry 42 --kind slack", 2, "Say which"),
        ("recover", 2, "--since"),
        ("recover --since 2026-03-10T03:00", 2, "write 2026-03-10T03:00Z"),
        ("recover --since yesterday", 2, "Write 6h for six hours ago"),
        ("recover --since 1d --workspace T0NONE", 1, "There is no workspace T0NONE"),
        ("recover --since 1d --incident INC-9", 1, "There is no incident INC-9"),
        ("list --cause bugs", 2, "'bugs' is not one of"),
    ],
)
def test_a_mistake_is_told_with_what_to_type(shell: Shell, words: str, code: int, told: str) -> None:
    result = shell(f"dead-letters {words}")
    assert (result.exit_code, told in result.output) == (code, True), result.output
