"""firstfive secrets: what is rotated is never shown, and what is still used is not retired by accident."""

import json
import stat
from pathlib import Path

from bot.keyring import create, load
from tests.cli.conftest import Shell

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-first", "SLACK_SIGNING_SECRET": "signing-1-first"}
NAME = "SLACK_SIGNING_SECRET"


def rotated(shell: Shell, folder: Path, value: str, *options: str) -> str:
    """Rotate the signing secret to *value*, from a file, and return what was printed."""
    (folder / "new.txt").write_text(f"{value}\n")
    result = shell(f"secrets rotate {NAME} --from new.txt", *options, **SLACK)
    assert result.exit_code == 0, result.output
    assert value not in result.output
    return result.output


def versions(shell: Shell) -> dict[str, str]:
    """Return the state of every version of the signing secret."""
    rows = json.loads(shell("secrets list --json", **SLACK).stdout)
    return {f"{row['version']}": row["state"] for row in rows if row["name"] == NAME}


def test_a_secret_is_rotated_from_a_file_or_from_standard_input_and_never_printed(shell: Shell, folder: Path) -> None:
    assert "Version 1 of SLACK_SIGNING_SECRET is current, for every process" in rotated(shell, folder, "one-s3cret")
    assert "The one before holds until" in rotated(shell, folder, "two-s3cret")
    assert "The one before has ended." in rotated(shell, folder, "three-s3cret", "--keep", "0")
    assert versions(shell) == {"3": "current", "2": "ended", "1": "ended"}
    listed = shell("secrets list", **SLACK).output
    assert "s3cret" not in listed
    assert "FIRSTFIVE_KEYRING" in listed


def test_what_cannot_be_the_new_value_is_refused_without_repeating_it(shell: Shell, folder: Path) -> None:
    rotated(shell, folder, "one-s3cret")
    for words, value, told in (
        ("secrets rotate SLACK_BOT_TOKEN", "xoxp-s3cret", "begins with 'xoxb-'"),
        (f"secrets rotate {NAME}", "", "There is no value. Give one"),
        (f"secrets rotate {NAME}", "one-s3cret", "which is current"),
        ("secrets rotate SLACK_SINGING_SECRET", "x", "Did you mean"),
        ("secrets rotate JIRA_API_TOKEN", "x", "none of the secrets here"),
    ):
        (folder / "new.txt").write_text(value)
        refused = shell(f"{words} --from new.txt", **SLACK)
        assert refused.exit_code == 1
        assert told in refused.output
        assert "s3cret" not in refused.output


def test_an_old_version_is_retired_and_the_current_one_is_not(shell: Shell, folder: Path) -> None:
    rotated(shell, folder, "one-s3cret")
    rotated(shell, folder, "two-s3cret")
    assert "2 is the current version" in shell(f"secrets retire {NAME} 2", **SLACK).output
    assert "has ended, for every process" in shell(f"secrets retire {NAME} 1", **SLACK).output
    assert versions(shell) == {"2": "current", "1": "ended"}


def test_the_doctor_says_which_versions_end_and_that_the_settings_are_older(shell: Shell, folder: Path) -> None:
    rotated(shell, folder, "one-s3cret")
    rotated(shell, folder, "two-s3cret")
    doctor = shell("doctor", SLACK_SIGNING_SECRET="one-s3cret", SLACK_BOT_TOKEN="").output
    assert "version 2 is in force, not used yet" in doctor
    assert "version 1 ends in 23 h 59 min, not used yet" in doctor
    assert "the settings hold an older one than version 2" in doctor
    assert "s3cret" not in doctor


def test_the_keyring_turns_to_a_new_key_and_keeps_the_one_before(shell: Shell, folder: Path) -> None:
    place = folder / "keyring.json"
    before = create(str(place))
    shell("open checkout is down")
    result = shell("secrets rotate FIRSTFIVE_KEYRING")
    assert result.exit_code == 0, result.output
    after = load(str(place))
    assert after is not None
    assert after.former == [before.current]
    assert list(after.ends) == [before.current]
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert after.current in result.output
    assert [path.name for path in folder.iterdir() if "keyring" in path.name] == ["keyring.json"]
    assert "checkout is down" in shell("show INC-1").output


def test_a_keyring_in_the_environment_is_not_rotated_behind_its_back(shell: Shell, folder: Path) -> None:
    create(str(folder / "keyring.json"))
    inline = (folder / "keyring.json").read_text()
    refused = shell("secrets rotate FIRSTFIVE_KEYRING", FIRSTFIVE_KEYRING=inline)
    assert refused.exit_code == 1
    assert "Write it into a file" in refused.output
