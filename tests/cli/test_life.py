"""An incident at a shell: the same life as in Slack, for when Slack is down."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.world import a_world


def test_an_incident_lives_from_open_to_postmortem_with_no_slack_at_all(shell: Shell) -> None:
    assert "INC-1 is open as SEV1" in shell("open --severity sev1 checkout is down").output
    assert "entry 4 is on the timeline" in shell("note INC-1", "-48 % of orders").output
    shell("impact inc-1 card payments fail")
    shell("lead INC-1 U02ABCDEF")
    shell("role 1 comms")
    done = shell("check INC-1 done 1 two deploys")
    assert "✓ 1  What changed recently? — two deploys" in done.output
    assert "▶ 2" in done.output
    assert "The next one is due at" in shell("update INC-1 --next 15 we are rolling back").output
    assert "action item 1 is due" in shell("ticket INC-1 --priority p1 alert when the pool is full").output
    assert shell("severity INC-1 sev2").output == "INC-1 is SEV2 now.\n"
    assert shell("status INC-1 identified a bad deploy").output == "INC-1 is identified.\n"
    shown = shell("show INC-1").output
    for fact in ("SEV2 · INC-1 · checkout is down", "card payments fail", "U02ABCDEF", "P1 open due", "1 of 4"):
        assert fact in shown
    assert "INC-1 is resolved" in shell("resolve INC-1 rolled back").output
    draft = shell("postmortem INC-1").output
    assert "# Postmortem INC-1: checkout is down" in draft
    assert "-48 % of orders" in draft.replace("\\", "")
    assert shell("close INC-1").output == "INC-1 is closed.\n"
    assert "nothing was altered" in shell("timeline verify INC-1").output


def test_two_incidents_are_joined_from_a_shell(shell: Shell) -> None:
    for title in ("search is slow", "search is down", "search fails"):
        shell("open", title)
    assert shell("merge INC-2 INC-1").output == "INC-2 goes on in INC-1.\n"
    assert shell("duplicate INC-3 INC-1").output == "INC-3 is a duplicate of INC-1.\n"
    assert json.loads(shell("show INC-1 --json").stdout)["joined_here"] == ["INC-2", "INC-3"]
    assert "INC-2" not in shell("list").output
    assert "INC-2" in shell("list --all").output


def test_a_private_incident_is_shown_to_who_names_it_and_never_listed(shell: Shell) -> None:
    shell("open --private a leaked key")
    shell("open checkout is down")
    shell("private INC-2")
    assert shell("list --all").output.startswith("Nothing is going on.")
    assert "a leaked key" in shell("show INC-1").output


async def test_what_was_opened_at_a_shell_catches_up_once_slack_is_there(
    shell: Shell, sqlite_url: str, folder: Path
) -> None:
    shell("open --severity sev1 checkout is down")
    shell("update INC-1 we are looking into it")
    assert "slack.create_channel" in shell("deliveries").output
    async with a_world(folder, sqlite_url) as world:
        world.clock.advance((datetime.now(UTC) - world.clock.now()).total_seconds())
        await world.settle()
        assert "inc-1-checkout-is-down" in world.channels()
        for channel in ("inc-1-checkout-is-down", "incidents"):
            assert any("we are looking into it" in said for said in world.slack.said(channel)), channel
    assert shell("dead-letters list").output == "Nothing failed for good.\n"


def test_the_same_object_is_printed_by_show_list_and_open(shell: Shell) -> None:
    opened = json.loads(shell("open --severity sev3 --json search is slow").stdout)
    assert json.loads(shell("show INC-1 --json").stdout) == opened
    assert json.loads(shell("list --json").stdout) == [opened]


def test_the_timeline_is_printed_for_people_and_for_programs(shell: Shell) -> None:
    shell("open checkout is down")
    shell("note INC-1 error *rate* is 48 %")
    entries = json.loads(shell("timeline show INC-1 --json").stdout)
    assert [entry["entry"] for entry in entries] == [1, 2, 3, 4]
    assert entries[3]["text"] == "error *rate* is 48 %"
    assert "#4     20" in shell("timeline show INC-1").output


@pytest.mark.parametrize(
    ("form", "holds"),
    [
        ("md", b"# Postmortem INC-1"),
        ("html", b"Postmortem INC-1"),
        ("pdf", b"%PDF-"),
        ("docx", b"PK"),
        ("confluence", b"<h2>Summary</h2>"),
        ("json", b'"key": "INC-1"'),
    ],
)
def test_a_postmortem_is_written_to_a_file(shell: Shell, folder: Path, form: str, holds: bytes) -> None:
    shell("open checkout is down")
    said = shell(f"postmortem INC-1 --format {form} --output draft.{form}").output
    assert said.startswith(f"draft.{form} holds the draft of INC-1, with ")
    written = (folder / f"draft.{form}").read_bytes()
    assert holds in written
    assert written == shell(f"postmortem INC-1 --format {form}").stdout_bytes or form == "docx"


def test_a_postmortem_is_printed_as_its_latest_version_says_and_its_draft_when_asked(
    shell: Shell, folder: Path
) -> None:
    shell("open checkout is down")
    (folder / "mine.md").write_text("# Postmortem INC-1\n\nSettled in the review.\n")
    assert shell("publish INC-1 --draft --file mine.md").exit_code == 0
    assert "Settled in the review." in shell("postmortem INC-1").stdout
    said = shell("postmortem INC-1 --format confluence --output it.xml").output
    assert "it.xml holds the latest version of INC-1." in said
    assert "<p>Settled in the review.</p>" in (folder / "it.xml").read_text()
    assert "Settled" not in shell("postmortem INC-1 --draft").stdout
