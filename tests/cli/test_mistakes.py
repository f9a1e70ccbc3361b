"""Mistakes at a shell: each is told in a sentence with what to type, and none with a traceback."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell

# what is typed, exit code, what is said
MISTAKES = [
    ("opne checkout", 2, "There is no command 'opne'. Did you mean `open`?"),
    ("open", 2, "Missing argument"),
    ("open " + "x" * 300, 1, "That title has 300 characters"),
    ("show INC-9", 1, "There is no incident INC-9. See them all: firstfive list --all"),
    ("note INC-9 hello", 1, "There is no incident INC-9. See them all: firstfive list"),
    ("note checkout hello", 1, "There is no incident checkout."),
    ("status INC-1 fixed", 2, "'fixed' is not one of"),
    ("status INC-1 investigating", 1, "It is investigating already"),
    ("lead INC-1 bob", 2, "'bob' is no account. Write a Slack user id"),
    ("role INC-1 ??", 2, "'??' cannot be a role"),
    ("check INC-1 done", 2, "Say which step: firstfive check INC-1 done 3"),
    ("check INC-1 done 99", 1, "has steps 1 to 4. See them: firstfive check INC-1"),
    ("check INC-1 skip 1", 1, "Say why it is skipped: firstfive check INC-1 skip 1"),
    ("check INC-1 assign 1", 2, "Say who takes it: firstfive check INC-1 assign 1 U02AB34CD"),
    ("start INC-1 nonsense", 1, "There is no checklist nonsense. There are: "),
    ("merge INC-1 INC-1", 1, "cannot be joined to itself"),
    ("update INC-1 --next 0 soon", 2, "--next"),
    ("timeline verify", 2, "Name one incident, or all of them"),
    ("dead-letters retry 42", 1, "There is nothing to retry any more."),
    ("dead-letters show 42", 1, "There is no effect 42"),
    ("serve --role web,mail", 2, "'web,mail' names no parts of the bot. Write some of web,outbox,jobs."),
    ("replay nowhere.jsonl", 2, "does not exist"),
]


@pytest.mark.parametrize(("typed", "code", "said"), MISTAKES, ids=[typed[:30] for typed, _, _ in MISTAKES])
def test_a_mistake_is_told_with_what_to_type(shell: Shell, typed: str, code: int, said: str) -> None:
    shell("open checkout is down")
    answer = shell(typed)
    assert answer.exit_code == code
    assert said in answer.output
    assert isinstance(answer.exception, SystemExit)  # and nothing that would print a traceback


def test_settings_mistakes_are_told_all_at_once(shell: Shell) -> None:
    answer = shell(
        "list", FIRSTFIVE_PORT="80x", FIRSTFIVE_TIMEZONE="Mars/Olympus", FIRSTFIVE_KEYRNG="k", SLACK_BOT_TOKEN="x"
    )
    assert answer.exit_code == 1
    for wrong in ("FIRSTFIVE_PORT='80x'", "FIRSTFIVE_TIMEZONE='Mars/Olympus'", "FIRSTFIVE_KEYRING", "SLACK_BOT_TOKEN"):
        assert wrong in answer.output


def test_a_database_out_of_reach_is_named_without_its_password(shell: Shell) -> None:
    answer = shell("list", DATABASE_URL="postgresql+psycopg://me:hunter2@127.0.0.1:9/firstfive")
    assert answer.exit_code == 1
    assert "postgresql+psycopg://me:***@127.0.0.1:9/firstfive cannot be used" in answer.output
    assert "DATABASE_URL" in answer.output
    assert "hunter2" not in answer.output


def test_a_database_file_in_no_folder_is_told(shell: Shell, folder: Path) -> None:
    answer = shell("list", DATABASE_URL=f"sqlite:///{folder}/no/such/folder.db")
    assert answer.exit_code == 1
    assert "unable to open database file" in answer.output


def newer(sqlite_url: str, serves_from: str) -> None:
    """Make a database look as if newer code had upgraded it."""
    import sqlite3

    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE ground SET serves_from = ?", (serves_from,))
    connection.close()


def test_a_newer_database_that_no_longer_serves_this_code_is_left_alone(shell: Shell, sqlite_url: str) -> None:
    newer(sqlite_url, "9999")
    answer = shell("list")
    assert answer.exit_code == 1
    assert "9999" in answer.output
    assert shell("db current").exit_code == 1


def test_a_newer_database_that_serves_this_code_is_worked_with(shell: Shell, sqlite_url: str) -> None:
    newer(sqlite_url, "0009")
    assert shell("open checkout is down").exit_code == 0
    assert shell("db current").exit_code == 0
    assert shell("db upgrade").output == "The database is at 9999, made by newer code.\n"


def test_a_lost_keyring_is_never_replaced_by_a_new_one(shell: Shell, folder: Path) -> None:
    shell("open checkout is down")
    (folder / "keyring.json").unlink()
    answer = shell("list")
    assert answer.exit_code == 1
    assert "Restore it from your backup" in answer.output
    assert not (folder / "keyring.json").exists()


def test_a_keyring_in_an_impossible_place_is_told(shell: Shell, folder: Path) -> None:
    (folder / "file").touch()
    for place in (f"{folder}/file/keyring.json", str(folder)):
        answer = shell("list", FIRSTFIVE_KEYRING=place)
        assert answer.exit_code == 1
        assert isinstance(answer.exception, SystemExit)
        assert "FIRSTFIVE_KEYRING" in answer.output or "chmod" in answer.output


def test_a_new_keyring_asks_to_be_backed_up(shell: Shell, folder: Path) -> None:
    assert "Back it up, apart from the database" in shell("list").stderr
    assert (folder / "keyring.json").stat().st_mode & 0o777 == 0o600
    assert shell("list").stderr == ""
