"""firstfive doctor: it finds what is wrong here, says what to type, and changes nothing."""

import json
from pathlib import Path

from bot.settings import VARIABLES
from tests.cli.conftest import Shell

NOBODY = "1"  # a port where nobody listens, whatever else this machine runs


def findings(shell: Shell, **environment: str) -> tuple[int, dict[str, list[str]]]:
    """Return the exit code, and what is wrong by what it is about."""
    answer = shell("doctor --json", **{"FIRSTFIVE_PORT": NOBODY} | environment)
    wrong: dict[str, list[str]] = {}
    for finding in json.loads(answer.stdout):
        assert finding["type"] or finding["state"] != "wrong", "what is wrong says what to type"
        if finding["state"] == "wrong":
            wrong.setdefault(finding["about"], []).append(finding["said"])
    return answer.exit_code, wrong


def test_all_is_well_after_a_first_start(shell: Shell) -> None:
    shell("open checkout is down")
    assert findings(shell) == (0, {})
    said = shell("doctor", FIRSTFIVE_PORT=NOBODY).output
    assert said.endswith("All is well.\n")
    assert [name for name in VARIABLES if name not in said] == []


def test_looking_makes_neither_a_database_nor_a_keyring(shell: Shell, folder: Path) -> None:
    assert findings(shell, DATABASE_URL=f"sqlite:///{folder}/new.db") == (0, {})
    assert not (folder / "new.db").exists()
    assert not (folder / "keyring.json").exists()


def test_every_wrong_setting_is_a_finding(shell: Shell) -> None:
    code, wrong = findings(shell, FIRSTFIVE_PORT="80x", FIRSTFIVE_LOG_FORMAT="xml")
    assert code == 1
    assert len(wrong["settings"]) == 2


def test_a_keyring_that_others_can_read_is_found(shell: Shell, folder: Path) -> None:
    shell("open checkout is down")
    (folder / "keyring.json").chmod(0o644)
    code, wrong = findings(shell)
    assert (code, wrong["keyring"][0].endswith(f"Close it: chmod 600 {folder}/keyring.json")) == (1, True)
    (folder / "keyring.json").unlink()
    assert "was sealed with it" in findings(shell)[1]["keyring"][0]


def test_a_broken_checklist_and_a_broken_template_are_named_with_file_and_line(shell: Shell, folder: Path) -> None:
    (folder / "ours" / "checklists").mkdir(parents=True)
    (folder / "ours" / "checklists" / "mine.yaml").write_text("id: mine\ntitle: Mine\nsteps: []\nstepps: 1\n")
    (folder / "ours" / "templates" / "postmortem").mkdir(parents=True)
    (folder / "ours" / "templates" / "postmortem" / "postmortem.md.j2").write_text("fine\n{{ draft.nothing }}\n")
    code, wrong = findings(shell, FIRSTFIVE_OVERRIDES=str(folder / "ours"))
    assert code == 1
    assert any("mine.yaml:4" in said for said in wrong["checklists"])
    assert "postmortem.md.j2:2" in wrong["templates"][0]


def test_a_database_that_is_not_there_or_out_of_date_is_found(shell: Shell, sqlite_url: str) -> None:
    import sqlite3

    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    code, wrong = findings(shell)
    assert (code, "is at revision 0001" in wrong["database"][0]) == (1, True)
    code, wrong = findings(shell, DATABASE_URL="postgresql+psycopg://me:hunter2@127.0.0.1:9/firstfive")
    assert (code, "hunter2" in str(wrong), "cannot be used" in wrong["database"][0]) == (1, False, True)


def test_the_database_tells_where_it_stands(shell: Shell, folder: Path) -> None:
    behind = f"sqlite:///{folder}/behind.db"
    assert shell("db current", DATABASE_URL=behind).exit_code == 1
    assert "newest revision" in shell("db upgrade", DATABASE_URL=behind).output
    assert shell("db current", DATABASE_URL=behind).exit_code == 0
    assert shell("db check", DATABASE_URL=behind).output == "The tables are what this version expects.\n"
